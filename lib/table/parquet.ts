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
  const { parquetMetadataAsync, parquetReadObjects } = await import('hyparquet');
  const file = toFile(part);
  const metadata = await parquetMetadataAsync(file);
  const held = new Set(metadata.schema.map(({ name }) => name));
  const wanted = columns.filter(({ name }) => names === undefined || names.includes(name));
  const found = wanted.filter(({ name }) => held.has(name)).map(({ name }) => name);
  if (found.length === 0) return Array.from({ length: Number(metadata.num_rows) }, () => emptyRow(wanted));
  const rows = await parquetReadObjects({ file, metadata, columns: found, parsers });
  return rows.map((row) => {
    const cells = emptyRow(wanted);
    for (const { name } of wanted) {
      const value: unknown = row[name] ?? null;
      cells[name] = typeof value === 'bigint' ? Number(value) : (value as Cell);
    }
    return cells;
  });
}

function emptyRow(wanted: readonly { name: string }[]): Record<string, Cell> {
  return Object.fromEntries(wanted.map(({ name }) => [name, null]));
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
