// Finds out how far a block goes on after the first bytes of a JPEG. A segment states only its own length, so a walk to the end
// of a long block needs several requests. But the first segment of the block shows how long all of it is.
import { hasAt, latin1, u8, u16, u32, u64 } from '../../bytes/cursor';
import { memoryBytes } from '../../bytes/held';
import { APP1, APP13, nextSegment, photoshopIdentifier, type Segment } from '../../container/jpeg';
import { maxHops, readAhead } from '../../limits';
import type { ByteRange } from '../../types';
import type { BlockName, FirstBytes } from '../block';
import { maxFoundBytes } from '../limits';
import {
  APP2,
  APP11,
  extensionHeader,
  extensionIdentifier,
  iccHeader,
  iccIdentifier,
  photoshopBlocks,
  xmpIdentifier,
} from './jpeg-segments';
import { jumbfPrefix, readJumbfPart } from './jumbf-segments';
import { searchWithin } from './pieces';

/** Bytes of a marker and a length. */
const markerLength = 4;
/**
 * A segment with a part of a block. Segments of one block have the same `name`. `header`: the bytes before the part; `length`:
 * those of the part; `total`: those of the whole block, null when this segment does not state it.
 */
type Part = Readonly<{ name: string; header: number; length: number; total: number | null }>;

/** The parts of a block so far: the length of them together, and of the whole; the last part. */
type Series = Readonly<{ length: number; total: number; last: Part }>;

/** The bytes after the first ones up to the end of the block in which they end; null when they end in none. */
export function restOfJpeg({ head, size, wanted }: FirstBytes): ByteRange | null {
  let end = 0;
  searchWithin(() => {
    end = endOfBlock(head, wanted);
  });
  if (end <= head.length || end > head.length + maxFoundBytes || head.length >= size) return null;
  // Some more bytes: the frame header is often soon after the block.
  return { start: head.length, end: Math.min(size, end + readAhead.minRead) };
}

/** The end of the block of whose segments the last bytes are a part; 0 when they are part of no wanted block. */
function endOfBlock(head: Uint8Array, wanted: ReadonlySet<BlockName>): number {
  const file = memoryBytes(head);
  const search = { bytes: 0, checks: 0 };
  let series: Series | null = null;
  let offset = 2;
  for (let hops = 0; hops < maxHops; hops++) {
    const segment = nextSegment(file, offset, search);
    if (segment === null) return 0;
    offset = segment.offset + segment.length;
    const part = partIn(head, segment, wanted);
    series = part === null ? null : added(series, part);
    if (offset >= head.length) return series === null ? 0 : endAfter(segment, series);
  }
  return 0;
}

function added(series: Series | null, part: Part): Series {
  if (series === null || series.last.name !== part.name)
    return { length: part.length, total: part.total ?? part.length, last: part };
  return { ...series, length: series.length + part.length, last: part };
}

/** The end of the last segment of the block, if all segments to come are as long as `segment`. */
function endAfter({ offset }: Segment, { length, total, last }: Series): number {
  const end = offset + last.header + last.length;
  const left = Math.max(0, total - length);
  return end + left + Math.ceil(left / Math.max(1, last.length)) * (markerLength + last.header);
}

function partIn(head: Uint8Array, segment: Segment, wanted: ReadonlySet<BlockName>): Part | null {
  const { marker, offset } = segment;
  const bytes = head.subarray(offset);
  const length = u16(head, offset - 2, false) - 2;
  const part = (name: string, header: number, total: number | null): Part => ({
    name,
    header,
    length: length - header,
    total,
  });
  if (marker === APP11 && wanted.has('c2pa')) {
    const jumbf = readJumbfPart(bytes, { start: offset, end: offset + length });
    if (jumbf === null) return null;
    const { instance, header, isC2pa } = jumbf;
    return part(`jumbf ${instance}`, jumbfPrefix + header, isC2pa ? boxLength(bytes, header) - header : null);
  }
  if (marker === APP1 && wanted.has('xmp') && hasAt(bytes, 0, extensionIdentifier)) {
    const at = extensionIdentifier.length;
    return part(latin1(bytes, at, 32), extensionHeader, u32(bytes, at + 32, false));
  }
  // Only the start of a profile is read. But the segments after it are.
  if (marker === APP2 && hasAt(bytes, 0, iccIdentifier))
    return part('icc', iccHeader, u8(bytes, iccIdentifier.length) <= 1 ? u32(bytes, iccHeader, false) : null);
  const isWanted =
    (marker === APP1 && wanted.has('xmp') && hasAt(bytes, 0, xmpIdentifier)) ||
    (marker === APP13 && photoshopBlocks.some((name) => wanted.has(name)) && hasAt(bytes, 0, photoshopIdentifier));
  return isWanted ? part('', 0, null) : null;
}

/** The length of a box whose header has 8 or 16 bytes. */
function boxLength(bytes: Uint8Array, header: number): number {
  return header === 8 ? u32(bytes, jumbfPrefix, false) : (u64(bytes, jumbfPrefix + 8, false) ?? Infinity);
}
