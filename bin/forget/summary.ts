// The end of `bucket-exif forget`: what became of each place.

import { formatCount, formatObjects } from '../terminal/progress';
import type { ForgetEnd, PlaceCounts } from './engine';
import type { Place } from './place';

/** The lines, one for each place. */
export function summary(
  { counts, keys }: ForgetEnd,
  { dryRun, one }: Readonly<{ dryRun: boolean; one: boolean }>,
): string {
  const rows = [...counts].map(([place, own]) => [place.name, resultOf(place, own, { dryRun, one })] as const);
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, result]) => `  ${name.padEnd(width)}  ${result}`);
  const isNone = [...counts.values()].every(({ removed, sent, failed }) => removed + sent + failed === 0);
  const done = isNone ? 'Nothing to forget' : `Forgot what was derived from ${formatObjects(keys)}`;
  const head = dryRun ? `${formatObjects(keys)} found; nothing was changed:` : `${done}:`;
  return `${[head, ...lines, dryRun ? null : end].filter((line) => line !== null).join('\n')}\n`;
}

const end =
  'The objects were not touched. One that still exists is cached and sent again by the next request or event for it.';

function resultOf(
  place: Place,
  { removed, sent, failed }: PlaceCounts,
  { dryRun, one }: Readonly<{ dryRun: boolean; one: boolean }>,
): string {
  if (place.kind === 'closed') return `not possible: ${place.reason}`;
  const failures = failed === 0 ? [] : [one ? 'failed' : `${formatCount(failed)} failed`];
  if (place.kind === 'notified') {
    const told = dryRun ? 'would be sent "removed"' : 'sent "removed"; what it has is with its receivers';
    return (
      [...(sent === 0 ? [] : [one ? told : `${formatCount(sent)} ${told}`]), ...failures].join(', ') ||
      'nothing to send'
    );
  }
  const verb = dryRun ? 'would be removed' : 'removed';
  const parts = [...(removed === 0 ? [] : [one ? verb : `${formatCount(removed)} ${verb}`]), ...failures];
  const advice = removed === 0 || dryRun || place.advice === undefined ? '' : `; ${place.advice}`;
  return parts.length === 0 ? 'nothing there' : parts.join(', ') + advice;
}

/** Whether something could not be removed this time, and whether there is a place from which nothing can be removed. */
export function endOf({ counts }: ForgetEnd): Readonly<{ failed: boolean; isOpen: boolean }> {
  return {
    failed: [...counts.values()].some(({ failed }) => failed > 0),
    isOpen: [...counts.keys()].some(({ kind }) => kind === 'closed'),
  };
}
