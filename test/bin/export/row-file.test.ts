// The files that an export writes, and what is left when it cannot.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { forms } from '../../../bin/export/options';
import { openRowFile } from '../../../bin/export/row-file';
import { columns, type Row } from '../../../lib/table/columns';
import { readPart } from '../../../lib/table/parquet';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bucket-exif-rows-'));
});
afterEach(() => rm(folder, { recursive: true }));

const empty: Row = Object.fromEntries(columns.map(({ name }) => [name, null]));
const full: Row = {
  ...empty,
  key: '=cmd|"a",\nb',
  etag: '',
  size: 12,
  last_modified: 0.25 * 4000,
  taken_at_local: Date.UTC(2024, 1, 29, 12, 0, 0, 250),
  utc_offset: '+02:00',
  latitude: -8.25,
  keywords: ['a,b', '"c"'],
  ai_generated: false,
  tags: { A: 'x', B: '' },
};

/** Writes rows to a file of this name. */
async function write(name: string, rows: readonly Row[], more: { overwrite?: boolean; rawText?: boolean } = {}) {
  const end = Object.keys(forms).find((known) => name.endsWith(known)) as keyof typeof forms;
  const options = { to: join(folder, name), file: forms[end], overwrite: false, rawText: false, ...more };
  const file = await openRowFile(options, 'test');
  for (const row of rows) await file.add(row);
  return file.finish();
}

const textOf = (name: string) => readFile(join(folder, name), 'utf8');

test('CSV: every column, lists and maps as JSON, nulls empty and empty texts in quotes', async () => {
  await write('a.csv', [full, empty], { rawText: true });
  const text = await textOf('a.csv');
  const [header = [], first = [], second] = parse(text) as string[][];
  expect(header).toEqual(columns.map(({ name }) => name));
  const cells = Object.fromEntries(header.map((name, at) => [name, first[at]]).filter(([, cell]) => cell !== ''));
  expect(cells).toEqual({
    key: '=cmd|"a",\nb',
    size: '12',
    last_modified: '1970-01-01T00:00:01.000Z',
    taken_at_local: '2024-02-29T12:00:00.250',
    utc_offset: '+02:00',
    latitude: '-8.25',
    keywords: '["a,b","\\"c\\""]',
    ai_generated: 'false',
    tags: '{"A":"x","B":""}',
  });
  expect(second).toEqual(columns.map(() => ''));
  expect(text).toContain('"=cmd|""a"",\nb","",12,');
  expect(text.endsWith(`\r\n${','.repeat(columns.length - 1)}\r\n`)).toBe(true);
});

test('CSV: a text with any line break is in quotes', async () => {
  const texts = ['a\nb', 'a\rb', 'a\r\nb'];
  const rows = texts.map((description) => ({ ...empty, description }));
  await write('a.csv', rows);
  const [header = [], ...cells] = parse(await textOf('a.csv'), { record_delimiter: '\r\n' }) as string[][];
  expect(cells.map((row) => row[header.indexOf('description')])).toEqual(texts);
  for (const text of texts) expect(await textOf('a.csv')).toContain(`"${text}"`);
});

test('CSV: texts that a spreadsheet may take for a formula', async () => {
  await write('a.csv', [full]);
  expect(await textOf('a.csv')).toContain('"\'=cmd|""a"",\nb","",12,');
});

test('NDJSON: every column, in order', async () => {
  await write('a.ndjson', [full, empty]);
  const lines = (await textOf('a.ndjson'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(lines).toEqual([
    { ...full, last_modified: '1970-01-01T00:00:01.000Z', taken_at_local: '2024-02-29T12:00:00.250' },
    empty,
  ]);
  expect(Object.keys(lines[1] ?? {})).toEqual(columns.map(({ name }) => name));
});

test('compressed', async () => {
  const rows = Array.from({ length: 3000 }, (_, at) => ({ ...empty, key: `key ${at}` }));
  const length = await write('a.ndjson.gz', rows);
  const bytes = await readFile(join(folder, 'a.ndjson.gz'));
  expect(bytes.length).toBe(length);
  const keys = gunzipSync(bytes)
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).key);
  expect(keys).toEqual(rows.map(({ key }) => key));
});

test('Parquet', async () => {
  await write('a.parquet', [full, empty]);
  expect(await readPart(new Uint8Array(await readFile(join(folder, 'a.parquet'))))).toEqual([full, empty]);
});

test.each(Object.keys(forms))('%s without rows', async (end) => {
  await write(`a${end}`, []);
  expect(await readdir(folder)).toEqual([`a${end}`]);
});

test('a file that exists stays, unless it may be replaced', async () => {
  await writeFile(join(folder, 'a.csv'), 'old');
  await expect(write('a.csv', [])).rejects.toThrow('exists: replace it with --overwrite');
  expect(await textOf('a.csv')).toBe('old');
  await write('a.csv', [], { overwrite: true });
  expect(await textOf('a.csv')).toMatch(/^bucket,key/);
});

test('a file that another program makes meanwhile stays', async () => {
  const options = { to: join(folder, 'a.csv'), file: forms['.csv'], overwrite: false, rawText: false };
  const file = await openRowFile(options, 'test');
  await writeFile(join(folder, 'a.csv'), 'other');
  await expect(file.finish()).rejects.toThrow('exists');
  await file.abandon();
  expect([await readdir(folder), await textOf('a.csv')]).toEqual([['a.csv'], 'other']);
});

test('what is given up leaves nothing', async () => {
  for (const [end, file] of Object.entries(forms)) {
    const rows = await openRowFile({ to: join(folder, `a${end}`), file, overwrite: true, rawText: false }, 'test');
    await rows.add(full);
    await rows.abandon();
  }
  expect(await readdir(folder)).toEqual([]);
});

test('places that cannot be written', async () => {
  await mkdir(join(folder, 'folder.csv'));
  await expect(write('folder.csv', [])).rejects.toThrow('is not a file: choose another name');
  await expect(write('missing/a.csv', [])).rejects.toThrow(/^Cannot write \S+: no such file or folder \(ENOENT\)/);
});
