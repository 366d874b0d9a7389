// The index of a dataset: an entry for each object, in the order of bucket and key, in gzip files of NDJSON.

import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { compareUtf8 } from '../../lib/bytes/utf8';
import { ProblemError } from '../../lib/problem';
import { type IndexStage, indexPath } from './layout';
import type { Storage } from './storage';

/**
 * Where the row of an object is, and its state. `etag` null: the object must be read again at the next chance. `part` -1: the
 * object was removed; then `row` is the time of that, in seconds since 1970, and the entry only keeps late messages away.
 */
export type Entry = Readonly<{
  bucket: string;
  key: string;
  etag: string | null;
  order: number;
  part: number;
  row: number;
}>;

/** The name of an object in the order of the index. */
export type Name = Readonly<{ bucket: string; key: string }>;

/** The files of an index. */
export type IndexFiles = Readonly<{ run: string; stage: IndexStage; files: number }>;

export function compareNames(a: Name, b: Name): number {
  return (a.bucket === b.bucket ? 0 : compareUtf8(a.bucket, b.bucket)) || compareUtf8(a.key, b.key);
}

export function isRemoved({ part }: Entry): boolean {
  return part < 0;
}

/** Characters after which a file of the index ends, also with few entries: 100,000 entries with keys of 60 bytes have 13 million. */
const fullCharacters = 16 * 1024 * 1024;
/** Bytes of a file of the index when it is unpacked: a character has up to three, and the last entry may end after the limit. */
const maxUnpacked = 4 * fullCharacters;

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** Writes an index. `add` is only for as long as `isFull` is false; `cut` writes what was added as the next file. */
export type IndexWriter = Readonly<{
  add(entry: Entry): void;
  isFull(): boolean;
  cut(): Promise<void>;
  files(): number;
}>;

/** Continues an index that has `files` files already. */
export function indexWriter(storage: Storage, { run, stage, files }: IndexFiles, entriesOfFile: number): IndexWriter {
  let lines: string[] = [];
  let characters = 0;
  let written = files;
  return {
    add({ bucket, key, etag, order, part, row }) {
      const line = JSON.stringify([bucket, key, etag, order, part, row]);
      lines.push(line);
      characters += line.length;
    },
    isFull: () => lines.length >= entriesOfFile || characters >= fullCharacters,
    async cut() {
      if (lines.length === 0) return;
      const bytes = new TextEncoder().encode(`${lines.join('\n')}\n`);
      [lines, characters] = [[], 0];
      await storage.put(indexPath(run, stage, written), new Uint8Array(await pack(bytes, { level: 3 })));
      written++;
    },
    files: () => written,
  };
}

/** Reads an index. `current` is null after its end. `advance` returns a promise only when the next file has to be read. */
export type IndexReader = Readonly<{
  current(): Entry | null;
  advance(): Promise<void> | null;
  /** The number of the file with the current entry. */
  file(): number;
}>;

/** Opens an index at the first entry of file number `from`; null = an empty index. The next file is read in advance. */
export async function openIndex(storage: Storage, index: IndexFiles | null, from = 0): Promise<IndexReader> {
  let file = from - 1;
  let lines: readonly string[] = [];
  let at = 0;
  let current: Entry | null = null;
  let next = linesOf(storage, index, from);
  const fill = async (): Promise<void> => {
    for (;;) {
      const read = await next;
      file++;
      if (read === null) {
        current = null;
        return;
      }
      next = linesOf(storage, index, file + 1);
      next.catch(() => {});
      if (read.length === 0) continue;
      lines = read;
      at = 0;
      step();
      return;
    }
  };
  const step = (): void => {
    current = parseEntry(lines[at++] ?? '');
  };
  await fill();
  return {
    current: () => current,
    advance() {
      if (at >= lines.length) return fill();
      step();
      return null;
    },
    file: () => file,
  };
}

async function linesOf(storage: Storage, index: IndexFiles | null, n: number): Promise<readonly string[] | null> {
  if (index === null || n >= index.files) return null;
  const path = indexPath(index.run, index.stage, n);
  const packed = await storage.get(path);
  if (packed === null) throw damaged(`${storage.name}${path} is missing`);
  try {
    const text = new TextDecoder().decode(await unpack(packed, { maxOutputLength: maxUnpacked }));
    return text.split('\n').filter((line) => line !== '');
  } catch (cause) {
    throw damaged(`${storage.name}${path} is damaged`, cause);
  }
}

function parseEntry(line: string): Entry {
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch (cause) {
    throw damaged('a line is not JSON', cause);
  }
  const [bucket, key, etag, order, part, row] = Array.isArray(fields) ? (fields as readonly unknown[]) : [];
  const isEntry =
    typeof bucket === 'string' &&
    typeof key === 'string' &&
    (etag === null || typeof etag === 'string') &&
    Number.isSafeInteger(order) &&
    Number.isSafeInteger(part) &&
    Number.isSafeInteger(row) &&
    (row as number) >= 0;
  if (!isEntry) throw damaged('a line is not an entry');
  return { bucket, key, etag, order: order as number, part: part as number, row: row as number };
}

function damaged(reason: string, cause?: unknown): ProblemError {
  const advice = 'delete the dataset (data/ and _state/) and export it again';
  return new ProblemError('ConfigInvalid', `Cannot read the index of the dataset: ${reason}. ${advice}`, { cause });
}
