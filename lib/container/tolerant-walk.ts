// Walks that keep the EXIF they have found: the end of the read budget, or damage in what follows, does not lose it.
import { subReader } from '../bytes/reader';
import { moreExifBytes } from '../limits';
import { ProblemError } from '../problem';
import { isBudgetEnd } from '../tiff/partial-read';
import type { RangeReader } from '../types';

/** The part of an object in which more EXIF is looked for after some was found. */
export function nearPart(reader: RangeReader): RangeReader {
  return subReader(reader, 0, Math.min(reader.size, moreExifBytes));
}

/** Walks an object. When the budget of reads is used up, that is an error only if `isEnough` says that something is missing. */
export async function walkWithin(walk: () => Promise<void>, isEnough: () => boolean): Promise<void> {
  try {
    await walk();
  } catch (error) {
    if (!isBudgetEnd(error) || !isEnough()) throw error;
  }
}

/** The same for a walk that needs no promises. */
export function walkHeldWithin(walk: () => void, isEnough: () => boolean): void {
  try {
    walk();
  } catch (error) {
    if (!isBudgetEnd(error) || !isEnough()) throw error;
  }
}

/** The result of `read`; null when its bytes are damaged. So damage after the EXIF does not lose the EXIF. */
export async function unlessDamaged<T>(read: () => T | Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'DamagedImage') return null;
    throw error;
  }
}
