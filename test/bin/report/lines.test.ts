import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readLines } from '../../../bin/report/lines';
import { openSource, type RowSource } from '../../../bin/report/source';
import type { Row } from '../../../lib/table/columns';
import { encodePart } from '../../../lib/table/parquet';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bucket-exif-report-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function put(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

async function openTable(path: string, names: readonly string[] = []): Promise<RowSource> {
  const source = await openSource(path, folder, names);
  if (source === null) throw new Error('not a table');
  return source;
}

async function all(rows: AsyncIterable<Iterable<Row>>): Promise<Row[]> {
  const found: Row[] = [];
  for await (const some of rows) for (const row of some) found.push({ ...row });
  return found;
}

const lines = [
  '{"key":"é.jpg","taken_at":"2026-05-17T10:15:00.250Z","taken_at_local":"2026-05-17T12:15:00.250","gives_away":["position"]}',
  '',
  '{"key":"b.jpg","taken_at":1,"taken_at_local":"2026-02-30T00:00:00"}',
];
const expected = [
  {
    key: 'é.jpg',
    taken_at: Date.UTC(2026, 4, 17, 10, 15, 0, 250),
    taken_at_local: Date.UTC(2026, 4, 17, 12, 15, 0, 250),
    gives_away: ['position'],
  },
  { key: 'b.jpg', taken_at: 1, taken_at_local: null },
];

test('lines of JSON, plain and compressed', async () => {
  for (const end of ['', '\n'])
    expect(await all(readLines('a', put('a.ndjson', lines.join('\n') + end)))).toEqual(expected);
  const path = put('a.ndjson.gz', gzipSync(lines.join('\r\n')));
  expect(await all((await openTable(path)).rows)).toEqual(expected);
});

test.each([
  ['{"key":1}\n[1]', /^bad, line 2: a line must be a JSON object/],
  ['null', /^bad, line 1: a line must be/],
  ['{"key":', /^bad, line 1: not JSON$/],
  ['{"source":"a.jpg","make":"Canon"}', /^bad, line 1: not a row of a table: write one with bucket-exif export$/],
  ['{"key":"a.jpg","record":{}}', /^bad, line 1: not a row of a table/],
])('%j is refused, with the number of the line', async (text, message) => {
  await expect(all(readLines('bad', put('bad.ndjson', text)))).rejects.toThrow(message);
});

test('a compressed file that is damaged is refused', async () => {
  await expect(all(readLines('bad', put('bad.ndjson.gz', 'no gzip')))).rejects.toThrow(
    /^Cannot read bad: Z_DATA_ERROR/,
  );
});

test('a folder of Parquet files is read in the order of their names', async () => {
  const parts = join(folder, 'parts');
  for (const name of ['b', 'a']) {
    rmSync(join(folder, `${name}.parquet`), { force: true });
    put(`${name}.parquet`, await encodePart([{ key: `${name}.jpg`, size: 5 }]));
  }
  const { rows, total } = await openTable('.', ['key', 'size']);
  expect(total).toBe(2);
  expect(await all(rows)).toEqual([
    { key: 'a.jpg', size: 5 },
    { key: 'b.jpg', size: 5 },
  ]);
  await expect(openSource(parts, folder, [])).rejects.toThrow(/no such file or folder/);
});

test('other sources are refused, and a damaged file is named', async () => {
  await expect(openSource(put('a.csv', ''), folder, [])).rejects.toThrow(/A table must be a .parquet/);
  const path = put('damaged.parquet', 'PAR1 no');
  await expect(openSource(path, folder, [])).rejects.toThrow(/Cannot read .*damaged\.parquet as Parquet: /);
});

test('of long lines fewer are in memory at the same time', async () => {
  const line = JSON.stringify({ key: 'a', title: 'x'.repeat(6 * 1024 * 1024) });
  const sizes: number[] = [];
  for await (const rows of readLines('long', put('long.ndjson', `${line}\n`.repeat(8)))) sizes.push([...rows].length);
  expect(sizes).toEqual([3, 3, 2]);
});

test('a dataset of which no run has ended is refused, because it would look empty', async () => {
  mkdirSync(join(folder, 'begun', '_state'), { recursive: true });
  await expect(openTable(join(folder, 'begun'))).rejects.toThrow('is not complete: run its export again until it ends');
});
