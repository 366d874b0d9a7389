// PNG and APNG [PNG 3rd edition, 5.3, 11.2.1 IHDR, 11.3.4.5 eXIf, 11.3.6.1 acTL; ImageMagick raw profiles].
//
//   signature 8   chunk: length u32, type 4, data, CRC u32   ...   IEND
//   IHDR          width u32  height u32  bit depth u8  ...   acTL  num_frames u32  ...
//   pHYs          pixels per unit across u32, down u32, unit u8 (1 metre)
//   eXIf          TIFF stream, before IDAT; older writers put it after IDAT
//   zTXt          keyword 00 method u8 zlib    tEXt  keyword 00 text    iTXt  keyword 00 flag u8 method u8 lang 00 key 00 text
import { crc32 } from '../bytes/crc32';
import { hasAt, latin1, u8, u32 } from '../bytes/cursor';
import { inflate } from '../bytes/decompress';
import { firstBytes, type HeldBytes, type ParserInput, parseHeld } from '../bytes/held';
import { maxBlockBytes, maxExifBlocks, maxHops, maxProfileBytes, maxProfiles, moreExifBytes, pngTail } from '../limits';
import { ProblemError } from '../problem';
import { isTiff } from '../tiff/header';
import type { Container, ImageShape, LocateResult } from '../types';
import { exifBlock, hasIdentifier, isReadable } from './exif-block';
import { perInch, still } from './image-shape';
import { walkWithin } from './tolerant-walk';

type Chunk = Readonly<{ type: string; offset: number; length: number }>;
/** The EXIF of eXIf chunks and of raw profiles, and how many more profiles may be inflated or converted from hexadecimal. */
type PngParts = { shape: ImageShape | null; exif: Uint8Array[]; profiles: Uint8Array[]; profilesLeft: number };

/** Bytes of the length and the type. */
const chunkHeader = 8;
const textTypes = ['zTXt', 'tEXt', 'iTXt'];
/** Types of chunks that may have EXIF: all of them end in f or t. */
const metadataTypes = ['eXIf', ...textTypes];
const [letterI, letterX, letterT] = [0x49, 0x58, 0x74];
/** `Raw profile type exif` or `APP1`, and the NUL. */
const keywordLength = 22;
/** Characters in which the line with a profile's length is looked for, including the blanks before it. */
const maxLengthLine = 64;
/**
 * Places in the tail whose CRC is computed. Image data rarely looks like a chunk; a hostile file may look like one everywhere.
 */
const maxCandidates = 32;

export const png: Container = {
  name: 'png',
  matches: (head) => hasAt(head, 0, '\x89PNG\r\n\x1a\n'),
  locate: (reader) => parseHeld(reader, locate),
};

/**
 * Walks the chunks before the image data. If they have no EXIF that can be read, it searches the end of the object. After an
 * eXIf chunk, it looks for more EXIF only near the start.
 */
function locate(file: ParserInput): LocateResult {
  const found: PngParts = { shape: null, exif: [], profiles: [], profilesLeft: maxProfiles };
  walkWithin(
    () => walk(file, found),
    () => isEnough(found),
  );
  const { shape } = found;
  if (shape === null) throw new ProblemError('DamagedImage', 'Cannot find the IHDR chunk of a PNG');
  // The chunk made for EXIF wins over the older profiles, wherever they are.
  return { shape, exif: exifBlock([...found.exif, ...found.profiles]) };
}

function walk(file: ParserInput, found: PngParts): void {
  const near = firstBytes(file, moreExifBytes);
  let offset = 8;
  for (let hops = 0; hops < maxHops; hops++) {
    const chunk = chunkAt(isEnough(found) ? near : file, offset);
    if (chunk === null || chunk.type === 'IEND') return;
    if (chunk.type === 'IDAT') {
      if (!hasReadable(found) || near.size === file.size) searchTail(file, offset, found);
      return;
    }
    const end = chunk.offset + chunk.length + 4;
    if (isEnough(found) && end > near.size) return;
    visit(file, chunk, found);
    offset = end;
  }
}

function visit(file: ParserInput, chunk: Chunk, found: PngParts): void {
  const { shape } = found;
  if (chunk.type === 'IHDR') found.shape = readShape(file, chunk);
  else if (chunk.type === 'pHYs' && shape !== null) found.shape = readDensity(file, chunk, shape);
  else if (chunk.type === 'acTL' && shape !== null) found.shape = countFrames(file, chunk, shape);
  else visitExif(file, chunk, found);
}

/** Whether the size is known and an eXIf chunk that can be read was found. */
function isEnough({ shape, exif }: PngParts): boolean {
  return shape !== null && exif.some(isReadable);
}

function hasReadable({ exif, profiles }: PngParts): boolean {
  return exif.some(isReadable) || profiles.some(isReadable);
}

/** The chunk whose length field is at `offset`; null when the object ends before its data. */
function chunkAt(file: HeldBytes, offset: number): Chunk | null {
  const head = file.upTo(offset, chunkHeader);
  if (head.length < chunkHeader) return null;
  return { type: latin1(head, 4, 4), offset: offset + chunkHeader, length: u32(head, 0, false) };
}

function readShape(file: HeldBytes, chunk: Chunk): ImageShape {
  const data = file.upTo(chunk.offset, 9);
  const size = still(u32(data, 0, false), u32(data, 4, false));
  return data.length < 9 ? size : { ...size, bitDepth: u8(data, 8) };
}

function readDensity(file: HeldBytes, chunk: Chunk, shape: ImageShape): ImageShape {
  const data = file.upTo(chunk.offset, Math.min(chunk.length, 9));
  if (data.length < 9) return shape;
  const [x, y] = [u32(data, 0, false), u32(data, 4, false)];
  if (x === 0 || y === 0) return shape;
  return u8(data, 8) === 1 ? { ...shape, dpi: [perInch(x), perInch(y)] } : { ...shape, density: [x, y] };
}

function countFrames(file: HeldBytes, chunk: Chunk, shape: ImageShape): ImageShape {
  const frames = u32(file.upTo(chunk.offset, 4), 0, false);
  return { ...shape, frames: Math.max(1, frames), animated: true };
}

/** The chunk's data, cut at `maxBlockBytes` and at the end of the object. */
function readData(file: HeldBytes, chunk: Chunk): Uint8Array {
  return file.upTo(chunk.offset, Math.min(chunk.length, maxBlockBytes));
}

/** Adds the EXIF of a chunk, if the chunk has any. */
function visitExif(file: ParserInput, chunk: Chunk, found: PngParts): void {
  if (chunk.type === 'eXIf') {
    if (found.exif.length < 2 * maxExifBlocks) found.exif.push(readData(file, chunk));
  } else if (textTypes.includes(chunk.type)) {
    const profile = readProfile(file, chunk, found);
    if (profile !== null) found.profiles.push(profile);
  }
}

/** The EXIF of a text chunk that is a hexadecimal dump of it; null for every other text. */
function readProfile(file: ParserInput, chunk: Chunk, found: PngParts): Uint8Array | null {
  const keyword = file.upTo(chunk.offset, keywordLength);
  const named = ['exif\0', 'APP1\0'].some((name) => hasAt(keyword, 0, `Raw profile type ${name}`));
  if (!named || chunk.length > maxProfileBytes || found.profilesLeft-- <= 0) return null;
  const data = readData(file, chunk).subarray(keywordLength);
  const text = profileText(file, chunk, data);
  if (text === null) return null;
  const bytes = unhex(text);
  // A profile of type APP1 may be XMP.
  return hasIdentifier(bytes) || isTiff(bytes) ? bytes : null;
}

/** The text of a chunk after the keyword and its NUL; null when it is damaged or too long. */
function profileText(file: ParserInput, { type, offset }: Chunk, data: Uint8Array): Uint8Array | null {
  const inflated = (stream: Uint8Array): Uint8Array | null =>
    file.wait(`zlib ${offset}`, () => inflate(stream, maxProfileBytes));
  if (type === 'tEXt') return data;
  if (type === 'zTXt') return inflated(data.subarray(1));
  const translatedAt = data.indexOf(0, 2) + 1;
  const textAt = data.indexOf(0, translatedAt) + 1;
  if (translatedAt === 0 || textAt === 0) return null;
  return u8(data, 0) === 0 ? data.subarray(textAt) : inflated(data.subarray(textAt));
}

const noDigit = 255;
/** The value of each character that is a hexadecimal digit. */
const hexDigits = new Uint8Array(256).fill(noDigit);
for (let digit = 0; digit < 16; digit++) {
  for (const text of ['0123456789abcdef', '0123456789ABCDEF']) hexDigits[text.charCodeAt(digit)] = digit;
}

/** The bytes of a dump: a line with the profile's name, a line with its length, then lines of hexadecimal digits. */
function unhex(text: Uint8Array): Uint8Array {
  const nameEnd = skipLine(text, 0);
  const lengthEnd = skipLine(text, nameEnd);
  // When the line of the name is blank, the line after it is already the length.
  const digitsAt = /^\s*\d*$/.test(latin1(text, nameEnd, Math.min(lengthEnd - nameEnd, maxLengthLine)))
    ? lengthEnd
    : nameEnd;
  const bytes = new Uint8Array(text.length >> 1);
  let digits = 0;
  for (let i = digitsAt; i < text.length; i++) {
    const digit = hexDigits[text[i] as number] as number;
    if (digit === noDigit) continue;
    const at = digits++ >> 1;
    bytes[at] = ((bytes[at] ?? 0) << 4) | digit;
  }
  return bytes.subarray(0, digits >> 1);
}

/** The end of the first line, at or after `offset`, that is not blank. The name of a profile may contain spaces. */
function skipLine(text: Uint8Array, offset: number): number {
  let at = offset;
  while (at < text.length && u8(text, at) <= 0x20) at++;
  while (at < text.length && !isLineEnd(u8(text, at))) at++;
  return at;
}

function isLineEnd(char: number): boolean {
  return char === 0x0a || char === 0x0d;
}

/** Finds EXIF after the image data: searches the end of the object for a chunk from which the following chunks lead to IEND. */
function searchTail(file: ParserInput, idat: number, found: PngParts): void {
  const start = Math.max(idat, file.size - pngTail);
  const tail = file.range(start, file.size);
  const dead = new Set<number>();
  let at = nextMetadata(tail, 0);
  for (let candidates = 0; at >= 0 && candidates < maxCandidates; at = nextMetadata(tail, at + 1)) {
    if (!leadsToEnd(tail, at, dead)) continue;
    candidates++;
    if (!isSoundChunk(tail, at)) continue;
    const chunk = { type: latin1(tail, at + 4, 4), offset: start + at + chunkHeader, length: u32(tail, at, false) };
    visitExif(file, chunk, found);
    at += chunkHeader + chunk.length + 3; // the next chunk starts after the CRC
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
