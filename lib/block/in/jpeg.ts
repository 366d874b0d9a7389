// The metadata blocks of a JPEG: in its segments up to the image data, and in the trailer that Samsung's phones write.
//
//   APP1   "http://ns.adobe.com/xap/1.0/" 00, XMP packet
//   APP1   "http://ns.adobe.com/xmp/extension/" 00, GUID 32, whole length u32, offset u32, part of it   [XMP part 3, 1.1.3.1]
//   APP2   "ICC_PROFILE" 00, number u8 from 1, count u8, part of the profile                            [ICC.1 annex B.4]
//   APP2   "MPF" 00, TIFF stream [CIPA DC-007]        APP2   "urn:iso:std:iso:ts:21496:-1" 00 [ISO 21496-1]
//   APP11  "JP", instance u16, number u32, box header, part of the box                                  [ISO/IEC 19566-5 D.2]
//   APP13  "Photoshop 3.0" 00, image resources, which may continue in the next APP13
import { hasAt, latin1, u8, u32 } from '../../bytes/cursor';
import { joinBytes } from '../../bytes/join';
import { APP1, APP13, nextSegment, photoshopIdentifier, type Segment } from '../../container/jpeg';
import { maxHops } from '../../limits';
import type { ByteRange } from '../../types';
import type { BlockFinder, BlockName, FinderInput, FoundBlock } from '../block';
import { iccStartBytes, maxFoundBytes } from '../limits';
import { findInTags } from './exif-tags';
import { restOfJpeg } from './jpeg-rest';
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
import { type JumbfPart, jumbfPieces, readJumbfPart } from './jumbf-segments';
import { type Piece, pieceInMemory, pieceOf, readPieces, searchWithin } from './pieces';
import { blocksOfResources } from './resources';
import { samsungPieces } from './samsung-trailer';

const mpfIdentifier = 'MPF\0';
const gainMapIdentifier = 'urn:iso:std:iso:ts:21496:-1\0';
/** A part of a profile that has `count` parts. */
type IccPart = Readonly<{ number: number; count: number; range: ByteRange }>;

/** What the segments have: blocks of one segment each, and the parts of blocks that may have several. */
type Segments = { pieces: Piece[]; icc: IccPart[]; jumbf: JumbfPart[]; photoshop: ByteRange[] };

export const jpegBlocks: BlockFinder = { container: 'jpeg', find, rest: restOfJpeg };

function find(input: FinderInput): readonly FoundBlock[] {
  const { file, wanted } = input;
  const found: Segments = { pieces: [], icc: [], jumbf: [], photoshop: [] };
  searchWithin(() => walk(input, found));
  const pieces = [...found.pieces, ...iccPieces(found.icc), ...jumbfPieces(found.jumbf)];
  if (found.photoshop.length > 0) pieces.push(photoshopPiece(found.photoshop, wanted));
  return [...readPieces(file, [...pieces, ...samsungPieces(input)]), ...findInTags(input)];
}

function walk({ file, wanted }: FinderInput, found: Segments): void {
  const search = { bytes: 0, checks: 0 };
  let offset = 2;
  for (let hops = 0; hops < maxHops; hops++) {
    const segment = nextSegment(file, offset, search);
    if (segment === null) return;
    offset = segment.offset + segment.length;
    const { marker } = segment;
    if (marker !== APP1 && marker !== APP2 && marker !== APP11 && marker !== APP13) continue;
    visit(file.upTo(segment.offset, Math.min(segment.length, extensionHeader)), segment, wanted, found);
  }
}

function visit(head: Uint8Array, segment: Segment, wanted: ReadonlySet<BlockName>, found: Segments): void {
  const { marker } = segment;
  if (marker === APP1) {
    const piece = wanted.has('xmp') ? xmpPiece(head, segment) : null;
    if (piece !== null) found.pieces.push(piece);
  } else if (marker === APP2) {
    visitApp2(head, segment, wanted, found);
  } else if (marker === APP11) {
    const part = wanted.has('c2pa') ? readJumbfPart(head, payloadAfter(segment, 0)) : null;
    if (part !== null) found.jumbf.push(part);
  } else if (hasAt(head, 0, photoshopIdentifier) && photoshopBlocks.some((name) => wanted.has(name))) {
    found.photoshop.push(payloadAfter(segment, photoshopIdentifier.length));
  }
}

function visitApp2(head: Uint8Array, segment: Segment, wanted: ReadonlySet<BlockName>, found: Segments): void {
  if (wanted.has('icc') && hasAt(head, 0, iccIdentifier) && head.length >= iccHeader) {
    const [number, count] = [u8(head, iccIdentifier.length), u8(head, iccIdentifier.length + 1)];
    found.icc.push({ number, count, range: payloadAfter(segment, iccHeader) });
  } else if (wanted.has('mpf') && hasAt(head, 0, mpfIdentifier)) {
    const range = payloadAfter(segment, mpfIdentifier.length);
    found.pieces.push(pieceOf(range, (bytes) => ({ kind: 'mpf', bytes, offset: range.start })));
  } else if (wanted.has('gainmap') && hasAt(head, 0, gainMapIdentifier)) {
    found.pieces.push(pieceInMemory({ kind: 'gainmap', sign: 'iso21496-app2' }));
  }
}

/** An XMP packet, or a part of an Extended XMP; null for every other APP1. */
function xmpPiece(head: Uint8Array, segment: Segment): Piece | null {
  if (hasAt(head, 0, xmpIdentifier)) {
    const range = payloadAfter(segment, xmpIdentifier.length + terminatorLength(head));
    const size = range.end - range.start;
    return pieceOf(range, (bytes) => ({ kind: 'xmp', bytes, offset: range.start, size }));
  }
  if (!hasAt(head, 0, extensionIdentifier) || head.length < extensionHeader) return null;
  const at = extensionIdentifier.length;
  const [guid, total, place] = [latin1(head, at, 32), u32(head, at + 32, false), u32(head, at + 36, false)];
  if (total > maxFoundBytes) return null;
  return pieceOf(payloadAfter(segment, extensionHeader), (bytes) => ({
    kind: 'xmp-extension',
    guid,
    total,
    at: place,
    bytes,
  }));
}

/** The bytes after the identifier: a NUL, in some files a space, in others both. */
function terminatorLength(head: Uint8Array): number {
  if (hasAt(head, xmpIdentifier.length, ' \0')) return 2;
  return hasAt(head, xmpIdentifier.length, '\0') || hasAt(head, xmpIdentifier.length, ' ') ? 1 : 0;
}

/** The profiles: parts with one count belong together. Most programs number them from 1, some from 0. */
function iccPieces(parts: readonly IccPart[]): readonly Piece[] {
  return [...new Set(parts.map(({ count }) => count))].map((count) => {
    const own = parts.filter((part) => part.count === count).sort((a, b) => a.number - b.number);
    return iccPiece(own.filter((part, i) => part.number !== own[i - 1]?.number).map(({ range }) => range));
  });
}

/** Only the start of the profile is read. */
function iccPiece(ranges: readonly ByteRange[]): Piece {
  const size = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  const offset = ranges.length === 1 ? (ranges[0]?.start ?? null) : null;
  return {
    ranges: firstOf(ranges, iccStartBytes),
    make: (bytes) => (size === 0 ? [] : [{ kind: 'icc', bytes: joinBytes(bytes), offset, size }]),
  };
}

/** The first `length` bytes of the ranges. */
function firstOf(ranges: readonly ByteRange[], length: number): readonly ByteRange[] {
  let left = length;
  return ranges.flatMap(({ start, end }) => {
    const used = Math.min(left, end - start);
    left -= used;
    return used > 0 ? [{ start, end: start + used }] : [];
  });
}

/** The resources of all APP13. One of them may continue in the next segment. */
function photoshopPiece(ranges: readonly ByteRange[], wanted: ReadonlySet<BlockName>): Piece {
  return {
    ranges,
    make: (parts) =>
      blocksOfResources(joinBytes(parts), { wanted, standard: true, placeOf: (range) => placeIn(ranges, range) }),
  };
}

/** The offset in the file of bytes `start..end` of the joined ranges; null when they are in several of them. */
function placeIn(ranges: readonly ByteRange[], { start, end }: ByteRange): number | null {
  let before = 0;
  for (const range of ranges) {
    const length = range.end - range.start;
    if (start < before + length) return end <= before + length ? range.start + start - before : null;
    before += length;
  }
  return null;
}

function payloadAfter({ offset, length }: Segment, header: number): ByteRange {
  return { start: offset + Math.min(header, length), end: offset + length };
}
