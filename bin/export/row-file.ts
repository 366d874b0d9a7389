// The forms of the file with the rows: Parquet, CSV and NDJSON.

import { type Cell, type Column, columns, type Row } from '../../lib/table/columns';
import { withoutFormulas } from '../cli/rows';
import type { ExportOptions } from './options';
import { openOutput } from './output-file';

/** A file of rows. `add` resolves when the row is encoded, and at the end of a group is on the disk. */
export type RowFile = Readonly<{
  add(row: Row): Promise<void> | void;
  /** Completes the file. Returns its bytes. */
  finish(): Promise<number>;
  /** Removes what was written. */
  abandon(): Promise<void>;
}>;

/** Turns rows into bytes; null = nothing has to be written yet. */
type RowEncoder = Readonly<{ add(row: Row): Uint8Array | null; end(): Uint8Array }>;

type FileOptions = Pick<ExportOptions, 'to' | 'file' | 'overwrite' | 'rawText'>;

/** Begins the file. `program` is named in Parquet files. Throws ProblemError `ConfigInvalid`, as all its functions do. */
export async function openRowFile(options: FileOptions, program: string): Promise<RowFile> {
  const { form, gzip } = options.file;
  const encoder = form === 'parquet' ? await parquetRows(program) : await textRows(form, options.rawText);
  const file = await openOutput({ path: options.to, gzip, overwrite: options.overwrite });
  return {
    add(row) {
      const bytes = encoder.add(row);
      return bytes === null ? undefined : file.write(bytes);
    },
    async finish() {
      await file.write(encoder.end());
      return file.finish();
    },
    abandon: file.abandon,
  };
}

/** Rows of a row group, as many as DuckDB gives to one of its threads; and its bytes in memory, which long texts reach earlier. */
const groupRows = 122_880;
const groupBytes = 64 * 1024 * 1024;
/** Rows between two looks at the memory. */
const lookEvery = 512;

async function parquetRows(program: string): Promise<RowEncoder> {
  const { openEncoder } =
    require('../../lib/table/parquet-encoder') as typeof import('../../lib/table/parquet-encoder');
  const encoder = await openEncoder(program);
  let rows = 0;
  return {
    add(row) {
      encoder.add(row);
      rows++;
      const isFull = rows % groupRows === 0 || (rows % lookEvery === 0 && encoder.held().bytes >= groupBytes);
      return isFull ? encoder.endGroup() : null;
    },
    end: encoder.end,
  };
}

/** Rows of text that are encoded and written together. */
const rowsTogether = 500;

async function textRows(form: 'csv' | 'ndjson', rawText: boolean): Promise<RowEncoder> {
  const encode = form === 'csv' ? await csvLines(rawText) : jsonLines;
  const utf8 = new TextEncoder();
  let rows: Row[] = [];
  let isFirst = true;
  const take = (): Uint8Array => {
    const text = encode(rows, isFirst);
    rows = [];
    isFirst = false;
    return utf8.encode(text);
  };
  return {
    add(row) {
      rows.push(row);
      return rows.length < rowsTogether ? null : take();
    },
    end: take,
  };
}

/** Every line has every column, so that a reader that looks at the first lines only knows them all. */
function jsonLines(rows: readonly Row[]): string {
  return rows
    .map((row) => {
      const members = columns.map((column) => [column.name, jsonCell(column, row[column.name] ?? null)]);
      return `${JSON.stringify(Object.fromEntries(members))}\n`;
    })
    .join('');
}

/** Times as ISO 8601, those on the clock on the wall without a zone. */
function jsonCell({ type }: Column, cell: Cell): Cell {
  if (typeof cell !== 'number' || (type !== 'instant' && type !== 'local')) return cell;
  const text = new Date(cell).toISOString();
  return type === 'instant' ? text : text.slice(0, -1);
}

/** Lists and maps as JSON. A null is an empty cell, and an empty text is a cell with two quotes. */
async function csvLines(rawText: boolean): Promise<(rows: readonly Row[], isFirst: boolean) => string> {
  const { stringify } = await import('csv-stringify/sync');
  const asText = rawText ? (text: string) => text : withoutFormulas;
  const toCell = (column: Column, cell: Cell): string | null => {
    const value = jsonCell(column, cell);
    if (value === null) return null;
    return typeof value === 'string'
      ? asText(value)
      : typeof value === 'object'
        ? asText(JSON.stringify(value))
        : String(value);
  };
  const options = {
    record_delimiter: '\r\n', // [RFC 4180 2]
    quoted_match: /[\r\n]/, // by default, only a text with the whole delimiter gets quotes
    cast: { string: (text: string) => (text === '' ? { value: text, quoted_empty: true } : text) },
  };
  return (rows, isFirst) => {
    const header = isFirst ? [columns.map(({ name }) => name)] : [];
    const cells = rows.map((row) => columns.map((column) => toCell(column, row[column.name] ?? null)));
    return stringify([...header, ...cells], options);
  };
}
