// Row groups, pages and dictionaries of a Parquet file, read by hyparquet.
import type { Cell, Row } from '../../../lib/table/columns';
import { readPart } from '../../../lib/table/parquet';
import { openEncoder } from '../../../lib/table/parquet-encoder';

/** A file with these row groups. */
async function encode(groups: readonly (readonly Row[])[]): Promise<Uint8Array> {
  const encoder = await openEncoder('test');
  const parts = groups.map((rows) => {
    for (const row of rows) encoder.add(row);
    return encoder.endGroup();
  });
  return new Uint8Array(Buffer.concat([...parts, encoder.end()]));
}

/** Rows with one column. */
function rowsOf(name: string, count: number, cell: (at: number) => Cell): Row[] {
  return Array.from({ length: count }, (_, at) => ({ [name]: cell(at) }));
}

async function footerOf(bytes: Uint8Array) {
  const { parquetMetadata } = await import('hyparquet');
  return parquetMetadata(bytes.slice().buffer);
}

test.each<[string, string, (at: number) => Cell, number?]>([
  ['few texts: a dictionary for all pages', 'make', (at) => `make ${at % 7}`],
  ['a text that is always new: no dictionary', 'key', (at) => `key ${at}`],
  ['texts of which every second is new: the dictionary becomes too large', 'lens', (at) => `lens ${at >> 1}`, 70_000],
  ['long texts: the dictionary has too many bytes', 'title', (at) => `${'x'.repeat(500)}${at >> 2}`],
  ['numbers', 'iso', (at) => at / 8],
  ['whole numbers of both signs', 'size', (at) => (at - 12_500) * 180_143_985_094],
  ['times before and after 1970', 'taken_at_local', (at) => (at - 12_500) * 86_400_007],
  ['booleans', 'ai_generated', (at) => (at % 3 === 0 ? null : at % 5 === 0)],
  ['long runs of nulls', 'city', (at) => (at % 24_000 < 23_000 ? null : 'x')],
  ['lists of every length', 'keywords', (at) => Array.from({ length: at % 5 }, (_, item) => `${at % 97} ${item}`)],
])('%s', async (_, name, cell, count = 25_000) => {
  const rows = rowsOf(name, count, cell);
  expect(await readPart(await encode([rows]), [name])).toEqual(rows);
});

test('a row with more tags than a page has entries', async () => {
  const tags = Object.fromEntries(Array.from({ length: 70_000 }, (_, at) => [`T${at}`, String(at % 1000)]));
  const rows: Row[] = [{ tags: { A: 'a' } }, { tags }, { tags: null }, { tags: { B: 'b' } }];
  expect(await readPart(await encode([rows]), ['tags'])).toEqual(rows);
});

test('row groups start again, also after one whose dictionary was given up', async () => {
  const groups = [
    rowsOf('lens', 5000, (at) => `lens ${at}`),
    rowsOf('lens', 100, (at) => `lens ${at % 2}`),
    [],
    rowsOf('lens', 1, () => null),
  ];
  const bytes = await encode(groups);
  expect(await readPart(bytes, ['lens'])).toEqual(groups.flat());
  const { num_rows, row_groups } = await footerOf(bytes);
  expect([num_rows, row_groups.map((group) => Number(group.num_rows))]).toEqual([5101n, [5000, 100, 1]]);
});

test('the footer has the bounds and nulls of each column', async () => {
  const texts = ['b', 'ä', null, 'a', '\u{1f600}', '\uffee'];
  const rows = texts.map(
    (text, at): Row => ({
      key: text,
      size: at - 2,
      taken_at: 1000 * at,
      latitude: -at,
      keywords: text === null ? [] : [text],
    }),
  );
  const { row_groups } = await footerOf(await encode([rows]));
  const statistics = (name: string) =>
    row_groups[0]?.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === name)?.meta_data?.statistics;
  // By their bytes in UTF-8, not by UTF-16 units.
  expect(statistics('key')).toMatchObject({ min_value: 'a', max_value: '\u{1f600}', null_count: 1n });
  expect(statistics('keywords')).toMatchObject({ min_value: 'a', max_value: '\u{1f600}', null_count: 1n });
  expect(statistics('size')).toMatchObject({ min_value: -2n, max_value: 3n, null_count: 0n });
  expect(statistics('taken_at')).toMatchObject({ min_value: new Date(0), max_value: new Date(5000) });
  expect(statistics('latitude')).toMatchObject({ min_value: -5, max_value: 0 });
  expect(statistics('city')).toEqual({ null_count: 6n });
});

test('how much of a row group is in memory', async () => {
  const encoder = await openEncoder('test');
  const none = encoder.held();
  for (const row of rowsOf('title', 100, (at) => 'x'.repeat(1000) + at)) encoder.add(row);
  const some = encoder.held();
  expect([none.rows, some.rows]).toEqual([0, 100]);
  expect(some.bytes - none.bytes).toBeGreaterThan(100_000);
  encoder.endGroup();
  expect(encoder.held()).toEqual(none);
});
