// Counts the results of a run, and makes the line about them.

import { problemCode } from '../../lib/problem';
import { formatCount } from '../terminal/progress';
import { addWarmed, emptyTally, type Tally } from '../terminal/tally';
import type { Result } from './read-input';

/** Counts of results. `tally.failed` are all inputs that could not be read. */
export type RunCounts = Readonly<{ tally: Tally; withoutExif: number }>;

export const nothingRead: RunCounts = { tally: emptyTally, withoutExif: 0 };

/** `counts` with one more result. */
export function addResult({ tally, withoutExif }: RunCounts, result: Result): RunCounts {
  if ('error' in result) {
    const failed = { code: problemCode(result.error), container: null, outcome: 'failed' } as const;
    return { tally: addWarmed(tally, failed), withoutExif };
  }
  const done = { code: 'OK', container: result.container, outcome: 'done' } as const;
  return { tally: addWarmed(tally, done), withoutExif: withoutExif + (result.hasExif ? 0 : 1) };
}

/** `Summary: 943 read (12 without EXIF), 1 not an image, 3 failed (NoSuchKey 2, AccessDenied 1)`. */
export function summaryLine({ tally, withoutExif }: RunCounts): string {
  const { NotAnImage: notImages = 0, OK: _, ...codes } = tally.codes;
  const failed = tally.failed - notImages;
  const byCode = Object.entries(codes).sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  const parts = [
    `${formatCount(tally.done)} read${withoutExif === 0 ? '' : ` (${formatCount(withoutExif)} without EXIF)`}`,
    notImages === 0 ? '' : `${formatCount(notImages)} not ${notImages === 1 ? 'an image' : 'images'}`,
    failed === 0
      ? ''
      : `${formatCount(failed)} failed (${byCode.map(([code, count]) => `${code} ${formatCount(count)}`).join(', ')})`,
  ];
  return `Summary: ${parts.filter((part) => part !== '').join(', ')}`;
}
