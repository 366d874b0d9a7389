// Prints what a backfill would do: objects and bytes by suffix, and the number of requests.

import type { Limits } from '../../lib/limits';
import { pageSize } from '../../lib/s3/list';
import { suffixOf } from '../image-suffixes';
import { formatCount, formatObjects } from '../terminal/progress';
import type { KeyFilter } from './select';
import type { ObjectSource } from './source';

type SuffixCount = { objects: number; taken: number; bytes: number | null };

/** Suffixes that have their own row; all others share one row. Names are from outside, so their number is bounded. */
const maxSuffixes = 100;

/** Lists all objects of `source`, without reading any, and returns the text to print. */
export async function dryRun(
  source: ObjectSource,
  chosen: KeyFilter,
  isListed: boolean,
  limits: Limits,
): Promise<string> {
  const rows = new Map<string, SuffixCount>();
  for await (const { objects } of source.pages(null)) {
    for (const { key, size, problem } of objects) {
      addTo(rowOf(rows, suffixOf(key) ?? '(none)'), size, problem === null && chosen(key));
    }
  }
  const sorted = [...rows].sort(([, one], [, other]) => other.objects - one.objects);
  return [...formatTable(sorted), '', ...costOf([...rows.values()], isListed, limits), ''].join('\n');
}

function rowOf(rows: Map<string, SuffixCount>, suffix: string): SuffixCount {
  const name = rows.has(suffix) || rows.size < maxSuffixes ? suffix : '(others)';
  const row = rows.get(name) ?? { objects: 0, taken: 0, bytes: 0 };
  rows.set(name, row);
  return row;
}

function addTo(row: SuffixCount, size: number | null, taken: boolean): void {
  row.objects++;
  if (taken) row.taken++;
  row.bytes = size === null || row.bytes === null ? null : row.bytes + size;
}

function formatTable(rows: readonly (readonly [string, SuffixCount])[]): readonly string[] {
  const cells = [
    ['suffix', 'objects', 'to read', 'stored'],
    ...rows.map(([name, row]) => [name, formatCount(row.objects), formatCount(row.taken), formatBytes(row.bytes)]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  return cells.map(([name = '', ...numbers]) =>
    [name.padEnd(widths[0] ?? 0), ...numbers.map((text, at) => text.padStart(widths[at + 1] ?? 0))].join('  '),
  );
}

function costOf(rows: readonly SuffixCount[], isListed: boolean, { firstRead, requests }: Limits): readonly string[] {
  const objects = rows.reduce((sum, row) => sum + row.objects, 0);
  const taken = rows.reduce((sum, row) => sum + row.taken, 0);
  return [
    `A backfill would read ${formatCount(taken)} of ${formatObjects(objects)}. Requests:`,
    ...(isListed
      ? [
          `  ${formatCount(Math.max(1, Math.ceil(objects / pageSize)))} to list them; twice as many to show the progress (not with --no-count)`,
        ]
      : []),
    `  ${formatCount(taken)} or more to read: usually one for each object, of ${Math.ceil(firstRead / 1024)} KiB at most (${formatBytes(taken * firstRead)}), never more than ${requests}`,
    `  ${formatCount(taken)} or more to put entries into the cache; for objects that it has already, as many to look them up instead`,
  ];
}

/** Bytes in the units in which stores bill; `?` when the source does not know them. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null) return '?';
  const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
  let at = 0;
  let value = bytes;
  for (; value >= 1000 && at < units.length - 1; at++) value /= 1000;
  return `${at === 0 ? value : value.toFixed(1)} ${units[at]}`;
}
