// The library: reads the EXIF of an image, and renders it in a style.

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
  FetchResult,
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
  /** Stops the read early, with ProblemError `Timeout`. */
  signal?: AbortSignal;
  /** Limits that replace the defaults in docs/library.md. */
  limits?: Partial<Limits>;
  /** Groups of tags that are left out. */
  drop?: readonly TagGroup[];
  /** The cost of the read is added to it. */
  cost?: ReadCost;
}>;

export type RenderOptions = Readonly<{
  /** The tags to show, by name (`Make`) or number (`0x010f`, `271`). All tags when absent. */
  only?: readonly string[];
}>;

/** The names of the styles that `render` accepts. */
export const styleNames: readonly StyleName[] = names;

/**
 * Reads an image and returns its record; `document` is null when the image has no EXIF. Throws a ProblemError, whose `code`
 * says what is wrong (NotAnImage, NoSuchKey, Timeout ...). For a wrong argument the code is `ConfigInvalid`.
 */
export async function readExif(source: Source, options: ReadOptions = {}): Promise<ExifRecord> {
  checkSource(source);
  const { signal: given, limits, drop, cost } = checkOptions(options);
  const ref = { bucketId: 'source', bucket: 'source', key: source.key };
  const deps = { bucket: source.bucket, limits, dropGroups: drop };
  const reading = await withinTime(given, limits.totalMs, (signal) =>
    readRecord({ ref, deps, cost, known: nothingKnown, signal }),
  ).catch((error: unknown) => {
    throw given?.aborted === true && isTimeout(error) ? stopped(error) : error;
  });
  if (reading.kind === 'fault') throw reading.problem;
  if (reading.kind !== 'record')
    throw new ProblemError('InternalError', 'The first read of an object returned no record');
  return reading.record;
}

function isTimeout(error: unknown): boolean {
  return error instanceof ProblemError && error.code === 'Timeout';
}

/** The problem of a read that the caller stopped. */
function stopped(cause: unknown): ProblemError {
  return new ProblemError('Timeout', 'The signal of the caller stopped the read', { cause });
}

/** Renders a record as JSON text. Throws ProblemError `ConfigInvalid` for an unknown style or tag name. */
export async function render(record: ExifRecord, style: StyleName, options: RenderOptions = {}): Promise<string> {
  checkRecord(record);
  const only = checkOnly(options);
  const found = styles.get(style);
  if (found !== undefined) return found.render(record, only === null ? showsAll : showsOnly(only));
  throw new ProblemError('ConfigInvalid', `The style is not known; known styles: ${styleNames.join(', ')}`);
}
