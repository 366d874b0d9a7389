// Reads as much of a video as can be read: damage in one part, or the end of the budget of reads, does not lose the others.
import { type ParserInput, parseHeld } from '../bytes/held';
import { budgetedReader, windowedReader } from '../bytes/reader';
import { readAhead } from '../limits';
import { ProblemError } from '../problem';
import type { RangeReader } from '../types';
import type { Walk } from './boxes';
import { videoLimits } from './limits';

/** Runs `read`. Damage and the end of the budget become a warning; other errors pass. */
export function guarded(walk: Walk, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    if (error.code === 'DamagedImage') walk.warnings.add('A part is damaged');
    else if (error.code === 'BudgetExceeded')
      walk.warnings.add('Not all parts were read, because that takes too many reads');
    else throw error;
  }
}

/** The result of `parse` within the bounds of the reads for a video. Bytes that were read are kept, if `reader` does not keep them. */
export function parseVideo<T>(reader: RangeReader, parse: (file: ParserInput) => T): Promise<T> {
  const keeping = reader.held === undefined ? windowedReader(reader, new Uint8Array(0), readAhead) : reader;
  const cost = { requests: 0, bytes: 0 };
  const bounded = budgetedReader(keeping, cost, videoLimits.reads, videoLimits.readBytes);
  const held: RangeReader['held'] = (start, end) => keeping.held?.(start, end) ?? null;
  return parseHeld({ ...bounded, held }, parse);
}
