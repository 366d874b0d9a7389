// One object that arrives as a stream: the body of a Response, a stream of Node. Bytes are read as far as they are needed, and
// held, because an image is not read in the order of its bytes.

import { checkRange } from '../bytes/range';
import { checkDeadline, withinDeadline } from '../io/deadline';
import { ProblemError } from '../problem';
import type { Bucket, ObjectStat } from '../types';
import { bytesOf } from './ranged';

/** The next piece of a stream, as an iterator or a reader returns it; `stop` cancels the rest. */
export type Pieces = Readonly<{
  next(): Promise<Readonly<{ done?: boolean | undefined; value?: unknown }>>;
  stop(): void;
}>;

/** The members of a web stream that are used. */
export type StreamLike = Readonly<{
  locked?: boolean;
  getReader(): Readonly<{ read(): ReturnType<Pieces['next']>; cancel(): Promise<unknown> }>;
}>;

/** `stat.size` is null for a stream that does not state its size: it is read to its end. */
export type StreamOptions = Readonly<{
  pieces: Pieces;
  stat: Readonly<{ [Name in keyof ObjectStat]: Name extends 'size' ? number | null : ObjectStat[Name] }>;
  /** Bytes that may be held. */
  maxBytes: number;
  /** Bytes of the object that the stream has, from its start; null = all. */
  part?: number | null;
}>;

/** The bytes that have arrived. */
type Held = { bytes: Uint8Array; length: number; ended: boolean };

/** A bucket with one object, whatever the key. Throws BudgetExceeded for bytes after the first `maxBytes`. */
export function streamedBucket({ pieces, stat, maxBytes, part = null }: StreamOptions): Bucket {
  const held: Held = { bytes: new Uint8Array(0), length: 0, ended: false };
  // One reading after the other: they read the same stream.
  let last: Promise<void> = Promise.resolve();
  return {
    async fetch(ref, range, _condition, signal) {
      checkRange(range);
      const doing = `read ${JSON.stringify(ref.key)} at ${range.start}`;
      checkDeadline(signal, doing);
      const end = Math.min(stat.size === null ? Infinity : Math.min(range.end, stat.size), part ?? Infinity);
      if (part !== null && range.start > 0 && range.end > part)
        throw new ProblemError('BucketFault', `Cannot ${doing}: it has only the first ${part} bytes of the object`);
      if (stat.size !== null && end > maxBytes) throw tooMuch(doing, maxBytes);
      const reading = last.catch(() => {}).then(() => readTo(end, held, { pieces, maxBytes, doing, signal }));
      last = reading;
      await withinDeadline(signal, doing, reading);
      const size = stat.size ?? held.length;
      if (size === 0) throw new ProblemError('EmptyObject', `Cannot ${doing}: it is empty`);
      if (range.start >= size) throw new ProblemError('RangeNotSatisfiable', `Cannot ${doing}: it has ${size} bytes`);
      if (stat.size !== null && held.length < end)
        throw new ProblemError('BucketFault', `Cannot ${doing}: it ended after ${held.length} of ${size} bytes`);
      return { bytes: held.bytes.slice(range.start, Math.min(end, size, range.end)), stat: { ...stat, size } };
    },
  };
}

type Reading = Pick<StreamOptions, 'pieces' | 'maxBytes'> & Readonly<{ doing: string; signal: AbortSignal }>;

/** Empty pieces in a row. A stream that gives more of them at once would let no timer run. */
const mostEmpty = 10_000;

/** Reads until `end` bytes are held or the stream ends. */
async function readTo(end: number, held: Held, { pieces, maxBytes, doing, signal }: Reading): Promise<void> {
  let empty = 0;
  while (held.length < end && !held.ended && !signal.aborted) {
    const { done, value } = await nextOf(pieces, doing);
    held.ended = done === true;
    if (held.ended) return;
    const piece = bytesOf(value);
    if (piece === null) throw new ProblemError('ConfigInvalid', `Cannot ${doing}: the stream must give bytes`);
    empty = piece.length === 0 ? empty + 1 : 0;
    if (empty > mostEmpty) throw new ProblemError('BucketFault', `Cannot ${doing}: the stream gives only empty pieces`);
    if (held.length + piece.length > maxBytes && end === Infinity) throw tooMuch(doing, maxBytes);
    add(piece, held);
  }
}

async function nextOf(pieces: Pieces, doing: string): ReturnType<Pieces['next']> {
  try {
    return await pieces.next();
  } catch (cause) {
    throw new ProblemError('BucketFault', `Cannot ${doing}: the stream failed`, { cause });
  }
}

/** Adds a piece. The memory doubles as bytes arrive, so that many small pieces are not copied each time. */
function add(piece: Uint8Array, held: Held): void {
  const length = held.length + piece.length;
  if (length > held.bytes.length) {
    const bytes = new Uint8Array(Math.max(length, 2 * held.bytes.length));
    bytes.set(held.bytes.subarray(0, held.length));
    held.bytes = bytes;
  }
  held.bytes.set(piece, held.length);
  held.length = length;
}

function tooMuch(doing: string, maxBytes: number): ProblemError {
  const hint = 'a stream is read from its start, and its size is not always known. Use its address, or a file';
  return new ProblemError('BudgetExceeded', `Cannot ${doing}: it needs more than ${maxBytes} bytes (${hint})`);
}
