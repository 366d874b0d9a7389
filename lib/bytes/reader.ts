// Range readers, each a function on the one below: memory, part of another, counted, and kept windows.
import { ProblemError } from '../problem';
import type { ByteRange, RangeReader, ReadCost } from '../types';

/** A reader over bytes already held. */
export function memoryReader(bytes: Uint8Array): RangeReader {
  const size = bytes.length;
  return {
    size,
    read: async (ranges) =>
      ranges.map((range) => {
        checkRange(range, size);
        return bytes.subarray(range.start, range.end);
      }),
  };
}

/** Bytes `start..end` of another reader, offsets counted from `start`. */
export function subReader(reader: RangeReader, start: number, end: number): RangeReader {
  checkRange({ start, end }, reader.size);
  const size = end - start;
  return {
    size,
    read: (ranges) =>
      reader.read(
        ranges.map((range) => {
          checkRange(range, size);
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

/** At most `length` bytes at `start`: fewer where the object ends before. */
export function readUpTo(reader: RangeReader, start: number, length: number): Promise<Uint8Array> {
  const from = Math.min(start, reader.size);
  return readRange(reader, from, Math.min(from + length, reader.size));
}

/**
 * Refuses what would exceed `maxRequests` or `maxBytes` with ProblemError `BudgetExceeded`, before it is read. `cost` is
 * shared by all reads of one object and goes on counting.
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
      return reader.read(ranges);
    },
  };
}

/** Bytes: the least and the most that a read is widened to, and the gap that one read bridges. */
type ReadAhead = Readonly<{ minRead: number; maxRead: number; mergeGap: number }>;
type Window = Readonly<{ start: number; end: number; bytes: Uint8Array }>;

/**
 * Keeps what was read. Ranges not yet held are merged where they are at most `mergeGap` apart, widened to at least
 * `minRead` bytes, and fetched together. `minRead` doubles with each round up to `maxRead`: a chain that leads on and on
 * is read in few requests. `head` is what the first reply held of offset 0.
 */
export function windowedReader(reader: RangeReader, head: Uint8Array, options: ReadAhead): RangeReader {
  const { size } = reader;
  let minRead = options.minRead;
  const windows: Window[] = [{ start: 0, end: head.length, bytes: head }];

  const held = (range: ByteRange): Uint8Array | null => {
    for (const w of windows) {
      if (range.start >= w.start && range.end <= w.end)
        return w.bytes.subarray(range.start - w.start, range.end - w.start);
    }
    return null;
  };

  return {
    size,
    read: async (ranges) => {
      for (const range of ranges) checkRange(range, size);
      const missing = ranges.filter((range) => held(range) === null);
      if (missing.length > 0) {
        const plan = planReads(missing, windows, size, { ...options, minRead });
        minRead = Math.min(minRead * 2, options.maxRead);
        const fetched = await reader.read(plan);
        plan.forEach((range, i) => {
          windows.push(joinToHead(windows, range, fetched[i] ?? new Uint8Array(0)));
        });
      }
      return ranges.map((range) => {
        const bytes = held(range);
        if (bytes === null) throw new ProblemError('InternalError', 'A planned read does not cover its range');
        return bytes;
      });
    },
  };
}

/** The fewest reads that cover `missing`: sorted, near ones merged, short ones widened, what is held cut off the front. */
function planReads(
  missing: readonly ByteRange[],
  windows: readonly Window[],
  size: number,
  { minRead, mergeGap }: ReadAhead,
): ByteRange[] {
  const plan: ByteRange[] = [];
  for (const range of [...missing].sort((a, b) => a.start - b.start)) {
    const last = plan.at(-1);
    if (last !== undefined && range.start - last.end <= mergeGap) {
      plan[plan.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
    } else {
      plan.push(range);
    }
  }
  return plan.map(({ start, end }) => {
    const heldEnd = endOfHeld(start, windows);
    const from = Math.max(start, heldEnd);
    const wideEnd = Math.min(size, Math.max(end, from + minRead));
    return { start: Math.max(heldEnd, Math.min(from, wideEnd - minRead)), end: wideEnd };
  });
}

/** Where the bytes held before or across `start` end: none of them is read twice. */
function endOfHeld(start: number, windows: readonly Window[]): number {
  return windows.reduce((end, w) => (w.start <= start ? Math.max(end, w.end) : end), 0);
}

/** A fetched range as a window; one that starts where another ends is joined to it, so that ranges across both are held. */
function joinToHead(windows: Window[], range: ByteRange, bytes: Uint8Array): Window {
  const at = windows.findIndex((w) => w.end >= range.start && w.start <= range.start && w.end < range.end);
  const before = windows[at];
  if (before === undefined) return { ...range, bytes };
  const joined = new Uint8Array(range.end - before.start);
  joined.set(before.bytes);
  joined.set(bytes, range.start - before.start);
  windows.splice(at, 1);
  return { start: before.start, end: range.end, bytes: joined };
}

function checkRange({ start, end }: ByteRange, size: number): void {
  if (start < 0 || end < start || end > size) {
    throw new ProblemError('DamagedImage', `Cannot read bytes ${start} to ${end} of ${size}`);
  }
}
