// Photoshop image resources, as JPEG APP13 and PSD hold them [Adobe Photoshop File Formats, Image Resource Blocks].
//
//   signature 4  id u16  name: length u8 and bytes, padded to even  data length u32  data, padded to even
import { hasAt, slice, u8, u16, u32 } from '../bytes/cursor';
import { maxHops } from '../limits';

const signatures = ['8BIM', 'AgHg', 'DCSR', 'PHUT', 'MeSa'];

/** Resource ids that hold an EXIF block. */
export const exifResource = 0x0422;

/** The data of the first resource `id`, or null when there is none or the blocks are damaged before it. */
export function findResource(bytes: Uint8Array, id: number): Uint8Array | null {
  let offset = 0;
  for (let hops = 0; hops < maxHops && offset + 12 <= bytes.length; hops++) {
    if (!signatures.some((signature) => hasAt(bytes, offset, signature))) return null;
    const dataLengthAt = offset + 6 + even(1 + u8(bytes, offset + 6));
    if (dataLengthAt + 4 > bytes.length) return null;
    const length = u32(bytes, dataLengthAt, false);
    if (u16(bytes, offset + 4, false) === id) {
      return slice(bytes, dataLengthAt + 4, Math.min(length, bytes.length - dataLengthAt - 4));
    }
    offset = dataLengthAt + 4 + even(length);
  }
  return null;
}

function even(length: number): number {
  return length + (length & 1);
}
