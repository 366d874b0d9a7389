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

/** What a read of ranges returned or threw. */
type Reply = Readonly<{ bytes: readonly Uint8Array[] }> | Readonly<{ error: unknown }>;

/** Stops a parser, because the bytes of `ranges` have to be read first. */
class MissingBytes extends Error {
  constructor(readonly ranges: readonly ByteRange[]) {
    super('A parser needs bytes that were not read yet');
  }
}

/**
 * The result of `parse`. It is called again after each read that it needs; so it must depend on the bytes only, and let errors
 * pass that are not a ProblemError. An error of a read is thrown at the place that needs the bytes.
 */
export async function parseHeld<T>(reader: RangeReader, parse: (bytes: HeldBytes) => T): Promise<T> {
  const replies = new Map<string, Reply>();
  const readAll: HeldBytes['ranges'] = (ranges) => {
    const held = heldRanges(reader, ranges);
    if (held !== null) return held;
    const reply = replies.get(keyOf(ranges));
    if (reply === undefined) throw new MissingBytes(ranges);
    if ('error' in reply) throw reply.error;
    return reply.bytes;
  };
  const readOne: HeldBytes['range'] = (start, end) =>
    reader.held?.(start, end) ?? (readAll([{ start, end }])[0] as Uint8Array);
  const bytes = heldBytes(reader.size, readOne, readAll);
  for (;;) {
    try {
      return parse(bytes);
    } catch (error) {
      if (!(error instanceof MissingBytes)) throw error;
      replies.set(keyOf(error.ranges), await replyOf(reader, error.ranges));
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

async function replyOf(reader: RangeReader, ranges: readonly ByteRange[]): Promise<Reply> {
  try {
    return { bytes: await reader.read(ranges) };
  } catch (error) {
    return { error };
  }
}

function keyOf(ranges: readonly ByteRange[]): string {
  return ranges.map(({ start, end }) => `${start}-${end}`).join();
}
