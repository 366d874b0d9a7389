// The bytes of a maker note and of values around it, by their place in the stream that the note is in.
import { ProblemError } from '../problem';
import type { ByteRange, RangeReader } from '../types';
import { maxNoteRangeBytes, maxNoteRanges } from './limits';

/** Bytes at a place of the stream. What is not in memory is remembered, to be read later. */
export type NoteBytes = Readonly<{
  size: number;
  /** `length` bytes at `start`; null when they lie outside of the stream or are not in memory. */
  at(start: number, length: number): Uint8Array | null;
}>;

type Piece = Readonly<{ start: number; bytes: Uint8Array }>;

/**
 * The result of `parse`, which is called again once when it needed bytes outside of the note that are not in memory. They are
 * read together, as few ranges; what lies farther apart is not read.
 */
export async function parseNote<T>(reader: RangeReader, note: ByteRange, parse: (bytes: NoteBytes) => T): Promise<T> {
  const [bytes = new Uint8Array(0)] = await reader.read([note]);
  const pieces: Piece[] = [{ start: note.start, bytes }];
  const missing: ByteRange[] = [];
  const at: NoteBytes['at'] = (start, length) => {
    const end = start + length;
    if (!(start >= 0 && length >= 0 && end <= reader.size)) return null;
    const piece = pieces.find((one) => start >= one.start && end <= one.start + one.bytes.length);
    if (piece !== undefined) return piece.bytes.subarray(start - piece.start, end - piece.start);
    const held = reader.held?.(start, end) ?? null;
    if (held === null) missing.push({ start, end });
    return held;
  };
  const window = { size: reader.size, at };
  const first = parse(window);
  const ranges = planRanges(missing);
  if (ranges.length === 0) return first;
  const read = await readAll(reader, ranges);
  if (read === null) return first;
  ranges.forEach(({ start }, i) => {
    pieces.push({ start, bytes: read[i] ?? new Uint8Array(0) });
  });
  return parse(window);
}

/** The bytes of the ranges; null when the budget of reads is too small for them. */
async function readAll(reader: RangeReader, ranges: readonly ByteRange[]): Promise<readonly Uint8Array[] | null> {
  try {
    return await reader.read(ranges);
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'BudgetExceeded') return null;
    throw error;
  }
}

/** The first ranges that cover what is missing, within the limits. */
function planRanges(missing: readonly ByteRange[]): readonly ByteRange[] {
  const plan: ByteRange[] = [];
  for (const { start, end } of missing.toSorted((a, b) => a.start - b.start)) {
    const last = plan.at(-1);
    if (last !== undefined && Math.max(end, last.end) - last.start <= maxNoteRangeBytes) {
      plan[plan.length - 1] = { start: last.start, end: Math.max(end, last.end) };
    } else if (plan.length < maxNoteRanges && end - start <= maxNoteRangeBytes) {
      plan.push({ start, end });
    }
  }
  return plan;
}
