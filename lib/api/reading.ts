// Reads an opened source, and renders its record: what all entries of the library share.

import { withoutPixels } from '../container/bare-exif';
import { withinTime } from '../io/deadline';
import type { Limits } from '../limits';
import { ProblemError } from '../problem';
import { nothingKnown } from '../read/object';
import { readRecord } from '../read/record';
import { showsAll, showsOnly } from '../style/only';
import type { TagGroup } from '../tag/groups';
import type { ExifRecord, ReadCost, Style } from '../types';
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

/** The record of a source. Throws ProblemError. The caller stops the source. */
export async function readOpened(source: Opened, options: CheckedOptions): Promise<ExifRecord> {
  const { signal: given, limits, drop: dropGroups, cost } = options;
  const { bucket, key, formats, mayBeExif } = source;
  try {
    const ref = { bucketId: 'source', bucket: 'source', key };
    const deps = { bucket, limits, dropGroups, formats };
    const reading = await withinTime(given, limits.totalMs, (signal) =>
      readRecord({ ref, deps, cost, known: nothingKnown, signal }),
    );
    if (reading.kind === 'fault') throw reading.problem;
    if (reading.kind !== 'record')
      throw new ProblemError('InternalError', 'The first read of an object returned no record');
    return mayBeExif === true ? withoutPixels(reading.record) : reading.record;
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
