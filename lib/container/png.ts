// PNG and APNG [PNG 3rd edition, 5.3, 11.2.1 IHDR, 11.3.4.5 eXIf, 11.3.6.1 acTL; ImageMagick raw profiles].
//
//   signature 8   chunk: length u32, type 4, data, CRC u32   ...   IEND
//   IHDR          width u32  height u32  bit depth u8  ...   acTL  num_frames u32  ...
//   pHYs          pixels per unit across u32, down u32, unit u8 (1 metre)
//   eXIf          TIFF stream, before IDAT; older writers put it after IDAT
//   zTXt          keyword 00 method u8 zlib    tEXt  keyword 00 text    iTXt  keyword 00 flag u8 method u8 lang 00 key 00 text
import { hasAt, u8, u32 } from '../bytes/cursor';
import { inflate } from '../bytes/decompress';
import { firstBytes, type HeldBytes, type ParserInput, parseHeld } from '../bytes/held';
import { maxBlockBytes, maxExifBlocks, maxHops, maxProfileBytes, maxProfiles, moreExifBytes } from '../limits';
import { ProblemError } from '../problem';
import { isTiff } from '../tiff/header';
import type { Container, ImageShape, LocateResult } from '../types';
import { exifBlock, hasIdentifier, isReadable } from './exif-block';
import { perInch, still } from './image-shape';
import { type Chunk, chunkAt, chunksInTail, textTypes } from './png-chunk';
import { textOf, unhex } from './png-text';
import { walkWithin } from './tolerant-walk';

/** The EXIF of eXIf chunks and of raw profiles, and how many more profiles may be inflated or converted from hexadecimal. */
type PngParts = { shape: ImageShape | null; exif: Uint8Array[]; profiles: Uint8Array[]; profilesLeft: number };

/** `Raw profile type exif` or `APP1`, and the NUL. */
const keywordLength = 22;

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
      if (!hasReadable(found) || near.size === file.size) visitTail(file, offset, found);
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

/** Looks for EXIF after the image data. */
function visitTail(file: ParserInput, idat: number, found: PngParts): void {
  for (const chunk of chunksInTail(file, idat)) visitExif(file, chunk, found);
}

/** Whether the size is known and an eXIf chunk that can be read was found. */
function isEnough({ shape, exif }: PngParts): boolean {
  return shape !== null && exif.some(isReadable);
}

function hasReadable({ exif, profiles }: PngParts): boolean {
  return exif.some(isReadable) || profiles.some(isReadable);
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
  const text = profileText(file, chunk);
  if (text === null) return null;
  const bytes = unhex(text);
  // A profile of type APP1 may be XMP.
  return hasIdentifier(bytes) || isTiff(bytes) ? bytes : null;
}

/** The text of a chunk; null when it is damaged or too long. */
function profileText(file: ParserInput, chunk: Chunk): Uint8Array | null {
  const text = textOf(chunk.type, readData(file, chunk), keywordLength);
  if (text === null || !text.isDeflated) return text?.bytes ?? null;
  return file.wait(`zlib ${chunk.offset}`, () => inflate(text.bytes, maxProfileBytes));
}
