// The package for programs: read the EXIF of something, show it in a style.

import { checkOnly, checkOptions, checkRecord, checkSource } from './api/arguments';
import type { Source } from './api/source';
import { withinTime } from './io/deadline';
import type { Limits } from './limits';
import { ProblemError } from './problem';
import { nothingKnown } from './read/object';
import { readRecord } from './read/record';
import { styleNames as names, styles } from './style';
import { showsAll, showsOnly } from './style/only';
import type { TagGroup } from './tag/groups';
import type { ExifRecord, ReadCost, StyleName } from './types';

export type { Environment, Source } from './api/source';
export { fromBlob, fromBucket, fromBytes, fromFile, fromUrl } from './api/source';
export type { SlicedBytes } from './bucket/blob';
export type { Limits } from './limits';
export type { ProblemCode } from './problem';
export { ProblemError } from './problem';
export type { TagGroup } from './tag/groups';
export type {
  Bucket,
  ByteRange,
  Condition,
  ExifDocument,
  ExifRecord,
  Fetched,
  IfdPath,
  ImageShape,
  ObjectRef,
  ObjectStat,
  Rational,
  ReadCost,
  StyleName,
  TagEntry,
  TagValue,
  Warning,
} from './types';

export type ReadOptions = Readonly<{
  /** Ends the reading early, with ProblemError `Timeout`. */
  signal?: AbortSignal;
  /** Bounds other than docs/library.md has them. */
  limits?: Partial<Limits>;
  /** Groups of tags that are left out. */
  drop?: readonly TagGroup[];
  /** What reading costs is added to it. */
  cost?: ReadCost;
}>;

export type RenderOptions = Readonly<{
  /** Names (`Make`) or numbers (`0x010f`, `271`) of the only tags that are shown. */
  only?: readonly string[];
}>;

/** Names of the styles that `render` knows. */
export const styleNames: readonly StyleName[] = names;

/**
 * The record of an image; its `document` is null when it has no EXIF. Throws ProblemError: `code` says what is wrong, as
 * in the table of errors (NotAnImage, NoSuchKey, Timeout ...); `ConfigInvalid` is an argument that cannot be.
 */
export async function readExif(source: Source, options: ReadOptions = {}): Promise<ExifRecord> {
  checkSource(source);
  const { signal: given, limits, drop, cost } = checkOptions(options);
  const ref = { bucketId: 'source', bucket: 'source', key: source.key };
  const deps = { bucket: source.bucket, limits, dropGroups: drop };
  const reading = await withinTime(given, limits.totalMs, (signal) =>
    readRecord({ ref, deps, cost, known: nothingKnown, signal }),
  );
  if (reading.kind === 'fault') throw reading.problem;
  if (reading.kind !== 'record') throw new ProblemError('InternalError', 'A first read found nothing new');
  return reading.record;
}

/** The JSON text of a record in a style of `styleNames`. Throws ProblemError `ConfigInvalid` for another name, or a tag's. */
export async function render(record: ExifRecord, style: StyleName, options: RenderOptions = {}): Promise<string> {
  checkRecord(record);
  const only = checkOnly(options);
  const found = styles.get(style);
  if (found !== undefined) return found.render(record, only === null ? showsAll : showsOnly(only));
  throw new ProblemError('ConfigInvalid', `Unknown style; styles are ${styleNames.join(', ')}`);
}
