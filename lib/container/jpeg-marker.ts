// Finds the next marker of a JPEG where it does not follow right after the segment before it. Decoders accept fill bytes
// [ITU-T T.81 B.1.1.2], stray bytes that belong to no segment, and segment lengths that are a few bytes off.
import { hasAt, u8, u16 } from '../bytes/cursor';
import { readUpTo } from '../bytes/reader';
import { maxStrayBytes } from '../limits';
import type { RangeReader } from '../types';
import { hasIdentifier } from './exif-block';

const APP0 = 0xe0;
const APP1 = 0xe1;
const APP13 = 0xed;
const SOS = 0xda;

/** What was spent on searching in all of one JPEG: bytes passed over, and reads that checked what follows a segment. */
export type MarkerSearch = { bytes: number; checks: number };

/** Bytes of the first block that is searched, and of the longest: each is four times as long as the one before. */
const block = { first: 16, longest: 65_536 } as const;
/** Bytes at which `likelihood` looks. */
const headLength = 10;
/** Reads that check what follows a segment: bytes that look like one by chance are rare, except in a hostile file. */
const maxChecks = 32;

/**
 * Where the FF of the next marker is, at or after `offset`; null when there is none within `maxStrayBytes`. A length that
 * is one too long ends after the FF, so the byte before `offset` counts as well.
 */
export async function findMarker(reader: RangeReader, offset: number, search: MarkerSearch): Promise<number | null> {
  let start = Math.max(2, offset - 1);
  let length: number = block.first;
  while (start < reader.size && search.bytes <= maxStrayBytes) {
    const bytes = await readUpTo(reader, start, length);
    const at = await findInBlock(reader, { bytes, start }, offset, search);
    if (at !== null) {
      search.bytes += at - start;
      return at;
    }
    if (start + bytes.length >= reader.size) return null;
    const step = bytes.length - headLength; // the head of a segment may lie across two blocks
    search.bytes += step;
    start += step;
    length = Math.min(4 * length, block.longest);
  }
  return null;
}

/** The offset in `bytes` of the first segment that is certain to be one; null when there is none. */
export function findCertainMarker(bytes: Uint8Array): number | null {
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const found = likelihood(bytes, at);
    if (found === 'certain' || (found === 'likely' && isMarkerAt(bytes, segmentEnd(bytes, at)))) return at;
  }
  return null;
}

type Block = Readonly<{ bytes: Uint8Array; start: number }>;

async function findInBlock(
  reader: RangeReader,
  { bytes, start }: Block,
  offset: number,
  search: MarkerSearch,
): Promise<number | null> {
  const markerAfterFill = endOfFill(bytes, Math.max(0, offset - start)) - 1;
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    if (at === markerAfterFill && start + at >= offset && isMarkerAt(bytes, at)) return start + at;
    const found = likelihood(bytes, at);
    if (found === 'certain') return start + at;
    if (found === 'unlikely') continue;
    const end = segmentEnd(bytes, at);
    const isFollowed = end + 2 <= bytes.length ? isMarkerAt(bytes, end) : await isMarkerIn(reader, start + end, search);
    if (isFollowed) return start + at;
  }
  return null;
}

/** The end of the run of FF at `offset`; `offset` itself when there is none. */
function endOfFill(bytes: Uint8Array, offset: number): number {
  let end = offset;
  while (end < bytes.length && u8(bytes, end) === 0xff) end++;
  return end;
}

/** How certain it is that a segment starts at `at`: `likely` ones must be followed by a marker. */
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
  return length >= 2 ? 'likely' : 'unlikely';
}

/** A segment that is known by its identifier: EXIF, JFIF or Photoshop, as far as the block contains it. */
function isNamed(bytes: Uint8Array, at: number, marker: number): boolean {
  if (marker === APP1) return hasIdentifier(bytes.subarray(at + 4));
  if (marker === APP0) return hasAt(bytes, at + 4, 'JFIF\0');
  return marker === APP13 && hasAt(bytes, at + 4, 'Photos');
}

/** The length that a frame header of so many components has; one byte off only where all else is as in most files. */
function isFrameLength(length: number, components: number, precision: number): boolean {
  if (components === 0) return false;
  const isUsual = components <= 4 && (precision === 8 || precision === 12);
  return isUsual ? isNearly(length, 8 + 3 * components) : length === 8 + 3 * components;
}

/** Some writers state lengths that are one byte off. */
function isNearly(length: number, expected: number): boolean {
  return Math.abs(length - expected) <= 1;
}

function segmentEnd(bytes: Uint8Array, at: number): number {
  return at + 2 + u16(bytes, at + 2, false);
}

async function isMarkerIn(reader: RangeReader, offset: number, search: MarkerSearch): Promise<boolean> {
  if (offset + 2 > reader.size || search.checks >= maxChecks) return false;
  search.checks++;
  return isMarkerAt(await readUpTo(reader, offset, 2), 0);
}

/**
 * True when an FF and the code of a marker are at `at`: not a fill byte, not a stuffed 00, and none of the codes 02 to BF,
 * which are reserved and which no file has [T.81 B.1.1.2, B.1.1.5, table B.1].
 */
export function isMarkerAt(bytes: Uint8Array, at: number): boolean {
  if (!hasAt(bytes, at, '\xff') || at + 1 >= bytes.length) return false;
  const code = u8(bytes, at + 1);
  return code === 0x01 || (code >= 0xc0 && code !== 0xff);
}

/** Markers of segments that occur in files: frame headers, tables, a scan header, APPn, a comment [T.81 table B.1]. */
function hasLength(marker: number): boolean {
  return (marker >= 0xc0 && marker <= 0xcf) || (marker >= SOS && marker <= 0xef) || marker === 0xfe;
}

/** SOFn: the C0 to CF that are no DHT, JPG or DAC. */
export function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}
