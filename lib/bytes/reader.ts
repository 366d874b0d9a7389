// Range readers. Each is made from another one: bytes in memory, a part of a reader, a reader with limits, a reader that keeps
// what it read.
import { ProblemError } from '../problem';
import type { ByteRange, RangeReader, ReadCost } from '../types';
import { joinBytes } from './join';

/** A reader over bytes in memory. */
export function memoryReader(bytes: Uint8Array): RangeReader {
  const size = bytes.length;
  const held = (start: number, end: number): Uint8Array => {
    checkWithin(start, end, size);
    return bytes.subarray(start, end);
  };
  return { size, held, read: async (ranges) => ranges.map(({ start, end }) => held(start, end)) };
}

/** Bytes `start..end` of another reader, offsets counted from `start`. */
export function subReader(reader: RangeReader, start: number, end: number): RangeReader {
  checkWithin(start, end, reader.size);
  const size = end - start;
  return {
    size,
    held: (from, to) => {
      checkWithin(from, to, size);
      return reader.held?.(from + start, to + start) ?? null;
    },
    read: (ranges) =>
      reader.read(
        ranges.map((range) => {
          checkWithin(range.start, range.end, size);
          return { start: range.start + start, end: range.end + start };
        }),
      ),
  };
}

/** One range. */
export async function readRange(reader: RangeReader, start: number, end: number): Promise<Uint8Array> {
  const [bytes] = await reader.read([{ start, end }]);
  if (bytes === undefined) throw new ProblemError('InternalError', 'A reader answered no bytes for a range');
  return bytes;
}

/** At most `length` bytes at `start`; fewer at the end of the object. */
export function readUpTo(reader: RangeReader, start: number, length: number): Promise<Uint8Array> {
  const from = Math.min(start, reader.size);
  return readRange(reader, from, Math.min(from + length, reader.size));
}

/**
 * Refuses a read that would exceed `maxRequests` or `maxBytes` with ProblemError `BudgetExceeded`. `cost` is shared by all reads
 * of one object; each read that is allowed adds to it.
 */
export function budgetedReader(
  reader: RangeReader,
  cost: ReadCost,
  maxRequests: number,
  maxBytes: number,
): RangeReader {
  return {
    size: reader.size,
    read: (ranges) => {
      const bytes = ranges.reduce((sum, range) => sum + range.end - range.start, 0);
      if (cost.requests + ranges.length > maxRequests || cost.bytes + bytes > maxBytes) {
        return Promise.reject(
          new ProblemError(
            'BudgetExceeded',
            `Cannot read ${ranges.length} ranges of ${bytes} bytes: ${cost.requests} requests and ${cost.bytes} bytes spent of ${maxRequests} and ${maxBytes}`,
          ),
        );
      }
      cost.requests += ranges.length;
      cost.bytes += bytes;
      cost.ranges?.push(...ranges);
      return reader.read(ranges);
    },
  };
}

/** Bytes: the least and the most that a read is extended to, and the longest gap between two ranges that one read covers. */
type ReadAhead = Readonly<{ minRead: number; maxRead: number; mergeGap: number }>;
type Window = Readonly<{ start: number; end: number; bytes: Uint8Array }>;

/**
 * Keeps all bytes that were read, as windows. Missing ranges that are at most `mergeGap` apart are merged, extended to at least
 * `minRead` bytes, and fetched together. No byte is read twice. `minRead` doubles with each round up to `maxRead`, so that a
 * long chain of IFDs is read in few requests. `head` are the bytes of the first reply, from offset 0 on.
 */
export function windowedReader(reader: RangeReader, head: Uint8Array, options: ReadAhead): RangeReader {
  const { size } = reader;
  let minRead = options.minRead;
  const windows: Window[] = [{ start: 0, end: head.length, bytes: head }];
  return {
    size,
    held: (start, end) => {
      checkWithin(start, end, size);
      const holding = windows.find((window) => start >= window.start && end <= window.end);
      return holding?.bytes.subarray(start - holding.start, end - holding.start) ?? null;
    },
    read: async (ranges) => {
      for (const { start, end } of ranges) checkWithin(start, end, size);
      const plan = planReads(ranges, windows, size, { ...options, minRead });
      if (plan.length > 0) {
        minRead = Math.min(minRead * 2, options.maxRead);
        const fetched = await reader.read(plan);
        plan.forEach((range, i) => {
          const bytes = fetched[i] ?? new Uint8Array(0);
          windows.push({ start: range.start, end: range.start + bytes.length, bytes });
        });
      }
      return ranges.map((range) => heldBytes(range, windows));
    },
  };
}

/**
 * The fewest reads that cover the missing parts of `ranges`. Near ranges are merged. Short ones are extended, but not into a
 * window.
 */
function planReads(
  ranges: readonly ByteRange[],
  windows: readonly Window[],
  size: number,
  { minRead, mergeGap }: ReadAhead,
): ByteRange[] {
  const holes = ranges.flatMap((range) => missingParts(range, windows)).sort((a, b) => a.start - b.start);
  const plan: ByteRange[] = [];
  const mayMerge = (last: ByteRange, { start }: ByteRange): boolean =>
    start <= Math.max(last.end + mergeGap, last.start + minRead) && nextHeld(last.end, windows, size) >= start;
  for (const hole of holes) {
    const last = plan.at(-1);
    if (last !== undefined && mayMerge(last, hole)) {
      plan[plan.length - 1] = { start: last.start, end: Math.max(last.end, hole.end) };
    } else {
      plan.push(hole);
    }
  }
  return widen(plan, windows, size, minRead);
}

/** Makes each read at least `minRead` long, as far as the bytes before and after it are neither in a window nor planned. */
function widen(plan: readonly ByteRange[], windows: readonly Window[], size: number, minRead: number): ByteRange[] {
  const wide: ByteRange[] = [];
  for (const { start, end } of plan) {
    const before = Math.max(wide.at(-1)?.end ?? 0, lastHeld(start, windows));
    const wideEnd = Math.min(Math.max(end, start + minRead), nextHeld(end, windows, size));
    wide.push({ start: Math.max(before, Math.min(start, wideEnd - minRead)), end: wideEnd });
  }
  return wide;
}

/** The parts of `range` that are in no window, in order. */
function missingParts(range: ByteRange, windows: readonly Window[]): ByteRange[] {
  const parts: ByteRange[] = [];
  let at = range.start;
  while (at < range.end) {
    const holding = windowAt(at, windows);
    if (holding !== undefined) {
      at = holding.end;
      continue;
    }
    const end = nextHeld(at, windows, range.end);
    parts.push({ start: at, end });
    at = end;
  }
  return parts;
}

function windowAt(offset: number, windows: readonly Window[]): Window | undefined {
  return windows.find((w) => offset >= w.start && offset < w.end);
}

/** The start of the first window at or after `offset`, at most `limit`. */
function nextHeld(offset: number, windows: readonly Window[], limit: number): number {
  return windows.reduce((next, w) => (w.start >= offset && w.end > w.start ? Math.min(next, w.start) : next), limit);
}

/** The end of the last window before `offset`. */
function lastHeld(offset: number, windows: readonly Window[]): number {
  return windows.reduce((last, w) => (w.end <= offset ? Math.max(last, w.end) : last), 0);
}

/** The bytes of `range`: a view when they are all in one window, else a copy from several. */
function heldBytes(range: ByteRange, windows: readonly Window[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let at = range.start; at < range.end; ) {
    const holding = windowAt(at, windows);
    if (holding === undefined) throw new ProblemError('InternalError', 'A reader answered too few bytes for a range');
    const part = holding.bytes.subarray(at - holding.start, range.end - holding.start);
    parts.push(part);
    at += part.length;
  }
  return joinBytes(parts);
}

/** Throws ProblemError `DamagedImage` unless `start` to `end` lie within `size` bytes. */
export function checkWithin(start: number, end: number, size: number): void {
  // Written so that NaN is refused, too.
  if (!(start >= 0 && end >= start && end <= size)) {
    throw new ProblemError('DamagedImage', `Cannot read bytes ${start} to ${end} of ${size}`);
  }
}
