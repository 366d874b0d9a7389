// Counts the files of a folder, or the objects below a prefix, that are not read, by reason, and makes the line about them.

import { suffixOf } from '../image-suffixes';
import { printable } from '../terminal/terminal';

/** Why a file of a folder is left out. */
export type SkipReason = 'name' | 'hidden' | 'link' | 'special';

/** Counts of one folder: `read` are the files that were not left out. */
export type SkipCounts = {
  read: number;
  readonly counts: Record<SkipReason, number>;
  readonly suffixes: Map<string, number>;
  /** Set when there are more hidden files than were counted. */
  hiddenCut: boolean;
};

/**
 * The number of suffixes that are counted separately, and of those that are shown. Names come from outside, so the number is
 * limited.
 */
const most = { counted: 1000, named: 5 } as const;

/** The counts at the start. */
export function nothingSkipped(): SkipCounts {
  return { read: 0, counts: { name: 0, hidden: 0, link: 0, special: 0 }, suffixes: new Map(), hiddenCut: false };
}

/** Counts a file that is left out. */
export function addSkip(skipped: SkipCounts, reason: SkipReason, name: string): void {
  skipped.counts[reason]++;
  if (reason !== 'name') return;
  const { suffixes } = skipped;
  const suffix = suffixOf(name) ?? '';
  const known = suffixes.has(suffix) || suffixes.size < most.counted;
  if (known) suffixes.set(suffix, (suffixes.get(suffix) ?? 0) + 1);
}

/** The line about the files or objects of `place` that are left out; null when there are none. */
export function skippedLine(place: string, unit: 'file' | 'object', skipped: SkipCounts): string | null {
  const { counts, read, hiddenCut } = skipped;
  const sum = counts.name + counts.hidden + counts.link + counts.special;
  if (sum === 0) return null;
  const reasons = [
    counts.name === 0 ? '' : `${count(counts.name)} without the suffix of an image (${suffixList(skipped)})`,
    counts.hidden === 0 ? '' : `${hiddenCut ? 'more than ' : ''}${count(counts.hidden)} hidden`,
    counts.link === 0 ? '' : `${count(counts.link)} ${counts.link === 1 ? 'link to a folder' : 'links to folders'}`,
    counts.special === 0 ? '' : `${count(counts.special)} not regular`,
  ].filter((reason) => reason !== '');
  const advice = counts.name + counts.hidden === 0 ? '' : `; --all reads also ${others[unit]}`;
  const [atLeast, all] = [hiddenCut ? 'more than ' : '', read + sum];
  const amount = `${atLeast}${count(sum)} of ${count(all)} ${unit}${all === 1 ? '' : 's'}`;
  return `Skipped ${amount} in ${printable(place)}: ${reasons.join(', ')}${advice}`;
}

const others = {
  file: 'hidden files and files with any suffix',
  object: 'objects with any suffix',
} as const;

/** `.txt 30, .mov 10, none 2, others 4`: the most frequent first. */
function suffixList({ suffixes, counts }: SkipCounts): string {
  const sorted = [...suffixes].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  const named = sorted.slice(0, most.named);
  const others = counts.name - named.reduce((sum, [, number]) => sum + number, 0);
  return [
    ...named.map(([suffix, number]) => `${suffix === '' ? 'none' : `.${suffix}`} ${count(number)}`),
    ...(others === 0 ? [] : [`others ${count(others)}`]),
  ].join(', ');
}

function count(number: number): string {
  return number.toLocaleString('en');
}
