// Reads as many ranges as the budget of reads allows.
import { ProblemError } from '../problem';
import type { ByteRange, RangeReader } from '../types';

/** Whether an error says that the budget of reads is used up. */
export function isBudgetEnd(error: unknown): boolean {
  return error instanceof ProblemError && error.code === 'BudgetExceeded';
}

/** The bytes of each range, read one range after the other; null for those beyond the budget. */
export async function readOneByOne(
  reader: RangeReader,
  ranges: readonly ByteRange[],
): Promise<readonly (Uint8Array | null)[]> {
  const found: (Uint8Array | null)[] = [];
  for (const range of ranges) {
    try {
      found.push((await reader.read([range]))[0] ?? null);
    } catch (error) {
      if (!isBudgetEnd(error)) throw error;
      found.push(null);
    }
  }
  return found;
}
