// Lets a parser read as if all bytes were in memory. When some are not, they are read, and the parser starts over. That is
// rare, because the first reply has what is needed of most images. Waiting at each read took longer than parsing.
import type { ByteRange, RangeReader } from '../types';
import { checkWithin } from './reader';

/** The bytes of an object as a parser sees them. A range outside `0..size` throws ProblemError `DamagedImage`. */
export type HeldBytes = Readonly<{
  size: number;
  range(start: number, end: number): Uint8Array;
  /** At most `length` bytes at `start`; fewer at the end of the object. */
  upTo(start: number, length: number): Uint8Array;
  /** Several ranges; if bytes are missing, all of the ranges are read together. */
  ranges(ranges: readonly ByteRange[]): readonly Uint8Array[];
}>;

/** The bytes of a whole object. */
export type ParserInput = HeldBytes &
  Readonly<{
    /** The value of the promise that `start` returns. `name` is different for each promise of an object. */
    wait<T>(name: string, start: () => Promise<T>): T;
    /** Whether the byte at `offset` is in memory. */
    holds(offset: number): boolean;
  }>;

/** What a promise became. */
type Outcome = Readonly<{ value: unknown }> | Readonly<{ error: unknown }>;

/** A promise that a parser needs. */
type Promised = Readonly<{ name: string; start: () => Promise<unknown> }>;

/** Stops a parser until a promise is settled. One error for all, because making one collects the stack. */
const waiting = new Error('A parser waits for bytes');

/**
 * The result of `parse`. It is called again after each read or promise that it needs; so it must depend on the bytes only, and
 * let errors pass that are not a ProblemError. An error of a read is thrown at the place that needs the bytes.
 * `reader` should keep what it has read: with one that has no `held`, `parse` starts over for each range.
 */
export async function parseHeld<T>(reader: RangeReader, parse: (input: ParserInput) => T): Promise<T> {
  const outcomes = new Map<string, Outcome>();
  let promised: Promised | null = null;
  const wait: ParserInput['wait'] = <V>(name: string, start: () => Promise<V>): V => {
    const outcome = outcomes.get(name);
    if (outcome === undefined) {
      promised = { name, start };
      throw waiting;
    }
    if ('error' in outcome) throw outcome.error;
    return outcome.value as V;
  };
  const readAll: HeldBytes['ranges'] = (ranges) =>
    heldRanges(reader, ranges) ?? wait(nameOf(ranges), () => reader.read(ranges));
  const readOne: HeldBytes['range'] = (start, end) =>
    reader.held?.(start, end) ?? (readAll([{ start, end }])[0] as Uint8Array);
  const holds: ParserInput['holds'] = (offset) =>
    offset < reader.size && (reader.held?.(offset, offset + 1) ?? null) !== null;
  const input = { ...heldBytes(reader.size, readOne, readAll), wait, holds };
  for (;;) {
    try {
      return parse(input);
    } catch (error) {
      if (error !== waiting || promised === null) throw error;
      const { name, start }: Promised = promised;
      outcomes.set(name, await outcomeOf(start));
    }
  }
}

/** Bytes in memory. */
export function memoryBytes(bytes: Uint8Array): HeldBytes {
  const readOne: HeldBytes['range'] = (start, end) => bytes.subarray(start, end);
  return heldBytes(bytes.length, readOne, (ranges) => ranges.map(({ start, end }) => readOne(start, end)));
}

/** The first `size` of the bytes. */
export function firstBytes(bytes: HeldBytes, size: number): HeldBytes {
  return heldBytes(Math.min(size, bytes.size), bytes.range, bytes.ranges);
}

/** The bytes of all ranges if they are in memory; null otherwise. */
export function heldRanges(reader: RangeReader, ranges: readonly ByteRange[]): readonly Uint8Array[] | null {
  if (reader.held === undefined) return null;
  const found: Uint8Array[] = [];
  for (const { start, end } of ranges) {
    const bytes = reader.held(start, end);
    if (bytes === null) return null;
    found.push(bytes);
  }
  return found;
}

function heldBytes(size: number, readOne: HeldBytes['range'], readAll: HeldBytes['ranges']): HeldBytes {
  return {
    size,
    range: (start, end) => {
      checkWithin(start, end, size);
      return readOne(start, end);
    },
    upTo: (start, length) => {
      const from = Math.min(start, size);
      const end = Math.min(from + length, size);
      checkWithin(from, end, size);
      return readOne(from, end);
    },
    ranges: (ranges) => {
      for (const { start, end } of ranges) checkWithin(start, end, size);
      return readAll(ranges);
    },
  };
}

async function outcomeOf(start: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { value: await start() };
  } catch (error) {
    return { error };
  }
}

function nameOf(ranges: readonly ByteRange[]): string {
  return ranges.map(({ start, end }) => `${start}-${end}`).join();
}
