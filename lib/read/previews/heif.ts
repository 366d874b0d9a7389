// Finds the image items of HEIF that are JPEGs [ISO/IEC 23008-12 Annex H]: thumbnails, and the whole image in some files.
import { hasAt, u8 } from '../../bytes/cursor';
import type { HeldBytes } from '../../bytes/held';
import { type Box, boxesOf, visitBoxes } from '../../container/bmff';
import { type Location, metaBoxes, readId, readLocations } from '../../container/heif-meta';
import { maxBoxBytes } from '../../limits';
import type { ByteRange } from '../../types';
import { maxPreviewPlaces } from './limits';

/** The places in the file. An item in several pieces, or in another item, is left out. */
export function heifJpegs(file: HeldBytes): readonly ByteRange[] {
  for (const { type, offset, end } of boxesOf(file)) {
    if (type === 'mdat') return [];
    if (type === 'meta' && end - offset <= maxBoxBytes) return jpegsInMeta(file.range(offset, end));
  }
  return [];
}

function jpegsInMeta(bytes: Uint8Array): readonly ByteRange[] {
  const boxes = metaBoxes(bytes);
  const iinf = boxes.find(({ type }) => type === 'iinf');
  const iloc = boxes.find(({ type }) => type === 'iloc');
  const ids = iinf === undefined ? [] : jpegItems(bytes, iinf);
  if (iloc === undefined || ids.length === 0) return [];
  return readLocations(bytes, iloc, new Set(ids)).flatMap(placeOf);
}

/** Ids of items, from entries of version 2 and 3 [ISO/IEC 14496-12 8.11.6]: id, protection u16, type. */
function jpegItems(bytes: Uint8Array, iinf: Box): readonly number[] {
  const ids: number[] = [];
  visitBoxes(bytes, iinf.offset + (u8(bytes, iinf.offset) === 0 ? 6 : 8), iinf.end, ({ type, offset, end }) => {
    if (type !== 'infe' || end - offset < 12 || ids.length >= maxPreviewPlaces) return;
    const isShort = u8(bytes, offset) === 2;
    if (hasAt(bytes, offset + (isShort ? 8 : 10), 'jpeg')) ids.push(readId(bytes, offset + 4, isShort));
  });
  return ids;
}

function placeOf({ method, extents }: Location): readonly ByteRange[] {
  const [extent] = extents;
  if (method !== 0 || extent === undefined || extents.length > 1) return [];
  return [{ start: extent.offset, end: extent.offset + extent.length }];
}
