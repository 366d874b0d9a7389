// Finds the next marker of a JPEG when it does not follow directly after the segment before it. Like decoders, it accepts fill
// bytes [ITU-T T.81 B.1.1.2], stray bytes that belong to no segment, and segment lengths that are wrong by a few bytes.
import { hasAt, u8, u16 } from '../bytes/cursor';
import type { HeldBytes } from '../bytes/held';
import { maxStrayBytes } from '../limits';
import { hasIdentifier } from './exif-block';

const APP0 = 0xe0;
const APP1 = 0xe1;
const APP13 = 0xed;
const SOI = 0xd8;
const SOS = 0xda;

/**
 * The cost of searching in one whole JPEG so far: bytes that were skipped, and reads that checked the bytes after a segment.
 */
export type MarkerSearch = { bytes: number; checks: number };

/** Bytes of the first block that is searched, and of the longest one. Each block is four times as long as the one before. */
const block = { first: 16, longest: 65_536 } as const;
/** Bytes that `likelihood` needs. */
const headLength = 10;
/** The most reads that check the bytes after a segment. Only hostile files have many bytes that look like a segment. */
const maxChecks = 32;

/**
 * The offset of the FF of the next marker, at or after `offset`; null when there is none within `maxStrayBytes`. The byte
 * before `offset` is tried too, because after a length that is one too large the FF is there.
 */
export function findMarker(file: HeldBytes, offset: number, search: MarkerSearch): number | null {
  let start = Math.max(2, offset - 1);
  let length: number = block.first;
  let fillEnd = offset; // end of the run of FF that starts at `offset`
  while (search.bytes <= maxStrayBytes) {
    const bytes = file.upTo(start, length);
    while (bytes[fillEnd - start] === 0xff) fillEnd++;
    const markerAfterFill = fillEnd > offset ? fillEnd - 1 : null;
    const at = findInBlock(file, { bytes, start }, markerAfterFill, search);
    if (at !== null) {
      search.bytes += at - start;
      return at;
    }
    if (start + bytes.length >= file.size) return null;
    const step = bytes.length - headLength; // the header of a segment may lie partly in the next block
    search.bytes += step;
    start += step;
    length = Math.min(4 * length, block.longest);
  }
  return null;
}

/** True when a segment that is certain to be one starts in `bytes`. */
export function hasSegment(bytes: Uint8Array): boolean {
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const found = likelihood(bytes, at);
    if (found === 'certain' || (found === 'likely' && isMarkerAt(bytes, segmentEnd(bytes, at)))) return true;
  }
  return false;
}

type Block = Readonly<{ bytes: Uint8Array; start: number }>;

function findInBlock(
  file: HeldBytes,
  { bytes, start }: Block,
  markerAfterFill: number | null,
  search: MarkerSearch,
): number | null {
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    while (bytes[at + 1] === 0xff) at++; // a fill byte
    if (start + at === markerAfterFill && isMarkerAt(bytes, at)) return start + at;
    const found = likelihood(bytes, at);
    if (found === 'certain') return start + at;
    if (found === 'unlikely') continue;
    const end = segmentEnd(bytes, at);
    const isFollowed = end + 2 <= bytes.length ? isMarkerAt(bytes, end) : isMarkerIn(file, start + end, search);
    if (isFollowed) return start + at;
  }
  return null;
}

/** How certain it is that a segment starts at `at`. A `likely` segment counts only if a marker follows it. */
function likelihood(bytes: Uint8Array, at: number): 'certain' | 'likely' | 'unlikely' {
  if (at + headLength > bytes.length || !hasLength(u8(bytes, at + 1))) return 'unlikely';
  const marker = u8(bytes, at + 1);
  const length = u16(bytes, at + 2, false);
  if (isFrameHeader(marker))
    return isFrameLength(length, u8(bytes, at + 9), u8(bytes, at + 4)) ? 'certain' : 'unlikely';
  if (marker === SOS) {
    const components = u8(bytes, at + 4);
    return components >= 1 && components <= 4 && isNearly(length, 6 + 2 * components) ? 'certain' : 'unlikely';
  }
  if (isNamed(bytes, at, marker)) return 'certain';
  return 'likely';
}

/** Whether an identifier (EXIF, JFIF or Photoshop) proves the segment, as far as the block contains it. */
function isNamed(bytes: Uint8Array, at: number, marker: number): boolean {
  if (marker === APP1) return hasIdentifier(bytes.subarray(at + 4));
  if (marker === APP0) return hasAt(bytes, at + 4, 'JFIF\0');
  return marker === APP13 && hasAt(bytes, at + 4, 'Photos');
}

/**
 * Whether the length of a frame header fits its number of components. It may be wrong by one byte, if everything else is as in
 * most files.
 */
function isFrameLength(length: number, components: number, precision: number): boolean {
  if (components === 0) return false;
  const isUsual = components <= 4 && (precision === 8 || precision === 12);
  return isUsual ? isNearly(length, 8 + 3 * components) : length === 8 + 3 * components;
}

/** Some programs write lengths that are wrong by one byte. */
function isNearly(length: number, expected: number): boolean {
  return Math.abs(length - expected) <= 1;
}

function segmentEnd(bytes: Uint8Array, at: number): number {
  return at + 2 + u16(bytes, at + 2, false);
}

function isMarkerIn(file: HeldBytes, offset: number, search: MarkerSearch): boolean {
  if (offset + 2 > file.size || search.checks >= maxChecks) return false;
  search.checks++;
  return isMarkerAt(file.upTo(offset, 2), 0);
}

/**
 * True when an FF and the code of a marker are at `at`: not a fill byte, not a stuffed 00, and not a code from 02 to BF. These
 * are reserved, and no file has them [T.81 B.1.1.2, B.1.1.5, table B.1].
 */
export function isMarkerAt(bytes: Uint8Array, at: number): boolean {
  if (at + 2 > bytes.length || u8(bytes, at) !== 0xff) return false;
  const code = u8(bytes, at + 1);
  return code === 0x01 || (code >= 0xc0 && code !== 0xff);
}

/** Markers of segments that occur in files: frame headers, tables, a scan header, APPn, a comment [T.81 table B.1]. */
function hasLength(marker: number): boolean {
  return (marker >= 0xc0 && marker <= 0xcf) || (marker >= SOS && marker <= 0xef) || marker === 0xfe;
}

/** SOFn: the codes C0 to CF, except DHT, JPG and DAC. */
export function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** RSTm, which are part of the image data. */
export function isRestart(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd7;
}

/** TEM, RSTm and SOI, which have no length and no payload. */
export function standsAlone(marker: number): boolean {
  return marker === 0x01 || marker === SOI || isRestart(marker);
}
