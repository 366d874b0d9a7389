// WebP [RFC 9649].
//
//   "RIFF" size u32le "WEBP"   chunk: type 4, length u32le, data, padded to even
//   VP8X   flags u8 (Exif 0x08, animation 0x02)  reserved u24  canvas width-1 u24  canvas height-1 u24
//   VP8    frame tag u24  start code 9D 01 2A  width u14  height u14        VP8L   2F  width-1 u14  height-1 u14
import { hasAt, latin1, u8, u16, u32 } from '../bytes/cursor';
import { type HeldBytes, parseHeld } from '../bytes/held';
import { maxBlockBytes, maxExifBlocks, moreExifBytes, webpTail, webpWalk } from '../limits';
import { ProblemError } from '../problem';
import type { Container, ImageShape, LocateResult } from '../types';
import { exifBlock, isReadable } from './exif-block';
import { still } from './image-shape';

export type Chunk = Readonly<{ type: string; offset: number; length: number }>;

const exifFlag = 0x08;
export const animationFlag = 0x02;
/** Both bitstreams have samples of 8 bits [RFC 6386 2; RFC 9649 3.1]. */
const bitDepth = 8;
/** Types of chunks that may follow EXIF: XMP, and few others. */
const maxTailHops = 16;
/** Chunks named EXIF that are read: some may be damaged. */
const maxFound = 2 * maxExifBlocks;

export const webp: Container = {
  name: 'webp',
  matches: (head) => hasAt(head, 0, 'RIFF') && hasAt(head, 8, 'WEBP'),
  locate: (reader) => parseHeld(reader, locate),
};

/**
 * The size comes from the first chunk, EXIF from any chunk. Some programs leave out VP8X or its Exif flag, or write EXIF after
 * the end that the RIFF header states. So the chunks are followed to the end of the file. This needs no more reads for files
 * that end as they should.
 */
function locate(file: HeldBytes): LocateResult {
  const riffEnd = riffEndOf(file);
  const first = imageChunk(file);
  const data = file.upTo(first.offset, 10);
  const flags = first.type === 'VP8X' ? u8(data, 0) : 0;
  const animated = (flags & animationFlag) !== 0;
  const hasFlag = (flags & exifFlag) !== 0;
  const shape = first.type === 'VP8X' ? canvas(data) : simpleShape(first.type, data);
  const isLong = file.size > webpTail;
  const inTail = isLong && (hasFlag || animated) ? findInTail(file, riffEnd) : [];
  // In a long animation without the Exif flag, EXIF is looked for only at the end.
  const exif = !inTail.some(isReadable) && (hasFlag || !animated || !isLong);
  const { found, ...counted } = walk(file, first.offset === 20 ? next(first) : 12, riffEnd, {
    exif,
    frames: animated,
  });
  return { shape: { ...shape, animated, ...counted }, exif: exifBlock([...inTail, ...found]) };
}

/** The end that the RIFF header states, at most the end of the object. */
export function riffEndOf(file: HeldBytes): number {
  const riffSize = u32(file.upTo(0, 12), 4, true);
  return riffSize === 0 ? file.size : Math.min(file.size, 8 + riffSize);
}

/** The chunk that states the size. It is the first one, unless a program put EXIF or other chunks before it. */
export function imageChunk(file: HeldBytes): Chunk {
  let chunk = chunkAt(file, 12);
  for (let hops = 0; hops < maxTailHops && chunk !== null && isFourCc(chunk.type); hops++) {
    if (['VP8X', 'VP8 ', 'VP8L'].includes(chunk.type)) return chunk;
    chunk = chunkAt(file, next(chunk));
  }
  throw new ProblemError('DamagedImage', 'Cannot find the chunk of a WebP file that states the size');
}

type WalkResult = { found: readonly Uint8Array[]; frames: number; moreFrames?: true };

/**
 * Goes through the chunks after the first and looks for EXIF and ANMF. Frames are counted as far as `webpWalk` and the budget
 * allow. After EXIF that can be read, more EXIF is looked for only near the start.
 */
function walk(
  file: HeldBytes,
  start: number,
  riffEnd: number,
  wanted: Readonly<{ exif: boolean; frames: boolean }>,
): WalkResult {
  const found: Uint8Array[] = [];
  let frames = 0;
  let offset = start;
  const wantsExif = (): boolean =>
    wanted.exif && found.length < maxFound && (!found.some(isReadable) || offset + 8 <= moreExifBytes);
  const wantsFrames = (): boolean => wanted.frames && offset <= start + webpWalk.bytes;
  for (let hops = 0; hops < webpWalk.chunks && (wantsExif() || wantsFrames()); hops++) {
    const mayStop = frames > 0 || found.some(isReadable);
    const chunk = offset >= riffEnd && !wantsExif() ? null : chunkWithin(file, offset, mayStop);
    if (chunk === 'budget') break;
    if (chunk === null || (offset >= riffEnd && !isFourCc(chunk.type))) return { found, frames: Math.max(1, frames) };
    if (chunk.type === 'ANMF' && wanted.frames && offset < riffEnd) frames++;
    if (chunk.type === 'EXIF' && wantsExif() && !(found.some(isReadable) && next(chunk) > moreExifBytes))
      found.push(readExifChunk(file, chunk));
    offset = next(chunk);
  }
  return { found, frames: Math.max(1, frames), ...(wanted.frames ? { moreFrames: true as const } : {}) };
}

/** The chunk at `offset`; null at the end of the file; `budget` when the budget of reads is used up and `mayStop` is set. */
function chunkWithin(file: HeldBytes, offset: number, mayStop: boolean): Chunk | null | 'budget' {
  try {
    return chunkAt(file, offset);
  } catch (error) {
    if (mayStop && error instanceof ProblemError && error.code === 'BudgetExceeded') return 'budget';
    throw error;
  }
}

/** The EXIF in the last bytes. */
function findInTail(file: HeldBytes, riffEnd: number): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  for (const { data } of chunksInTail(file, riffEnd, 'EXIF')) {
    if (found.push(data) >= maxFound) break;
  }
  return found;
}

/** The chunks of a type in the last bytes from which the following chunks lead to the end of the RIFF data or of the file. */
export function* chunksInTail(
  file: HeldBytes,
  riffEnd: number,
  type: string,
): Generator<Chunk & Readonly<{ data: Uint8Array }>> {
  // A few bytes after the RIFF data belong to the search. Many bytes there are something else, such as a video.
  const end = file.size - riffEnd < webpTail / 2 ? file.size : riffEnd;
  const start = Math.max(0, end - webpTail);
  const tail = file.range(start, end);
  const letter = type.charCodeAt(0);
  for (let at = tail.indexOf(letter); at >= 0; at = tail.indexOf(letter, at + 1)) {
    if (!hasAt(tail, at, type) || !leadsTo(tail, at, [tail.length, riffEnd - start])) continue;
    const length = u32(tail, at + 4, true);
    yield { type, offset: start + at + 8, length, data: tail.subarray(at + 8, at + 8 + length) };
  }
}

function leadsTo(tail: Uint8Array, start: number, ends: readonly number[]): boolean {
  let offset = start;
  for (let hops = 0; hops < maxTailHops && offset + 8 <= tail.length; hops++) {
    offset = next({ offset: offset + 8, length: u32(tail, offset + 4, true) });
    if (ends.includes(offset)) return true;
  }
  return false;
}

function readExifChunk(file: HeldBytes, { offset, length }: Chunk): Uint8Array {
  return file.upTo(offset, Math.min(length, maxBlockBytes));
}

/** The chunk whose type is at `offset`; null when the file ends before its data. */
export function chunkAt(file: HeldBytes, offset: number): Chunk | null {
  if (offset + 8 > file.size) return null;
  const head = file.upTo(offset, 8);
  return { type: latin1(head, 0, 4), offset: offset + 8, length: u32(head, 4, true) };
}

export function next({ offset, length }: Omit<Chunk, 'type'>): number {
  return offset + length + (length & 1);
}

/** True for printable characters: every chunk type consists of them. */
export function isFourCc(type: string): boolean {
  return !/[^ -~]/.test(type);
}

/** The canvas of VP8X. */
function canvas(data: Uint8Array): ImageShape {
  return { ...still(1 + u24(data, 4), 1 + u24(data, 7)), bitDepth };
}

/** The size that a lossy [RFC 6386 9.1] or lossless bitstream states itself. */
function simpleShape(type: string, data: Uint8Array): ImageShape {
  if (type === 'VP8 ' && hasAt(data, 3, '\x9d\x01\x2a')) {
    return { ...still(u16(data, 6, true) & 0x3fff, u16(data, 8, true) & 0x3fff), bitDepth };
  }
  if (type === 'VP8L' && u8(data, 0) === 0x2f) {
    const bits = u32(data, 1, true);
    return { ...still(1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff)), bitDepth };
  }
  throw new ProblemError('DamagedImage', 'Cannot find the header of a WebP bitstream');
}

function u24(bytes: Uint8Array, offset: number): number {
  return u16(bytes, offset, true) | (u8(bytes, offset + 2) << 16);
}
