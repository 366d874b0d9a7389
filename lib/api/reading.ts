// Reads an opened source, and renders its record: what all entries of the library share.

import { withoutPixels } from '../container/bare-exif';
import { withinTime } from '../io/deadline';
import type { Limits } from '../limits';
import { ProblemError } from '../problem';
import { type NoReadReason, nothingKnown, type ReadRequest } from '../read/object';
import { readRecord } from '../read/record';
import { showsAll, showsOnly } from '../style/only';
import type { TagGroup } from '../tag/groups';
import type { ExifRecord, ReadCost, Style } from '../types';
import type { MetadataAnswers } from './answers';
import { type CheckedOptions, checkOnly, checkRecord, wrongArgument } from './arguments';
import type { Opened } from './source';

export type ReadOptions = Readonly<{
  /** Stops the read early, with ProblemError `Timeout`. */
  signal?: AbortSignal | undefined;
  /** Limits that replace the defaults in docs/library.md. */
  limits?: Partial<Limits> | undefined;
  /** Groups of tags that are left out. */
  drop?: readonly TagGroup[] | undefined;
  /** The cost of the read is added to it. */
  cost?: ReadCost | undefined;
}>;

export type RenderOptions = Readonly<{
  /** The tags to show, by name (`Make`) or number (`0x010f`, `271`). All tags when absent. */
  only?: readonly string[] | undefined;
}>;

export type MetadataOptions<Name extends keyof MetadataAnswers = keyof MetadataAnswers> = Readonly<{
  /** The style of the answer. Default: `flat`. */
  style?: Name | undefined;
  /** Blocks to read (`xmp`, `iptc`), or with the style `flat` members to show (`title`, `keywords`). All when absent. */
  only?: readonly string[] | undefined;
}>;

/** The record of a source. Throws ProblemError. The caller stops the source. */
export async function readOpened(source: Opened, options: CheckedOptions): Promise<ExifRecord> {
  const { record } = await readWith(source, options, readRecord);
  return source.mayBeExif === true ? withoutPixels(record) : record;
}

/** The result of `read` for a source, within the limits. Throws ProblemError. */
export async function readWith<Found extends Readonly<{ record: object }>>(
  { bucket, key, formats }: Opened,
  { signal: given, limits, drop: dropGroups, cost }: CheckedOptions,
  read: (request: ReadRequest) => Promise<NoReadReason | Found>,
): Promise<Found> {
  try {
    const ref = { bucketId: 'source', bucket: 'source', key };
    const deps = { bucket, limits, dropGroups, formats };
    const found = await withinTime(given, limits.totalMs, (signal) =>
      read({ ref, deps, cost, known: nothingKnown, signal }),
    );
    if ('problem' in found) throw found.problem;
    if (!('record' in found)) throw new ProblemError('InternalError', 'The first read of an object returned no record');
    return found;
  } catch (error) {
    throw given?.aborted === true && isTimeout(error) ? stopped(error) : error;
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof ProblemError && error.code === 'Timeout';
}

/** The problem of a read that the caller stopped. */
function stopped(cause: unknown): ProblemError {
  return new ProblemError('Timeout', 'The signal of the caller stopped the read', { cause });
}

/** Renders a record in one of the styles. */
export type Rendering = (record: ExifRecord) => string | Promise<string>;

/** Checks how to render. Throws ProblemError `ConfigInvalid` for an unknown style or tag name. */
export function checkRendering(styles: ReadonlyMap<string, Style>, name: unknown, only: unknown): Rendering {
  const names = checkOnly(only);
  const style = typeof name === 'string' ? styles.get(name) : undefined;
  if (style === undefined)
    throw wrongArgument(`The style is not known; known styles: ${[...styles.keys()].join(', ')}`);
  return (record) => {
    checkRecord(record);
    return style.render(record, names === null ? showsAll : showsOnly(names));
  };
}
