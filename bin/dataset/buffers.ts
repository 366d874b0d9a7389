// Rows that are not in a part yet, by partition. All together take a limited amount of memory.

import { ProblemError } from '../../lib/problem';
import type { Row } from '../../lib/table/columns';
import { type Partitioning, partitionIn, partitionOf, partPath } from './layout';
import type { OpenPart, Part } from './state';
import type { Storage } from './storage';

/** Rows as the bytes of a part, and back. `decode`: the object may be the same for each row. */
export type Codec = Readonly<{
  encode(rows: Iterable<Row> | AsyncIterable<Row>): Promise<Uint8Array>;
  decode(bytes: Uint8Array): AsyncIterable<Row>;
}>;

/** Rows in memory, and their weight in bytes, over all partitions. A part has at most as many. */
export type RowLimits = Readonly<{ rows: number; weight: number; partitions: number }>;

/**
 * The buffers. `add` returns the place that the row will have. `relieve` writes the fullest partitions until half of the limit is
 * free, `flush` all. `parts` are the parts that were written.
 */
export type Buffers = Readonly<{
  add(row: Row): Readonly<{ part: number; row: number }>;
  isFull(): boolean;
  relieve(): Promise<void>;
  flush(): Promise<void>;
  /** The rows that are in no part yet. */
  rows(): readonly Row[];
  open(): readonly OpenPart[];
  parts(): readonly Part[];
  nextPart(): number;
}>;

type Open = { readonly n: number; readonly partition: string; rows: Row[]; weight: number };

export type BufferStart = Readonly<{
  storage: Storage;
  codec: Codec;
  by: Partitioning;
  run: string;
  limits: RowLimits;
  /** The partitions that the dataset has. */
  partitions: Iterable<string>;
  parts: readonly Part[];
  nextPart: number;
  open: readonly OpenPart[];
  /** The rows of the open parts. */
  rows: readonly Row[];
}>;

export function buffers(start: BufferStart): Buffers {
  const { storage, codec, by, run, limits } = start;
  const parts = [...start.parts];
  const partitions = new Set([...start.partitions, ...parts.map(({ path }) => partitionIn(path))]);
  const open = new Map<string, Open>();
  let next = start.nextPart;
  let [rows, weight] = [0, 0];
  const put = (into: Open, row: Row): void => {
    const more = weightOf(row);
    into.rows.push(row);
    into.weight += more;
    rows++;
    weight += more;
  };
  const openPart = (partition: string): Open => {
    partitions.add(partition);
    if (partitions.size > limits.partitions) throw tooMany(limits.partitions, by);
    const made: Open = { n: next++, partition, rows: [], weight: 0 };
    open.set(partition, made);
    return made;
  };
  const write = async (part: Open): Promise<void> => {
    open.delete(part.partition);
    const path = partPath(part.partition, part.n, run);
    await storage.put(path, await codec.encode(part.rows));
    parts.push({ n: part.n, path, rows: part.rows.length, weight: part.weight });
    rows -= part.rows.length;
    weight -= part.weight;
  };
  let at = 0;
  for (const { n, partition, rows: count } of start.open) {
    const made: Open = { n, partition, rows: [], weight: 0 };
    open.set(partition, made);
    for (const row of start.rows.slice(at, at + count)) put(made, row);
    at += count;
  }
  return {
    add(row) {
      const partition = partitionOf(row, by);
      const into = open.get(partition) ?? openPart(partition);
      put(into, row);
      return { part: into.n, row: into.rows.length - 1 };
    },
    isFull: () => rows >= limits.rows || weight >= limits.weight,
    async relieve() {
      const fullest = [...open.values()].sort((one, other) => other.weight - one.weight);
      for (const part of fullest) {
        if (rows <= limits.rows / 2 && weight <= limits.weight / 2) return;
        await write(part);
      }
    },
    async flush() {
      for (const part of [...open.values()]) await write(part);
    },
    rows: () => [...open.values()].flatMap((part) => part.rows),
    open: () => [...open.values()].map(({ n, partition, rows: { length } }) => ({ n, partition, rows: length })),
    parts: () => parts,
    nextPart: () => next,
  };
}

/** Bytes of an object with 62 members, and of the smaller things in it, as V8 keeps them. */
const bytesOf = { row: 700, text: 24, member: 48 } as const;

/** About the bytes of memory that a row takes. */
export function weightOf(row: Row): number {
  let sum: number = bytesOf.row;
  for (const name in row) {
    const cell = row[name] ?? null;
    if (typeof cell === 'string') sum += bytesOf.text + cell.length;
    else if (typeof cell === 'object' && cell !== null) sum += weightOfMany(cell);
  }
  return sum;
}

function weightOfMany(cell: readonly string[] | Readonly<Record<string, string>>): number {
  let sum: number = bytesOf.member;
  for (const [name, text] of Object.entries(cell)) sum += bytesOf.member + name.length + text.length;
  return sum;
}

function tooMany(most: number, by: Partitioning): ProblemError {
  const advice = by === 'prefix' ? '--by month or no --by' : 'no --by';
  const message = `The dataset would have more than ${most} partitions, which is slow to write and to query: start a new one with ${advice}`;
  return new ProblemError('ConfigInvalid', message);
}
