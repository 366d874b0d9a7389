// The package for programs: read the EXIF of something, show it in a style.

import { readExif as readObject } from './exif';
import { type Limits, programLimits } from './limits';
import { ProblemError } from './problem';
import type { Source } from './source';
import { styles } from './style';
import { keepOnly, readNames } from './style/only';
import type { TagGroup } from './tag/groups';
import type { ExifRecord, ReadCost } from './types';

export type { SlicedBytes } from './bucket/blob';
export type { Limits } from './limits';
export type { ProblemCode } from './problem';
export { ProblemError } from './problem';
export type { Environment, Source } from './source';
export { fromBlob, fromBucket, fromBytes, fromFile, fromUrl } from './source';
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
  /** Names (`Make`) or numbers (`0x010f`) of the only tags that are kept. */
  only?: readonly string[];
  /** What reading costs is added to it. */
  cost?: ReadCost;
}>;

/** Names of the styles that `render` knows. */
export const styleNames: readonly string[] = [...styles.keys()];

/**
 * The record of an image; its `document` is null when it has no EXIF. Throws ProblemError: `code` says what is wrong, as
 * in the table of errors (NotAnImage, NoSuchKey, Timeout ...).
 */
export async function readExif(source: Source, options: ReadOptions = {}): Promise<ExifRecord> {
  const limits = { ...programLimits, ...options.limits };
  const only = options.only === undefined ? null : checkNames(options.only);
  const late = AbortSignal.timeout(limits.totalMs);
  const signal = options.signal === undefined ? late : AbortSignal.any([options.signal, late]);
  const ref = { bucketId: 'source', bucket: 'source', key: source.key };
  const deps = { bucket: source.bucket, limits, dropGroups: options.drop ?? [] };
  const reading = await readObject(ref, deps, options.cost ?? { requests: 0, bytes: 0 }, nothingKnown, signal);
  if (reading.kind === 'fault') throw reading.problem;
  if (reading.kind !== 'record') throw new ProblemError('InternalError', 'A first read found nothing new');
  return only === null ? reading.record : keepOnly(reading.record, only);
}

/** The JSON text of a record in a style of `styleNames`. Throws ProblemError `ConfigInvalid` for another name. */
export async function render(record: ExifRecord, style: string): Promise<string> {
  const found = styles.get(style);
  if (found !== undefined) return found.render(record);
  throw new ProblemError('ConfigInvalid', `Unknown style; styles are ${styleNames.join(', ')}`);
}

/** Nobody asks whether the object is still the same. */
const nothingKnown = { held: null, isKnown: () => false };

function checkNames(names: readonly string[]): readonly string[] {
  try {
    return readNames(names.join(','));
  } catch (cause) {
    const message = 'A name in `only` is not that of a tag; names are such as Make, Model or 0x9209';
    throw new ProblemError('ConfigInvalid', message, { cause });
  }
}
