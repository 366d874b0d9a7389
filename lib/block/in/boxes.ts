// Metadata blocks in boxes of the top level: the same in all formats that are made of boxes.
//
//   uuid: 16 bytes that name it, then XMP, IPTC-IIM, Photoshop resources or C2PA   xml: XMP, or other XML
//   jumb: C2PA, or other JUMBF   jhgm: gain map of a JPEG XL   mpvd: video of a motion photo   brob: type 4, Brotli stream
//   C2PA uuid   version and flags 4, purpose with its NUL, offset of another such box u64, JUMBF [C2PA 2.1, A.5.1]
import { hasAt } from '../../bytes/cursor';
import { unbrotli } from '../../bytes/decompress';
import type { HeldBytes, ParserInput } from '../../bytes/held';
import { type Box, boxesOf } from '../../container/bmff';
import { maxProfiles, readAhead } from '../../limits';
import type { ByteRange } from '../../types';
import type { BlockName, FinderInput, FoundBlock } from '../block';
import { maxFoundBytes } from '../limits';
import { findInTags } from './exif-tags';
import { type Piece, pieceInMemory, pieceOf, readPieces, searchWithin, withinLimits } from './pieces';
import { resourcePieces } from './resources';

const uuidLength = 16;
const uuids = {
  xmp: '\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac',
  iptc: '\x33\xc7\xa4\xd2\xb8\x1d\x47\x23\xa0\xba\xf1\xa3\xe0\x97\xad\x38',
  photoshop: '\x2c\x4c\x01\x00\x85\x04\x40\xb9\xa0\x3e\x56\x21\x48\xd6\xdf\xeb',
  c2pa: '\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81',
} as const;
const c2paPurpose = 'manifest\0';
/** Bytes of a C2PA box from its version to the JUMBF. */
const c2paHeader = 4 + c2paPurpose.length + 8;
const boxHeader = 8;
/** In every XMP packet. A box `xml ` may have any other XML. */
const rdfNamespace = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';

/** A box of the top level. `start` is the offset of its header. */
export type TopBox = Box & Readonly<{ start: number }>;

/**
 * Collects the pieces of the boxes until `visit` returns null. When the header of a box has to be read, the pieces before it are
 * read together with it: they may be next to it. Damage, or the end of the read budget, ends the walk.
 */
export function walkBoxes(file: ParserInput, visit: (box: TopBox) => Iterable<Piece> | null): readonly Piece[] {
  const pieces: Piece[] = [];
  const upTo: HeldBytes['upTo'] = (offset, length) => {
    if (offset < file.size && !file.holds(offset)) {
      const missing = withinLimits(pieces)
        .flatMap(({ ranges }) => ranges)
        .filter((range) => !isRead(file, range));
      // When the budget does not allow all of them, the header is read alone.
      if (missing.length > 0)
        searchWithin(() => {
          file.ranges([...missing, { start: offset, end: Math.min(offset + readAhead.minRead, file.size) }]);
        });
    }
    return file.upTo(offset, length);
  };
  searchWithin(() => {
    let start = 0;
    for (const box of boxesOf({ ...file, upTo })) {
      const found = visit({ ...box, start });
      if (found === null) return;
      searchWithin(() => {
        for (const piece of found) pieces.push(piece);
      });
      start = box.end;
    }
  });
  return pieces;
}

/** Whether a range was read, as far as its ends show. */
function isRead(file: ParserInput, { start, end }: ByteRange): boolean {
  return end <= start || (file.holds(start) && file.holds(end - 1));
}

/** Blocks of one format that a box leads to. */
type MoreOfBox = (file: ParserInput, box: TopBox, wanted: ReadonlySet<BlockName>) => Iterable<Piece>;

/** The blocks in all boxes of a file, then those in the tags of its EXIF. */
export function findInBoxes(input: FinderInput, moreOf: MoreOfBox = () => []): readonly FoundBlock[] {
  const { file, wanted } = input;
  const piecesOf = boxPieces(file, wanted);
  const pieces = walkBoxes(file, function* (box) {
    yield* moreOf(file, box, wanted);
    yield* piecesOf(box);
  });
  return [...readPieces(file, pieces), ...findInTags(input)];
}

/** Finds the wanted blocks in boxes, one box after the other. */
export function boxPieces(file: ParserInput, wanted: ReadonlySet<BlockName>): (box: TopBox) => readonly Piece[] {
  let unpacked = 0;
  return (box) => {
    if (box.type === 'uuid') return uuidPieces(file, box, wanted);
    if (box.type === 'brob') {
      const piece = unpacked < maxProfiles ? brobPiece(file, box, wanted) : null;
      if (piece === null) return [];
      unpacked++;
      return [piece];
    }
    const piece = plainPiece(box, wanted);
    return piece === null ? [] : [piece];
  };
}

function plainPiece({ type, start, offset, end }: TopBox, wanted: ReadonlySet<BlockName>): Piece | null {
  if (type === 'xml ' && wanted.has('xmp')) {
    return pieceOf({ start: offset, end }, (bytes) => xmpOf(bytes, offset, end - offset));
  }
  if (type === 'jumb' && wanted.has('c2pa')) {
    return pieceOf({ start, end }, (bytes) => c2paOf(bytes, start, offset - start));
  }
  if (type === 'jhgm' && wanted.has('gainmap')) return pieceInMemory({ kind: 'gainmap', sign: 'jhgm-box' });
  if (type === 'mpvd' && wanted.has('motion')) {
    return pieceInMemory({ kind: 'motion', sign: 'mpvd-box', offset, length: end - offset });
  }
  return null;
}

function uuidPieces(file: ParserInput, { offset, end }: TopBox, wanted: ReadonlySet<BlockName>): readonly Piece[] {
  const start = offset + uuidLength;
  const uuid = file.upTo(offset, uuidLength);
  if (hasAt(uuid, 0, uuids.xmp) && wanted.has('xmp')) {
    const size = end - start;
    return [pieceOf({ start, end }, (bytes) => ({ kind: 'xmp', bytes, offset: start, size }))];
  }
  if (hasAt(uuid, 0, uuids.iptc) && wanted.has('iptc')) {
    const size = end - start;
    return [pieceOf({ start, end }, (bytes) => ({ kind: 'iptc', bytes, offset: start, size, standard: true }))];
  }
  if (hasAt(uuid, 0, uuids.photoshop)) {
    return resourcePieces(file, { start, end, wanted, standard: true, placeOf: (range) => range.start });
  }
  if (!hasAt(uuid, 0, uuids.c2pa) || !wanted.has('c2pa')) return [];
  const isManifest = hasAt(file.upTo(start, c2paHeader), 4, c2paPurpose);
  const storeAt = start + c2paHeader;
  if (!isManifest || storeAt >= end) return [];
  const range = { start: storeAt, end };
  return [pieceOf(range, (bytes) => ({ kind: 'c2pa', bytes, offset: storeAt, size: end - storeAt }))];
}

/** A box compressed with Brotli [ISO/IEC 18181-2 4.7]. */
function brobPiece(file: ParserInput, { offset, end }: TopBox, wanted: ReadonlySet<BlockName>): Piece | null {
  const type = file.upTo(offset, 4);
  const isXml = hasAt(type, 0, 'xml ') && wanted.has('xmp');
  const isJumbf = hasAt(type, 0, 'jumb') && wanted.has('c2pa');
  if (hasAt(type, 0, 'jhgm') && wanted.has('gainmap')) return pieceInMemory({ kind: 'gainmap', sign: 'jhgm-box' });
  if (!isXml && !isJumbf) return null;
  return pieceOf({ start: offset + 4, end }, (packed) => {
    const bytes = file.wait(`brob ${offset}`, () => unbrotli(packed, maxFoundBytes));
    if (bytes === null) return null;
    return isXml ? xmpOf(bytes, null, bytes.length) : c2paOf(withHeader(bytes), null, boxHeader);
  });
}

function withHeader(payload: Uint8Array): Uint8Array {
  const box = new Uint8Array(boxHeader + payload.length);
  new DataView(box.buffer).setUint32(0, box.length);
  box.set([0x6a, 0x75, 0x6d, 0x62], 4); // "jumb"
  box.set(payload, boxHeader);
  return box;
}

function xmpOf(bytes: Uint8Array, offset: number | null, size: number): FoundBlock | null {
  return new TextDecoder('latin1').decode(bytes).includes(rdfNamespace) ? { kind: 'xmp', bytes, offset, size } : null;
}

/** A superbox whose description box names the type C2PA [ISO 19566-5 A.3; C2PA 2.1, 11.1.4.2]. */
function c2paOf(bytes: Uint8Array, offset: number | null, headerLength: number): FoundBlock | null {
  const isC2pa = hasAt(bytes, headerLength + 4, 'jumdc2pa');
  return isC2pa ? { kind: 'c2pa', bytes, offset, size: bytes.length } : null;
}
