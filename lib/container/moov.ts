// The `moov` box of an image sequence: its picture track [ISO/IEC 14496-12 8.3, 8.4.3, 8.7.3].
//
//   moov   trak: tkhd (width and height, 16.16)   mdia: hdlr (type at 8)   minf   stbl   stsz (sample count at 8)
import { latin1, u8, u32 } from '../bytes/cursor';
import type { ImageShape } from '../types';
import { type Box, boxesIn, findBox } from './bmff';

/** Size and number of samples of the first picture track; null when there is none. */
export function readMovieShape(moov: Uint8Array): ImageShape | null {
  for (const trak of boxesIn(moov, 0, moov.length)) {
    if (trak.type !== 'trak') continue;
    const path = (...types: string[]): Box | null => descend(moov, trak, types);
    const handler = path('mdia', 'hdlr');
    const samples = path('mdia', 'minf', 'stbl', 'stsz');
    const header = path('tkhd');
    if (handler === null || samples === null || header === null) continue;
    if (!['pict', 'vide'].includes(latin1(moov, handler.offset + 8, 4))) continue;
    const sizeAt = header.offset + (u8(moov, header.offset) === 1 ? 88 : 76);
    return {
      width: u32(moov, sizeAt, false) >>> 16,
      height: u32(moov, sizeAt + 4, false) >>> 16,
      frames: Math.max(1, u32(moov, samples.offset + 8, false)),
      animated: true,
    };
  }
  return null;
}

function descend(bytes: Uint8Array, from: Box, types: readonly string[]): Box | null {
  return types.reduce<Box | null>((box, type) => box && findBox(bytes, box.offset, box.end, type), from);
}
