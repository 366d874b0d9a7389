// The size, depth and orientation of an image item, from its properties [ISO/IEC 23008-12 6.5; ISO/IEC 14496-15 8.3.3.1; AV1-ISOBMFF 2.3].
//
//   ispe  width u32, height u32             pixi  channels u8, bits u8 of each       hvcC, av1C  of the decoder
//   irot  quarter turns to the left u8      imir  axis u8: 0 swaps top and bottom, 1 left and right
import { u8, u32 } from '../bytes/cursor';
import type { ImageShape } from '../types';
import type { Box } from './bmff';
import { firstReference, type Meta } from './heif-meta';

export type ItemImage = Pick<ImageShape, 'bitDepth' | 'orientation'> & Readonly<{ width: number; height: number }>;

/** The size of the item as coded (null without `ispe`), its orientation and the bits of a sample. */
export function readItemImage(meta: Meta, id: number): ItemImage | null {
  const ispe = sizeBox(meta, id);
  if (ispe === undefined) return null;
  return {
    width: u32(meta.bytes, ispe.offset + 4, false),
    height: u32(meta.bytes, ispe.offset + 8, false),
    ...readDepth(meta, id),
    orientation: readOrientation(meta.bytes, propertiesOf(meta, id)),
  };
}

/** The `ispe` box of an item; undefined where it has none. */
export function sizeBox(meta: Meta, id: number): Box | undefined {
  return propertiesOf(meta, id).find(({ type, offset, end }) => type === 'ispe' && end - offset >= 12);
}

function propertiesOf({ properties }: Meta, id: number): readonly Box[] {
  return properties.get(id) ?? [];
}

/** The bits of a sample, from the item or from the first item that it is made of: for a grid, only the tiles may state it. */
function readDepth(meta: Meta, id: number): Pick<ImageShape, 'bitDepth'> {
  for (const item of [id, firstReference(meta.references, 'dimg', id)]) {
    for (const box of item === undefined ? [] : propertiesOf(meta, item)) {
      const bitDepth = depthOf(meta.bytes, box);
      if (bitDepth !== null) return { bitDepth };
    }
  }
  return {};
}

function depthOf(bytes: Uint8Array, { type, offset, end }: Box): number | null {
  const length = end - offset;
  if (type === 'pixi' && length >= 6 && u8(bytes, offset + 4) > 0) return u8(bytes, offset + 5);
  if (type === 'hvcC' && length >= 18) return 8 + (u8(bytes, offset + 17) & 7);
  if (type !== 'av1C' || length < 4) return null;
  const flags = u8(bytes, offset + 2);
  const isProfile2 = u8(bytes, offset + 1) >> 5 === 2;
  if ((flags & 0x40) === 0) return 8;
  return isProfile2 && (flags & 0x20) !== 0 ? 12 : 10;
}

/**
 * EXIF orientations, indexed by quarter turns to the right: of the image, and of the image that was first mirrored left to
 * right.
 */
const orientations = [
  [1, 6, 3, 8],
  [2, 7, 4, 5],
] as const;

/** The EXIF orientation that has the same effect as all turns and mirrors of the item, in their order; 1 without any. */
function readOrientation(bytes: Uint8Array, properties: readonly Box[]): number {
  let mirrored = 0;
  let turns = 0;
  for (const { type, offset, end } of properties) {
    if ((type !== 'irot' && type !== 'imir') || end <= offset) continue;
    const value = u8(bytes, offset);
    if (type === 'irot') turns -= value & 3;
    else {
      // Turning to the right and then mirroring equals mirroring and then turning to the left.
      mirrored ^= 1;
      turns = ((value & 1) === 0 ? 2 : 0) - turns;
    }
  }
  return orientations[mirrored === 0 ? 0 : 1][turns & 3] ?? 1;
}
