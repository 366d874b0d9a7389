// The metadata blocks among Photoshop image resources: in JPEG APP13, PSD, TIFF and profiles of PNG.
import { type HeldBytes, memoryBytes } from '../../bytes/held';
import { type Resource, resources } from '../../container/photoshop';
import type { ByteRange } from '../../types';
import type { BlockName, FoundBlock } from '../block';
import { iccStartBytes } from '../limits';
import { type Piece, pieceOf, readPieces, searchWithin } from './pieces';

const iptcResource = 0x0404;
const iccResource = 0x040f;
const xmpResource = 0x0424;
const digestResource = 0x0425;
/** Bytes of an MD5. */
const digestLength = 16;

/** Where resources lie, and which blocks are wanted. */
export type ResourceArea = Readonly<{
  start: number;
  end: number;
  wanted: ReadonlySet<BlockName>;
  /** Whether the IIM of the format belongs here. Only the first one counts. */
  standard: boolean;
  /** The offset in the file; null when the bytes of a range are not next to each other there. */
  placeOf(range: ByteRange): number | null;
}>;

/** The wanted blocks among the resources. */
export function resourcePieces(file: HeldBytes, area: ResourceArea): readonly Piece[] {
  const pieces: Piece[] = [];
  let { standard } = area;
  searchWithin(() => {
    for (const resource of resources(file, area.start, area.end)) {
      const piece = resourcePiece(resource, Math.min(area.end, file.size), { ...area, standard });
      if (piece !== null) pieces.push(piece);
      if (resource.id === iptcResource) standard = false;
    }
  });
  return pieces;
}

/** The blocks among resources in memory. */
export function blocksOfResources(bytes: Uint8Array, area: Omit<ResourceArea, 'start' | 'end'>): readonly FoundBlock[] {
  const held = memoryBytes(bytes);
  return readPieces(held, resourcePieces(held, { ...area, start: 0, end: bytes.length }));
}

function resourcePiece(
  { id, offset, length }: Resource,
  end: number,
  { wanted, standard, placeOf }: ResourceArea,
): Piece | null {
  const range = { start: offset, end: Math.min(end, offset + length) };
  const size = range.end - range.start;
  if (size <= 0) return null;
  const place = placeOf(range);
  if (id === iptcResource && wanted.has('iptc'))
    return pieceOf(range, (bytes) => ({ kind: 'iptc', bytes, offset: place, size, standard }));
  if (id === digestResource && wanted.has('iptc') && size === digestLength)
    return pieceOf(range, (bytes) => ({ kind: 'iptc-digest', md5: hexOf(bytes) }));
  if (id === xmpResource && wanted.has('xmp'))
    return pieceOf(range, (bytes) => ({ kind: 'xmp', bytes, offset: place, size }));
  if (id === iccResource && wanted.has('icc')) {
    const start = { ...range, end: Math.min(range.end, offset + iccStartBytes) };
    return pieceOf(start, (bytes) => ({ kind: 'icc', bytes, offset: place, size }));
  }
  return null;
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
