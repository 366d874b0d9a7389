// XMP, ICC profiles and signs of a gain map in the `meta` box of HEIF and AVIF [ISO/IEC 23008-12 Annex A, 6.5.5; ISO 21496-1].
//
//   item of type mime with content type application/rdf+xml, which describes the primary item: XMP    item of type tmap: gain map
//   property colr of the primary item: prof or rICC, then an ICC profile    property auxC: a URN with NUL
import { hasAt, u8 } from '../../bytes/cursor';
import type { HeldBytes } from '../../bytes/held';
import { joinBytes } from '../../bytes/join';
import { type Box, boxesIn, findBox, visitBoxes } from '../../container/bmff';
import { describingItems, itemRanges, itemSource } from '../../container/heif';
import {
  firstReference,
  type Location,
  type Meta,
  metaBoxes,
  parseMeta,
  readId,
  readLocations,
} from '../../container/heif-meta';
import type { BlockName, FoundBlock } from '../block';
import { iccStartBytes, maxXmpItems } from '../limits';
import { type Piece, pieceInMemory } from './pieces';

/** The payload of a `meta` box, and its offset in the file. */
export type MetaPayload = Readonly<{ bytes: Uint8Array; offset: number }>;

const xmpContentType = 'application/rdf+xml\0';
/** The second one is written by programs of Adobe. */
const appleGainMaps = ['urn:com:apple:photo:2020:aux:hdrgainmap\0', 'urn:com:photo:aux:hdrgainmap\0'];

/** The wanted blocks of a `meta` box. Damage in one part throws ProblemError `DamagedImage` after the blocks of the parts before. */
export function* metaPieces(file: HeldBytes, payload: MetaPayload, wanted: ReadonlySet<BlockName>): Generator<Piece> {
  const { bytes } = payload;
  const meta = parseMeta(bytes);
  const boxes = metaBoxes(bytes);
  const properties = allProperties(bytes, boxes);
  if (wanted.has('icc')) yield* iccPieces(meta, payload, properties);
  if (!wanted.has('gainmap') && !wanted.has('xmp')) return;
  const items = readKnownItems(
    bytes,
    boxes.find(({ type }) => type === 'iinf'),
  );
  if (wanted.has('gainmap')) yield* gainMapPieces(bytes, properties, items);
  if (wanted.has('xmp')) yield* xmpPieces(file, { meta, payload, boxes, items });
}

function allProperties(bytes: Uint8Array, boxes: readonly Box[]): readonly Box[] {
  const iprp = boxes.find(({ type }) => type === 'iprp');
  const ipco = iprp === undefined ? null : findBox(bytes, iprp.offset, iprp.end, 'ipco');
  return ipco === null ? [] : boxesIn(bytes, ipco.offset, ipco.end);
}

/** Ids of items whose type was looked for. */
type KnownItems = Readonly<{ xmp: readonly number[]; hasToneMap: boolean }>;

/** Item information entries [14496-12 8.11.6]: version 2 and 3, then id, protection u16, type, name with NUL, content type. */
function readKnownItems(bytes: Uint8Array, iinf: Box | undefined): KnownItems {
  const xmp: number[] = [];
  let hasToneMap = false;
  if (iinf === undefined || iinf.end <= iinf.offset) return { xmp, hasToneMap };
  visitBoxes(bytes, iinf.offset + (u8(bytes, iinf.offset) === 0 ? 6 : 8), iinf.end, ({ type, offset, end }) => {
    if (type !== 'infe' || end - offset < 12) return;
    const isShort = u8(bytes, offset) === 2;
    const typeAt = offset + (isShort ? 8 : 10);
    if (hasAt(bytes, typeAt, 'tmap')) hasToneMap = true;
    if (!hasAt(bytes, typeAt, 'mime') || xmp.length >= maxXmpItems) return;
    const nameEnd = bytes.subarray(0, end).indexOf(0, typeAt + 4);
    if (nameEnd >= 0 && hasAt(bytes.subarray(0, end), nameEnd + 1, xmpContentType)) {
      xmp.push(readId(bytes, offset + 4, isShort));
    }
  });
  return { xmp, hasToneMap };
}

/**
 * The profile of the primary item, otherwise of the first item that it is made of. When neither has a `colr` box, the first
 * profile of the file counts.
 */
function iccPieces(
  { primary, properties, references }: Meta,
  payload: MetaPayload,
  all: readonly Box[],
): readonly Piece[] {
  const { bytes, offset } = payload;
  const tile = primary === null ? undefined : firstReference(references, 'dimg', primary);
  const own = [primary, tile].flatMap((id) => (typeof id === 'number' ? (properties.get(id) ?? []) : []));
  const candidates = own.some(({ type }) => type === 'colr') ? own : all;
  const profile = candidates.find((box) => isProfile(bytes, box));
  if (profile === undefined) return [];
  const start = profile.offset + 4;
  const size = profile.end - start;
  const head = bytes.subarray(start, start + Math.min(size, iccStartBytes));
  return [pieceInMemory({ kind: 'icc', bytes: head, offset: offset + start, size })];
}

function isProfile(bytes: Uint8Array, { type, offset, end }: Box): boolean {
  return type === 'colr' && end - offset > 4 && (hasAt(bytes, offset, 'prof') || hasAt(bytes, offset, 'rICC'));
}

function gainMapPieces(bytes: Uint8Array, properties: readonly Box[], { hasToneMap }: KnownItems): readonly Piece[] {
  const pieces: Piece[] = [];
  if (hasToneMap) pieces.push(pieceInMemory({ kind: 'gainmap', sign: 'tmap-item' }));
  const isApple = properties.some(
    ({ type, offset }) => type === 'auxC' && appleGainMaps.some((urn) => hasAt(bytes, offset + 4, urn)),
  );
  if (isApple) pieces.push(pieceInMemory({ kind: 'gainmap', sign: 'apple-auxC' }));
  return pieces;
}

type MetaParts = Readonly<{ meta: Meta; payload: MetaPayload; boxes: readonly Box[]; items: KnownItems }>;

/** The XMP of the primary item, chosen in the same way as its EXIF. */
function xmpPieces(file: HeldBytes, { meta, payload, boxes, items }: MetaParts): readonly Piece[] {
  const iloc = boxes.find(({ type }) => type === 'iloc');
  const ids = describingItems(meta, items.xmp).find((group) => group.length > 0) ?? [];
  if (iloc === undefined || ids.length === 0) return [];
  const others = meta.references.filter(({ type }) => type === 'iloc').flatMap(({ to }) => to);
  const locations = readLocations(payload.bytes, iloc, new Set([...ids, ...others]));
  return ids.flatMap((id) => {
    const location = locations.find((candidate) => candidate.id === id);
    return location === undefined ? [] : [itemPiece(file, { ...meta, locations }, location, payload)];
  });
}

function itemPiece(file: HeldBytes, meta: Meta, location: Location, payload: MetaPayload): Piece {
  const source = itemSource(file, meta, location, 1);
  const ranges = itemRanges(source, location);
  const [first] = ranges;
  const isWhole = ranges.length === 1 && first !== undefined;
  const make = (parts: readonly Uint8Array[], offset: number | null): readonly FoundBlock[] => {
    const bytes = joinBytes(parts);
    return bytes.length === 0 ? [] : [{ kind: 'xmp', bytes, offset, size: bytes.length }];
  };
  if (location.method === 0) return { ranges, make: (parts) => make(parts, isWhole ? first.start : null) };
  const idatAt = payload.offset + meta.idat.byteOffset - payload.bytes.byteOffset;
  const offset = isWhole && location.method === 1 ? idatAt + first.start : null;
  return { ranges: [], make: () => make(source.ranges(ranges), offset) };
}
