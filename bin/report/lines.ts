// Reads a table of lines of JSON, as `bucket-exif export --to photos.ndjson` writes it.

import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { fileErrorText } from '../../lib/io/error-code';
import { type Cell, columns, type Row } from '../../lib/table/columns';
import { parseTime } from '../../lib/table/time';
import { wrongUse } from '../terminal/command-line';

/** Characters of a line: a row has at most 2,048 tags, in practice some 5,000 characters. */
const maxLine = 16 * 1024 * 1024;
/** Rows that are given on together, and their characters: of long lines there are fewer. */
const together = 1000;
const charactersTogether = maxLine;

const times = new Set(columns.flatMap(({ name, type }) => (type === 'instant' || type === 'local' ? [name] : [])));

/** The rows. Throws ProblemError `ConfigInvalid` that names the first line that is not a JSON object. */
export async function* readLines(name: string, path: string): AsyncGenerator<readonly Row[]> {
  let rows: Row[] = [];
  let number = 0;
  let characters = 0;
  for await (const line of linesOf(name, path)) {
    number++;
    if (line.trim() === '') continue;
    rows.push(rowOfLine(line, `${name}, line ${number}`));
    characters += line.length;
    if (rows.length < together && characters < charactersTogether) continue;
    yield rows;
    [rows, characters] = [[], 0];
  }
  if (rows.length > 0) yield rows;
}

async function* linesOf(name: string, path: string): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  try {
    for await (const chunk of opened(path)) {
      const parts = (rest + decoder.write(chunk as Buffer)).split('\n');
      rest = parts.pop() ?? '';
      if (rest.length > maxLine) throw wrongUse(`Cannot read ${name}: it has a line of more than 16 MiB`);
      yield* parts;
    }
  } catch (error) {
    throw typeof (error as { code?: unknown }).code === 'string' && 'errno' in (error as object)
      ? wrongUse(`Cannot read ${name}: ${fileErrorText(error)}`)
      : error;
  }
  yield rest + decoder.end();
}

/** The bytes of the file, decompressed. An error of either stream is one of the stream that is returned. */
function opened(path: string): Readable {
  const file = createReadStream(path, { highWaterMark: 1024 * 1024 });
  return path.endsWith('.gz') ? pipeline(file, createGunzip(), () => {}) : file;
}

function rowOfLine(line: string, where: string): Row {
  const value = parsed(line, where);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrongUse(`${where}: a line must be a JSON object with the columns of a table`);
  if (!('key' in value) || 'record' in value)
    throw wrongUse(`${where}: not a row of a table: write one with bucket-exif export`);
  const row: Record<string, Cell> = {};
  for (const [name, cell] of Object.entries(value)) row[name] = times.has(name) ? timeOf(cell) : (cell as Cell);
  return row;
}

function parsed(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw wrongUse(`${where}: not JSON`);
  }
}

/** A time as milliseconds or as a text, with `T` or a space between date and time. */
function timeOf(cell: unknown): number | null {
  if (typeof cell === 'number') return cell;
  const time = parseTime(typeof cell === 'string' ? cell.replace(' ', 'T') : null);
  return time?.instant ?? time?.local ?? null;
}
