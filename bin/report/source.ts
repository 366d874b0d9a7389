// Where the rows of a report come from.

import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileErrorText } from '../../lib/io/error-code';
import { ProblemError } from '../../lib/problem';
import type { Row } from '../../lib/table/columns';
import { openPart } from '../../lib/table/parquet';
import type { RangeReader } from '../../lib/types';
import { wrongUse } from '../terminal/command-line';
import { readLines } from './lines';

/** Rows, some at a time. `name`: for people. `total`: the number of all rows; null = not known. */
export type RowSource = Readonly<{ name: string; total: number | null; rows: AsyncIterable<Iterable<Row>> }>;

/** Opens a source. Only `names` of its columns are read. Throws ProblemError `ConfigInvalid` for one that is not there. */
export async function openSource(text: string, folder: string, names: readonly string[]): Promise<RowSource> {
  if (/^[a-z0-9]+:\/\//.test(text))
    throw wrongUse('A report of a bucket is not possible yet: export it to a table first');
  const path = resolve(folder, text);
  const found = await attempt(text, () => stat(path));
  if (found.isDirectory()) return folderSource(text, path, names);
  if (/\.(parquet|parq)$/i.test(path)) return parquetSource(text, [path], names);
  if (/\.(ndjson|jsonl)(\.gz)?$/i.test(path)) return { name: text, total: null, rows: readLines(text, path) };
  throw wrongUse('A table must be a .parquet, .ndjson or .ndjson.gz file: write one with bucket-exif export');
}

async function folderSource(text: string, path: string, names: readonly string[]): Promise<RowSource> {
  const all = await attempt(text, () => readdir(path, { recursive: true }));
  const files = all.filter((name) => name.endsWith('.parquet')).sort();
  if (files.length === 0)
    throw wrongUse('The folder has no Parquet files: name a dataset, or export the folder to a table first');
  return parquetSource(
    text,
    files.map((name) => join(path, name)),
    names,
  );
}

async function parquetSource(name: string, paths: readonly string[], names: readonly string[]): Promise<RowSource> {
  let total = 0;
  for (const path of paths) total += await withFile(path, async (reader) => (await openPart(reader, [])).count);
  return { name, total, rows: partsOf(paths, names) };
}

async function* partsOf(paths: readonly string[], names: readonly string[]): AsyncGenerator<Iterable<Row>> {
  for (const path of paths) {
    const file = await attempt(path, () => open(path));
    try {
      const { groups } = await damaged(path, async () => openPart(await readerOf(file), names));
      const steps = groups[Symbol.asyncIterator]();
      for (;;) {
        const step = await damaged(path, () => steps.next());
        if (step.done === true) break;
        yield step.value;
      }
    } finally {
      await file.close();
    }
  }
}

async function withFile<Result>(path: string, use: (reader: RangeReader) => Promise<Result>): Promise<Result> {
  const file = await attempt(path, () => open(path));
  try {
    return await damaged(path, async () => use(await readerOf(file)));
  } finally {
    await file.close();
  }
}

async function readerOf(file: FileHandle): Promise<RangeReader> {
  const { size } = await file.stat();
  return {
    size,
    read: (ranges) =>
      Promise.all(
        ranges.map(async ({ start, end }) => {
          const bytes = new Uint8Array(end - start);
          const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
          if (bytesRead < bytes.length) throw new ProblemError('BucketFault', 'the file became shorter');
          return bytes;
        }),
      ),
  };
}

async function attempt<Result>(name: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    throw wrongUse(`Cannot read ${name}: ${fileErrorText(error)}`);
  }
}

/** The errors of a reader of Parquet say what is wrong with the file, but not which file. */
async function damaged<Result>(name: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw new ProblemError('ConfigInvalid', `Cannot read ${name} as Parquet: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
