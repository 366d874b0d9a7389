// Where the rows of a report come from: a file, a dataset, or the objects of a bucket or a folder.

import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileErrorText } from '../../lib/io/error-code';
import { ProblemError } from '../../lib/problem';
import type { Row } from '../../lib/table/columns';
import { openPart } from '../../lib/table/parquet';
import type { RangeReader } from '../../lib/types';
import { type Head, loadHead } from '../dataset/state';
import { folderStorage } from '../dataset/storage-folder';
import { wrongUse } from '../terminal/command-line';
import { readLines } from './lines';

/** Rows, some at a time. `total`: the number of all rows; null = not known. */
export type RowSource = Readonly<{ total: number | null; rows: AsyncIterable<Iterable<Row>> }>;

/** The bytes of a file of Parquet, by a function that closes it too. */
export type PartFile = Readonly<{
  name: string;
  open(): Promise<Readonly<{ reader: RangeReader; close(): Promise<void> }>>;
}>;

/**
 * Opens a table on this machine. Only `names` of its columns are read. Null for a folder without a table: it has images. Throws
 * ProblemError `ConfigInvalid` for a path that is not there.
 */
export async function openSource(text: string, folder: string, names: readonly string[]): Promise<RowSource | null> {
  const path = resolve(folder, text);
  const found = await attempt(text, () => stat(path));
  if (found.isDirectory()) return folderSource(text, path, names);
  if (/\.(parquet|parq)$/i.test(path)) return parquetSource([localFile(path)], names);
  if (/\.(ndjson|jsonl)(\.gz)?$/i.test(path)) return { total: null, rows: readLines(text, path) };
  throw wrongUse('A table must be a .parquet, .ndjson or .ndjson.gz file: write one with bucket-exif export');
}

/** Files of Parquet, also in folders of partitions. What a dataset keeps beside its rows is left out. */
async function folderSource(text: string, path: string, names: readonly string[]): Promise<RowSource | null> {
  const top = await attempt(text, () => readdir(path));
  const isTable = (name: string): boolean => name.endsWith('.parquet') || /^[a-z_]+=/.test(name) || name === '_state';
  if (!top.some(isTable)) return null;
  const files = top.includes('_state') ? await partsOfDataset(path) : await partsBelow(text, path);
  return parquetSource(
    files.map((name) => localFile(join(path, name))),
    names,
  );
}

async function partsBelow(text: string, path: string): Promise<readonly string[]> {
  const all = await attempt(text, () => readdir(path, { recursive: true }));
  return all.filter((name) => name.endsWith('.parquet') && !/(^|[\\/])[._]/.test(name)).sort();
}

/** The parts that the last complete run names: others belong to a run that is not complete, or are about to be deleted. */
async function partsOfDataset(path: string): Promise<readonly string[]> {
  return completeParts(await loadHead(folderStorage(path)), path).map((part) => part.path);
}

/** The parts of a dataset. Throws ProblemError `ConfigInvalid` when none of its runs has ended: it would look empty. */
export function completeParts({ run, parts }: Head, name: string): Head['parts'] {
  if (run === null) throw wrongUse(`The dataset ${name} is not complete: run its export again until it ends`);
  return parts;
}

/** Files of Parquet, one after the other. */
async function parquetSource(files: readonly PartFile[], names: readonly string[]): Promise<RowSource> {
  let total = 0;
  for (const file of files) total += await using(file, async (reader) => (await openPart(reader, [])).count);
  return { total, rows: partsOf(files, names) };
}

/** The rows of files, one after the other. */
export async function* partsOf(
  files: Iterable<PartFile> | AsyncIterable<PartFile>,
  names: readonly string[],
): AsyncGenerator<Iterable<Row>> {
  for await (const file of files) {
    const { reader, close } = await file.open();
    try {
      const { groups } = await damaged(file.name, () => openPart(reader, names));
      const steps = groups[Symbol.asyncIterator]();
      for (;;) {
        const step = await damaged(file.name, () => steps.next());
        if (step.done === true) break;
        yield step.value;
      }
    } finally {
      await close();
    }
  }
}

async function using<Result>(file: PartFile, use: (reader: RangeReader) => Promise<Result>): Promise<Result> {
  const { reader, close } = await file.open();
  try {
    return await damaged(file.name, () => use(reader));
  } finally {
    await close();
  }
}

function localFile(path: string): PartFile {
  return {
    name: path,
    async open() {
      const file = await attempt(path, () => open(path));
      return { reader: await readerOf(file), close: () => file.close() };
    },
  };
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
