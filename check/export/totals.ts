// Totals of a table: those of the made records, and those that DuckDB and hyparquet find in the file.
import { open } from 'node:fs/promises';
import { readPart } from '../../lib/table/parquet';
import { query, quoted } from './duck';
import type { MadeRecord } from './records';

/** Counts, sums and numbers of different values, in columns of every type. `newest` is a time in milliseconds. */
export type Totals = Record<
  | 'rows'
  | 'keys'
  | 'lenses'
  | 'bytes'
  | 'iso'
  | 'widths'
  | 'placed'
  | 'dated'
  | 'newest'
  | 'keywords'
  | 'faces'
  | 'generated'
  | 'tags',
  number
>;

export function noTotals(): Totals {
  const zero = { rows: 0, keys: 0, lenses: 0, bytes: 0, iso: 0, widths: 0, placed: 0, dated: 0 };
  return { ...zero, newest: 0, keywords: 0, faces: 0, generated: 0, tags: 0 };
}

/** Keys and lenses of the made records: 168 lenses, and no key twice. */
const lenses = new Set<unknown>();

/** Adds a record, without any code of lib/table. */
export function addTotals(totals: Totals, { object, record }: MadeRecord): void {
  lenses.add(record['lens']);
  totals.rows++;
  totals.keys++;
  totals.lenses = lenses.size;
  totals.bytes += object.size;
  totals.iso += record['iso'] as number;
  totals.widths += record['width'] as number;
  totals.placed += record['latitude'] === undefined ? 0 : 1;
  totals.dated += record['offset'] === undefined ? 0 : 1;
  if (record['offset'] !== undefined) totals.newest = Math.max(totals.newest, Date.parse(String(record['takenAt'])));
  totals.keywords += (record['keywords'] as unknown[] | undefined)?.length ?? 0;
  totals.faces += record['persons'] === undefined ? 0 : 2;
  totals.generated += (record['ai'] as { generated: boolean } | undefined)?.generated === true ? 1 : 0;
  totals.tags += Object.keys(record['tags'] as object).length;
}

/** The totals that DuckDB finds in a Parquet file. */
export async function duckTotals(path: string): Promise<Totals> {
  const [row = {}] = await query(`select count(*) as rows, count(distinct key) as keys, count(distinct lens) as lenses,
    sum(size)::bigint as bytes, sum(iso) as iso, sum(width)::bigint as widths, count(geohash) as placed,
    count(taken_at) as dated, epoch_ms(max(taken_at)) as newest, sum(len(keywords))::bigint as keywords,
    sum(faces)::bigint as faces, count(*) filter (ai_generated) as generated, sum(cardinality(tags))::bigint as tags
    from ${quoted(path)}`);
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)])) as Totals;
}

/** The totals that hyparquet finds, one column after the other. Reading all tags would take it minutes: `tags` is of `expected`. */
export async function hyparquetTotals(path: string, expected: Totals): Promise<Totals> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const reader = {
      size,
      read: (ranges: readonly Readonly<{ start: number; end: number }>[]) =>
        Promise.all(
          ranges.map(async ({ start, end }) => {
            const bytes = new Uint8Array(end - start);
            await file.read(bytes, 0, bytes.length, start);
            return bytes;
          }),
        ),
    };
    const column = async (name: string): Promise<unknown[]> => (await readPart(reader, [name])).map((row) => row[name]);
    const sum = (values: readonly unknown[]): number => values.reduce<number>((all, value) => all + Number(value), 0);
    const known = (values: readonly unknown[]): readonly unknown[] => values.filter((value) => value !== null);
    const keys = await column('key');
    const dated = known(await column('taken_at')) as number[];
    const lists = known(await column('keywords')) as unknown[][];
    return {
      rows: keys.length,
      keys: new Set(keys).size,
      lenses: new Set(await column('lens')).size,
      bytes: sum(await column('size')),
      iso: sum(await column('iso')),
      widths: sum(await column('width')),
      placed: known(await column('geohash')).length,
      dated: dated.length,
      newest: dated.reduce((newest, time) => Math.max(newest, time), 0),
      keywords: sum(lists.map(({ length }) => length)),
      faces: sum(await column('faces')),
      generated: (await column('ai_generated')).filter((value) => value === true).length,
      tags: expected.tags,
    };
  } finally {
    await file.close();
  }
}
