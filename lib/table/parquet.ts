// Writes rows as a Parquet file, and reads them again. Both need packages that are loaded when they are first used.
import type { RangeReader } from '../types';
import { type Cell, columns, type Row } from './columns';
import { openEncoder } from './parquet-encoder';

export { versionKey } from './parquet-encoder';

/**
 * One complete Parquet file with all rows, for up to some 100,000. Its metadata has the version of the table, and `program`, such
 * as `bucket-exif version 1.2.3`.
 */
export async function encodePart(rows: readonly Row[], program = 'bucket-exif'): Promise<Uint8Array> {
  const encoder = await openEncoder(program);
  for (const row of rows) encoder.add(row);
  return encoder.end();
}

/**
 * The rows of a Parquet file, with the columns `names` (default: all). A column that the file does not have is null. Throws when
 * the file is damaged.
 */
export async function readPart(part: Uint8Array | RangeReader, names?: readonly string[]): Promise<Row[]> {
  const rows: Row[] = [];
  const { groups } = await openPart(part, names);
  for await (const group of groups) for (const row of group) rows.push({ ...row });
  return rows;
}

/** A file that is read group by group: `count` rows in all. Of the rows of a group, only one is there at a time. */
export type OpenPart = Readonly<{ count: number; groups: AsyncIterable<Iterable<Row>> }>;

/** Rows in memory at the same time, when a group of the file has more. */
const maxRows = 131_072;

/** The same rows, group by group. Only the columns asked for are read. Throws when the file has no column of the table. */
export async function openPart(part: Uint8Array | RangeReader, names?: readonly string[]): Promise<OpenPart> {
  const { parquetMetadataAsync, parquetScan } = await import('hyparquet');
  const file = toFile(part);
  const metadata = await parquetMetadataAsync(file);
  const held = new Set(metadata.schema.map(({ name }) => name));
  if (!columns.some(({ name }) => held.has(name))) throw new Error('it has no column of a table of images');
  const wanted = columns.filter(({ name }) => names === undefined || names.includes(name)).map(({ name }) => name);
  const found = wanted.filter((name) => held.has(name));
  async function* groups(): AsyncGenerator<Iterable<Row>> {
    let start = 0;
    for (const group of metadata.row_groups) {
      const end = start + Number(group.num_rows);
      for (; start < end; start += maxRows) {
        const range = { rowStart: start, rowEnd: Math.min(start + maxRows, end) };
        const cells = new Map<string, ArrayLike<unknown>>();
        if (found.length > 0) {
          const scan = await parquetScan({ file, metadata, columns: found, parsers, ...range });
          for (const column of found) cells.set(column, await scan.readColumn({ column, ...range }));
        }
        yield rowsOf(wanted, cells, range.rowEnd - range.rowStart);
      }
      start = end;
    }
  }
  return { count: Number(metadata.num_rows), groups: groups() };
}

/** Rows of columns. The object is the same for each row. */
function* rowsOf(
  names: readonly string[],
  cells: ReadonlyMap<string, ArrayLike<unknown>>,
  size: number,
): Generator<Row> {
  const row: Record<string, Cell> = {};
  const values = names.map((name) => cells.get(name) ?? null);
  for (let at = 0; at < size; at++) {
    names.forEach((name, index) => {
      const value: unknown = values[index]?.[at] ?? null;
      row[name] = typeof value === 'bigint' ? Number(value) : (value as Cell);
    });
    yield row;
  }
}

type AsyncFile = Readonly<{
  byteLength: number;
  slice(start: number, end?: number): Promise<ArrayBuffer> | ArrayBuffer;
}>;

function toFile(part: Uint8Array | RangeReader): AsyncFile {
  if (part instanceof Uint8Array) {
    return { byteLength: part.length, slice: (start, end) => bufferOf(part.slice(start, end)) };
  }
  return {
    byteLength: part.size,
    async slice(start, end = part.size) {
      const from = start < 0 ? Math.max(0, part.size + start) : start;
      const [bytes = new Uint8Array()] = await part.read([{ start: from, end: Math.min(end, part.size) }]);
      return bufferOf(bytes);
    },
  };
}

function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Times stay numbers. A byte order mark is a part of a key. */
const parsers = {
  stringFromBytes: (bytes: Uint8Array | undefined): string | undefined => bytes && utf8.decode(bytes),
  timestampFromMilliseconds: (value: bigint): number => Number(value),
  timestampFromMicroseconds: (value: bigint): number => Number(value / 1000n),
};
