// The state of a join, and its position in the journal.

import type { ProblemError } from '../../lib/problem';
import type { Row } from '../../lib/table/columns';
import { type Buffers, buffers } from './buffers';
import {
  compareNames,
  type Entry,
  type IndexReader,
  type IndexWriter,
  indexWriter,
  type Name,
  openIndex,
} from './index-file';
import { type Partitioning, partitionIn, pendingNumber, pendingPath } from './layout';
import type { LiveRows } from './live-rows';
import { type LockedDataset, liveRowsOf } from './run';
import { type Counts, type Journal, saveJournal, unusable } from './state';

/** An object of the listing. */
export type Listed = Readonly<{
  key: string;
  etag: string | null;
  size?: number | null;
  /** Why it cannot be read. Then other objects may have the same key. */
  problem?: ProblemError | null;
}>;

/** Objects, and when they were asked for, in milliseconds since 1970. */
export type ListedPage = Readonly<{ objects: readonly Listed[]; askedAt: number }>;

/** What reading an object gave. `gone`: it does not exist any more. `failed`: it could not be read this time. */
export type ReadResult =
  | Readonly<{ kind: 'row'; row: Row }>
  | Readonly<{ kind: 'gone' }>
  | Readonly<{ kind: 'failed'; error: unknown }>;

/** The objects to export, and how they are read. */
export type ExportSource = Readonly<{
  /** The name of the bucket in rows. */
  bucket: string;
  /** Pages of the objects after the key `after`, in the order of UTF-8. */
  pages(after: string | null): AsyncIterable<ListedPage>;
  /** Whether a key is selected; it has the prefix. */
  isSelected(key: string): boolean;
  /** Reads an object; `order` is the `state_order` of its row. Never throws. */
  read(object: Listed, order: number): Promise<ReadResult>;
  concurrency: number;
  /** Whether also unchanged objects are read. */
  again: boolean;
  /** Whether all or most rows may be dropped. */
  allowRemovals: boolean;
  /** Called for each object that could not be read. */
  onFailure(key: string, error: unknown): void;
}>;

/** What is known about an object. `file`: the file of the old index from which a later run goes on. */
export type Waiting = Readonly<{ name: Name; file: number }> &
  (
    | Readonly<{ kind: 'keep'; entry: Entry; unchanged: boolean }>
    | Readonly<{ kind: 'removed'; entry: Entry; order: number }>
    | Readonly<{ kind: 'read'; held: Entry | null; order: number; result: Promise<ReadResult> }>
  );

/** A join in progress. */
export type Join = {
  readonly dataset: LockedDataset;
  readonly source: ExportSource;
  readonly journal: Journal;
  readonly reader: IndexReader;
  readonly writer: IndexWriter;
  readonly live: LiveRows;
  readonly rows: Buffers;
  readonly counts: { -readonly [Name in keyof Counts]: Counts[Name] };
  readonly waiting: Waiting[];
  /** Reads in `waiting`, and those of them that have not ended. */
  reads: number;
  active: number;
  wake: () => void;
  /** Failures of the store in a row. */
  faults: number;
  cursor: Name | null;
  savedAt: number;
  /** The file of pending rows, and the numbers of added rows and of parts when it was written. */
  pending: Readonly<{ path: string | null; added: number; parts: number }>;
  added: number;
};

/** A join at the position of `journal`. */
export async function startJoin(
  dataset: LockedDataset,
  source: ExportSource,
  by: Partitioning,
  journal: Journal,
): Promise<Join> {
  const { storage, codec, limits, head } = dataset;
  const { run, files, pending, cursor } = journal;
  const bytes = pending === null ? null : await storage.get(pending);
  if (pending !== null && bytes === null) throw unusable(storage, `${pending} is missing: add --restart`);
  const partitions = head.parts.map(({ path }) => partitionIn(path));
  const held: Row[] = [];
  if (bytes !== null) for await (const row of codec.decode(bytes)) held.push({ ...row });
  const rows = buffers({ ...journal, storage, codec, by, limits, partitions, rows: held });
  const reader = await openIndex(storage, head.index, journal.from);
  while (cursor !== null && (reader.current() ?? null) !== null) {
    const entry = reader.current();
    if (entry === null || compareNames(entry, cursor) > 0) break;
    await reader.advance();
  }
  return {
    dataset,
    source,
    journal,
    reader,
    writer: indexWriter(storage, { run, stage: 'a', files }, limits.entriesOfFile),
    live: await liveRowsOf(storage, { run, stage: 'a', files }),
    rows,
    counts: { ...journal.counts },
    waiting: [],
    reads: 0,
    active: 0,
    wake: () => {},
    faults: 0,
    cursor,
    savedAt: performance.now(),
    pending: { path: pending, added: 0, parts: journal.parts.length },
    added: 0,
  };
}

/** Whether the position has to be saved. */
export function isDue({ dataset, writer, rows, savedAt }: Join): boolean {
  return writer.isFull() || rows.isFull() || performance.now() - savedAt > dataset.limits.saveMs;
}

/** Saves the position after the last object that was taken. */
export async function saveJoin(join: Join): Promise<void> {
  const { dataset, journal, rows, writer, counts, waiting, reader } = join;
  const { storage, codec, held } = dataset;
  await held.check();
  if (rows.isFull()) await rows.relieve();
  await writer.cut();
  const before = join.pending;
  const left = rows.rows();
  const now = { added: join.added, parts: rows.parts().length };
  if (left.length === 0) join.pending = { ...now, path: null };
  else if (before.path === null || now.added !== before.added || now.parts !== before.parts) {
    const path = pendingPath(journal.run, pendingNumber(before.path) + 1);
    await storage.put(path, await codec.encode(left));
    join.pending = { ...now, path };
  }
  await saveJournal(storage, {
    ...journal,
    cursor: join.cursor,
    files: writer.files(),
    from: waiting[0]?.file ?? reader.file(),
    parts: rows.parts(),
    open: rows.open(),
    pending: join.pending.path,
    nextPart: rows.nextPart(),
    counts: { ...counts, written: rows.parts().length },
  });
  if (before.path !== null && before.path !== join.pending.path) await storage.delete(before.path);
  join.savedAt = performance.now();
}
