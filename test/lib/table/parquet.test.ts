// Rows are equal after they were written as Parquet and read again.
import { memoryReader } from '../../../lib/bytes/reader';
import { columns, type Row } from '../../../lib/table/columns';
import { encodePart, readPart, versionKey } from '../../../lib/table/parquet';

/** A row with nothing. */
const empty: Row = Object.fromEntries(columns.map(({ name }) => [name, null]));

const full: Row = {
  ...empty,
  bucket: 'photos',
  key: 'a/😀 ä.jpg',
  etag: '"e1"',
  size: Number.MAX_SAFE_INTEGER,
  last_modified: 1_700_000_000_123,
  state_order: 0,
  width: -2_147_483_648,
  height: 2_147_483_647,
  taken_at: -1,
  taken_at_local: -62_135_596_800_000,
  latitude: -0.1,
  longitude: 1e-300,
  iso: 100,
  keywords: ['one', '', 'three'],
  creator: [],
  ai_generated: false,
  motion_photo: true,
  tags: { A: 'a', B: '', C: '1 2 3' },
};

test('every type and null', async () => {
  const rows = [full, empty, { ...full, creator: ['x'], tags: { Z: 'z' } }, empty];
  expect(await readPart(await encodePart(rows))).toEqual(rows);
});

test('no rows, and a column of which every cell is null', async () => {
  expect(await readPart(await encodePart([]))).toEqual([]);
  expect(await readPart(await encodePart([empty, empty]))).toEqual([empty, empty]);
});

test('a missing cell is null', async () => {
  expect(await readPart(await encodePart([{ key: 'k' }]))).toEqual([{ ...empty, key: 'k' }]);
});

test('only some columns, by a reader of ranges', async () => {
  const reader = memoryReader(await encodePart([full, empty]));
  expect(await readPart(reader, ['key', 'tags', 'unknown'])).toEqual([
    { key: full['key'], tags: full['tags'] },
    { key: null, tags: null },
  ]);
  expect(await readPart(reader, [])).toEqual([{}, {}]);
});

test('texts that try to break the format', async () => {
  const texts = ['', '\0', 'PAR1', 'constructor', '"quoted"\r\n', 'x'.repeat(100_000), '\u{10ffff}', '\ufeff'];
  const rows = texts.map((text) => ({ ...empty, key: text, keywords: [text, text], tags: { [text]: text } }));
  expect(await readPart(await encodePart(rows))).toEqual(rows);
});

test('many rows with repeated and with different texts', async () => {
  const rows = Array.from({ length: 3000 }, (_, at): Row => {
    const list = Array.from({ length: at % 4 }, (_, item) => `k${(at * item) % 7}`);
    return { ...empty, key: `key ${at}`, make: at % 3 === 0 ? null : `m${at % 5}`, iso: at / 8, keywords: list };
  });
  expect(await readPart(await encodePart(rows))).toEqual(rows);
});

test('the metadata names the version of the table and the program', async () => {
  const { parquetMetadata } = await import('hyparquet');
  const bytes = await encodePart([full], 'bucket-exif version 1.2.3');
  const { key_value_metadata, created_by } = parquetMetadata(bytes.slice().buffer);
  expect(key_value_metadata).toEqual([{ key: versionKey, value: '1' }]);
  expect(created_by).toBe('bucket-exif version 1.2.3');
});

test('a table of something else is an error', async () => {
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const other = parquetWriteBuffer({ columnData: [{ name: 'fare', data: [1, 2] }] });
  await expect(readPart(new Uint8Array(other))).rejects.toThrow('no column of a table of images');
});

test('a damaged file is an error', async () => {
  const bytes = await encodePart([full]);
  await expect(readPart(bytes.subarray(0, bytes.length - 1))).rejects.toThrow();
  await expect(readPart(new Uint8Array())).rejects.toThrow();
});
