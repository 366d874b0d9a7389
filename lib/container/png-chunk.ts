// The chunks of a PNG: where they are before the image data, and at the end of the object.
import { crc32 } from '../bytes/crc32';
import { hasAt, latin1, u32 } from '../bytes/cursor';
import type { HeldBytes } from '../bytes/held';
import { pngTail } from '../limits';

export type Chunk = Readonly<{ type: string; offset: number; length: number }>;

/** Bytes of the length and the type. */
const chunkHeader = 8;
export const textTypes: readonly string[] = ['zTXt', 'tEXt', 'iTXt'];
/** Types of chunks that may have EXIF: all of them end in f or t. */
const metadataTypes = ['eXIf', ...textTypes];
const [letterI, letterX, letterT] = [0x49, 0x58, 0x74];
/**
 * Places in the tail whose CRC is computed to find EXIF. Image data rarely looks like a chunk; a hostile file may look like one
 * everywhere.
 */
const maxCandidates = 32;

/** The chunk whose length field is at `offset`; null when the object ends before its data. */
export function chunkAt(file: HeldBytes, offset: number): Chunk | null {
  const head = file.upTo(offset, chunkHeader);
  if (head.length < chunkHeader) return null;
  return { type: latin1(head, 4, 4), offset: offset + chunkHeader, length: u32(head, 0, false) };
}

/**
 * The chunks after the image data that may have metadata: it searches the end of the object for one from which the following
 * chunks lead to IEND. `idat` is the offset of the image data, `most` the number of places that are tried.
 */
export function* chunksInTail(file: HeldBytes, idat: number, most: number = maxCandidates): Generator<Chunk> {
  const start = Math.max(idat, file.size - pngTail);
  const tail = file.range(start, file.size);
  const dead = new Set<number>();
  let at = nextMetadata(tail, 0);
  for (let candidates = 0; at >= 0 && candidates < most; at = nextMetadata(tail, at + 1)) {
    if (!leadsToEnd(tail, at, dead)) continue;
    candidates++;
    if (!isSoundChunk(tail, at)) continue;
    const length = u32(tail, at, false);
    yield { type: latin1(tail, at + 4, 4), offset: start + at + chunkHeader, length };
    at += chunkHeader + length + 3; // the next chunk starts after the CRC
  }
}

/**
 * The next place, from `start` on, at which a chunk may begin whose type may have EXIF; -1 when there is none. All these types
 * have an X, then a t or an I: searching for one byte is much faster than looking at each.
 */
function nextMetadata(tail: Uint8Array, start: number): number {
  for (let x = tail.indexOf(letterX, start); x >= 0; x = tail.indexOf(letterX, x + 1)) {
    const after = tail[x + 1];
    if (after !== letterT && after !== letterI) continue;
    const at = (hasAt(tail, x - 1, 'eXIf') ? x - 1 : x - 2) - 4;
    if (at >= start && at + 12 <= tail.length && isMetadata(tail, at + 4)) return at;
  }
  return -1;
}

function isMetadata(tail: Uint8Array, offset: number): boolean {
  return metadataTypes.some((type) => hasAt(tail, offset, type));
}

/** Whether the CRC of a chunk that lies within `bytes` is right. */
function isSoundChunk(bytes: Uint8Array, at: number): boolean {
  const end = at + chunkHeader + u32(bytes, at, false);
  return crc32(bytes.subarray(at + 4, end)) === u32(bytes, end, false);
}

/** Whether the chunks from `at` on lead to IEND. `dead` has the places that do not, so that none is tried twice. */
function leadsToEnd(bytes: Uint8Array, at: number, dead: Set<number>): boolean {
  const walked: number[] = [];
  let offset = at;
  while (offset + 12 <= bytes.length && !dead.has(offset)) {
    if (hasAt(bytes, offset + 4, 'IEND')) return true;
    walked.push(offset);
    offset += 12 + u32(bytes, offset, false);
  }
  for (const place of walked) dead.add(place);
  return false;
}
