// Walks that keep the EXIF they have found: the end of the read budget, or damage in what follows, does not lose it.
import { ProblemError } from '../problem';
import { isBudgetEnd } from '../tiff/partial-read';

/** Walks an object. When the budget of reads is used up, that is an error only if `isEnough` says that something is missing. */
export function walkWithin(walk: () => void, isEnough: () => boolean): void {
  try {
    walk();
  } catch (error) {
    if (!isBudgetEnd(error) || !isEnough()) throw error;
  }
}

/** The result of `read`; null when its bytes are damaged. So damage after the EXIF does not lose the EXIF. */
export function unlessDamaged<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (isDamage(error)) return null;
    throw error;
  }
}

/** The same for a reader that returns a promise. */
export async function readUnlessDamaged<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (isDamage(error)) return null;
    throw error;
  }
}

/** Whether an error says that bytes are damaged. */
export function isDamage(error: unknown): boolean {
  return error instanceof ProblemError && error.code === 'DamagedImage';
}
