// JPEG [ITU-T T.81 Annex B; EXIF 3.0 4.5.4, 4.7.2].
//
//   SOI FFD8   segment: FF marker, u16 length (itself included), payload   ...   SOS or EOI
//   APP0       FFE0 length "JFIF" 00, version u16, units u8 (1 inch, 2 cm), density across u16, down u16   [JFIF 1.02]
//   APP1       FFE1 length "Exif" 00 00, TIFF stream
//   SOFn       FFCn length  precision u8  height u16  width u16
import { hasAt, u8, u16 } from '../bytes/cursor';
import { firstBytes, type HeldBytes, memoryBytes, parseHeld } from '../bytes/held';
import { joinBytes } from '../bytes/join';
import { maxExifBlocks, maxHops, moreExifBytes } from '../limits';
import { ProblemError } from '../problem';
import { isTiff, leadsToIfd0 } from '../tiff/header';
import type { Container, ExifBlock, ImageShape, LocateResult } from '../types';
import { exifBlock, hasIdentifier, isReadable } from './exif-block';
import { perInch, still } from './image-shape';
import { findMarker, hasSegment, isFrameHeader, isMarkerAt, type MarkerSearch, standsAlone } from './jpeg-marker';
import { exifResource, findResource } from './photoshop';
import { walkWithin } from './tolerant-walk';

/** SOI. Stray bytes may follow it. */
export const startOfImage = '\xff\xd8';

const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
export const APP1 = 0xe1;
export const APP13 = 0xed;

/** Bytes of `Exif`, NUL, a pad byte. */
const identifierLength = 6;
export const photoshopIdentifier = 'Photoshop 3.0\0';
/** Bytes after SOI in which the first segment must start. */
const firstSegmentWithin = 4096;

/**
 * A marker segment: the end of the segment before it, `offset` of its payload, and its length, cut at the end of the object.
 */
export type Segment = Readonly<{ start: number; marker: number; offset: number; length: number }>;

/**
 * An EXIF block: the payloads of its APP1 segment and of the segments that continue it, without identifier codes, and the end
 * of the last one.
 */
type Block = { parts: [Uint8Array, ...Uint8Array[]]; length: number; end: number };

type JpegParts = {
  exif: Block[];
  photoshop: Uint8Array | null;
  size: { width: number; height: number | null; bitDepth: number } | null;
  density: Pick<ImageShape, 'dpi' | 'density'> | null;
  search: MarkerSearch;
};

export const jpeg: Container = { name: 'jpeg', matches, locate: (reader) => parseHeld(reader, locate) };

/** SOI, then a marker; or SOI, stray bytes, and then a segment that is recognised with certainty. */
function matches(head: Uint8Array): boolean {
  if (!hasAt(head, 0, startOfImage)) return false;
  return hasAt(head, 2, '\xff') || hasSegment(head.subarray(2, firstSegmentWithin));
}

/**
 * Finds the EXIF blocks and the frame header, in any order. After both, it looks for more EXIF up to the image data, but only
 * near the start.
 */
function locate(file: HeldBytes): LocateResult {
  const found: JpegParts = { exif: [], photoshop: null, size: null, density: null, search: { bytes: 0, checks: 0 } };
  walkWithin(
    () => walk(file, found),
    () => isEnough(found),
  );
  const exif = blockOf(found);
  if (found.size === null && !hasReadable(found) && !(found.photoshop !== null && isReadable(found.photoshop))) {
    throw new ProblemError('DamagedImage', 'Cannot find a frame header or EXIF in the segments of a JPEG');
  }
  return { shape: { ...still(null, null), ...found.size, ...found.density }, exif };
}

function walk(file: HeldBytes, found: JpegParts): void {
  const near = firstBytes(file, moreExifBytes);
  let offset = 2;
  for (let hops = 0; hops < maxHops; hops++) {
    const mayContinue = offset === found.exif.at(-1)?.end;
    const isFar = isEnough(found) && !mayContinue;
    const segment = nextSegment(isFar ? near : file, offset, found.search);
    if (segment === null) return;
    offset = segment.offset + segment.length;
    if (isEnough(found) && offset >= near.size && !(mayContinue && segment.marker === APP1)) return;
    visit(file, segment, found);
  }
}

/** The blocks of the APP1 segments. If none of them can be read, the block of Photoshop's segment. */
function blockOf(found: JpegParts): ExifBlock | null {
  const blocks = found.exif.map(({ parts }) => joinBytes(parts));
  return exifBlock(found.photoshop === null || hasReadable(found) ? blocks : [...blocks, found.photoshop]);
}

function hasReadable({ exif }: JpegParts): boolean {
  return exif.some(({ parts: [first], length }) => leadsToIfd0(first, length));
}

/** The segment whose marker is at or after `offset`; null at the image data, at the end, or when no marker is found. */
export function nextSegment(file: HeldBytes, offset: number, search: MarkerSearch): Segment | null {
  let at = offset;
  let head = file.upTo(at, 4);
  if (!isMarkerAt(head, 0)) {
    const found = findMarker(file, offset, search);
    if (found === null) return null;
    at = found;
    head = file.upTo(at, 4);
  }
  if (head.length < 4) return null;
  const marker = u8(head, 1);
  if (marker === SOS || marker === EOI) return null;
  const length = u16(head, 2, false);
  if (standsAlone(marker) || length < 2) return { start: offset, marker, offset: at + 2, length: 0 };
  return { start: offset, marker, offset: at + 4, length: Math.min(length - 2, file.size - at - 4) };
}

/** Whether the size is known and EXIF that can be read was found. */
function isEnough(found: JpegParts): boolean {
  return found.size !== null && hasReadable(found);
}

function visit(file: HeldBytes, segment: Segment, found: JpegParts): void {
  const { marker, offset, length } = segment;
  if (marker === APP1) {
    visitApp1(file, segment, found);
  } else if (marker === APP0) {
    found.density ??= readDensity(file, segment);
  } else if (marker === APP13 && found.photoshop === null) {
    found.photoshop = readPhotoshop(file, segment);
  } else if (isFrameHeader(marker) && found.size === null && length >= 6) {
    const header = file.range(offset, offset + 5);
    const [bitDepth, height] = [u8(header, 0), u16(header, 1, false)];
    // Height 0 is stated later, by a DNL marker after the first scan [T.81 B.2.5].
    found.size = { width: u16(header, 3, false), height: height === 0 ? null : height, bitDepth };
  }
}

/** The density that a JFIF segment states; null for any other segment, and when it is 0. */
function readDensity(file: HeldBytes, { offset, length }: Segment): JpegParts['density'] {
  const jfif = file.upTo(offset, Math.min(length, 12));
  if (jfif.length < 12 || !hasAt(jfif, 0, 'JFIF\0')) return null;
  const [units, x, y] = [u8(jfif, 7), u16(jfif, 8, false), u16(jfif, 10, false)];
  if (x === 0 || y === 0 || units > 2) return null;
  if (units === 0) return { density: [x, y] };
  return { dpi: units === 1 ? [x, y] : [perInch(100 * x), perInch(100 * y)] };
}

/** Keeps each EXIF block. A segment right after one belongs to it unless it starts with a TIFF header. */
function visitApp1(file: HeldBytes, { start, offset, length }: Segment, found: JpegParts): void {
  const identifier = file.upTo(offset, Math.min(length, identifierLength));
  if (!hasIdentifier(identifier)) return;
  const bytes = file.upTo(offset + identifierLength, Math.max(0, length - identifierLength));
  const end = offset + length;
  const last = found.exif.at(-1);
  if (last !== undefined && last.end === start && !isTiff(bytes)) {
    last.parts.push(bytes);
    last.length += bytes.length;
    last.end = end;
  } else if (found.exif.length < 2 * maxExifBlocks) {
    found.exif.push({ parts: [bytes], length: bytes.length, end });
  }
}

/** The EXIF in the image resources of an APP13 segment; null when there is none. */
function readPhotoshop(file: HeldBytes, { offset, length }: Segment): Uint8Array | null {
  const identifier = file.upTo(offset, Math.min(length, photoshopIdentifier.length));
  if (!hasAt(identifier, 0, photoshopIdentifier)) return null;
  const payload = file.range(offset + photoshopIdentifier.length, offset + length);
  return findResource(memoryBytes(payload), 0, payload.length, exifResource, isReadable);
}
