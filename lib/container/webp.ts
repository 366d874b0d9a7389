// WebP [RFC 9649].
//
//   "RIFF" size u32le "WEBP"   chunk: type 4, length u32le, data, padded to even
//   VP8X   flags u8 (Exif 0x08, animation 0x02)  reserved u24  canvas width-1 u24  canvas height-1 u24
//   VP8    frame tag u24  start code 9D 01 2A  width u14  height u14        VP8L   2F  width-1 u14  height-1 u14
import { hasAt, latin1, u8, u16, u32 } from '../bytes/cursor';
import { readRange, readUpTo } from '../bytes/reader';
import { maxBlockBytes, webpTail, webpWalk } from '../limits';
import { ProblemError } from '../problem';
import type { Container, ExifBlock, ImageShape, Located, RangeReader } from '../types';
import { exifBlock } from './exif-block';
import { still } from './shape';

type Chunk = Readonly<{ type: string; offset: number; length: number }>;

const exifFlag = 0x08;
const animationFlag = 0x02;
/** Both bitstreams have samples of 8 bits [RFC 6386 2; RFC 9649 3.1]. */
const bitDepth = 8;
/** Chunks behind EXIF: XMP, and few others. */
const maxTailHops = 16;

export const webp: Container = {
  name: 'webp',
  matches: (head) => hasAt(head, 0, 'RIFF') && hasAt(head, 8, 'WEBP'),
  locate,
};

/** The first chunk says whether there is more to look for: without Exif and animation flags nothing else is read. */
async function locate(reader: RangeReader): Promise<Located> {
  const riffSize = u32(await readUpTo(reader, 0, 12), 4, true);
  const end = riffSize === 0 ? reader.size : Math.min(reader.size, 8 + riffSize);
  const first = await chunkAt(reader, 12, end);
  if (first === null) throw new ProblemError('DamagedImage', 'Cannot find the first chunk of a WebP file');
  const data = await readUpTo(reader, first.offset, 10);
  if (first.type !== 'VP8X') return { shape: simpleShape(first.type, data), exif: null };
  const flags = u8(data, 0);
  const animated = (flags & animationFlag) !== 0;
  // Some writers leave the Exif flag clear: what is held whole anyway is looked through all the same.
  const mayHaveExif = (flags & exifFlag) !== 0 || end <= webpTail;
  const inTail = mayHaveExif && end > webpTail ? await findInTail(reader, end) : null;
  const wanted = { exif: mayHaveExif && inTail === null, frames: animated };
  const { exif, ...counted } = await walk(reader, next(first), end, wanted);
  const size = { width: 1 + u24(data, 4), height: 1 + u24(data, 7), bitDepth };
  return { shape: { ...size, animated, ...counted }, exif: inTail ?? exif };
}

type Walked = { exif: ExifBlock | null; frames: number; moreFrames?: true };

/** Hops over the chunks behind VP8X for EXIF and ANMF; frames are counted as far as `webpWalk` and the budget allow. */
async function walk(
  reader: RangeReader,
  start: number,
  end: number,
  wanted: Readonly<{ exif: boolean; frames: boolean }>,
): Promise<Walked> {
  let exif: ExifBlock | null = null;
  let frames = 0;
  let offset = start;
  const isDone = (): boolean => (!wanted.exif || exif !== null) && (!wanted.frames || offset > start + webpWalk.bytes);
  for (let hops = 0; hops < webpWalk.chunks && !isDone(); hops++) {
    const chunk = await chunkWithin(reader, offset, end, frames > 0);
    if (chunk === null) return { exif, frames: Math.max(1, frames) };
    if (chunk === 'budget') break;
    if (chunk.type === 'ANMF' && wanted.frames) frames++;
    if (chunk.type === 'EXIF' && wanted.exif) exif ??= await readExif(reader, chunk);
    offset = next(chunk);
  }
  return { exif, frames: Math.max(1, frames), ...(wanted.frames ? { moreFrames: true as const } : {}) };
}

/** The chunk at `offset`, null at the end of the RIFF data, `budget` where that ends and `mayStop`. */
async function chunkWithin(
  reader: RangeReader,
  offset: number,
  end: number,
  mayStop: boolean,
): Promise<Chunk | null | 'budget'> {
  try {
    return await chunkAt(reader, offset, end);
  } catch (error) {
    if (mayStop && error instanceof ProblemError && error.code === 'BudgetExceeded') return 'budget';
    throw error;
  }
}

/** The EXIF chunk in the last bytes from which the chain of chunks leads to the very end of the RIFF data. */
async function findInTail(reader: RangeReader, end: number): Promise<ExifBlock | null> {
  const tail = await readRange(reader, end - webpTail, end);
  for (let at = 0; at + 8 <= tail.length; at++) {
    if (u8(tail, at) !== 0x45 || !hasAt(tail, at, 'EXIF') || !leadsToEnd(tail, at)) continue;
    const exif = exifBlock(tail.subarray(at + 8, at + 8 + u32(tail, at + 4, true)));
    if (exif !== null) return exif;
  }
  return null;
}

function leadsToEnd(tail: Uint8Array, start: number): boolean {
  let offset = start;
  for (let hops = 0; hops < maxTailHops && offset + 8 <= tail.length; hops++) {
    offset = next({ offset: offset + 8, length: u32(tail, offset + 4, true) });
  }
  return offset === tail.length;
}

async function readExif(reader: RangeReader, { offset, length }: Chunk): Promise<ExifBlock | null> {
  return exifBlock(await readUpTo(reader, offset, Math.min(length, maxBlockBytes)));
}

async function chunkAt(reader: RangeReader, offset: number, end: number): Promise<Chunk | null> {
  if (offset + 8 > end) return null;
  const head = await readUpTo(reader, offset, 8);
  return { type: latin1(head, 0, 4), offset: offset + 8, length: u32(head, 4, true) };
}

function next({ offset, length }: Omit<Chunk, 'type'>): number {
  return offset + length + (length & 1);
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
