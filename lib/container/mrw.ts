// Minolta MRW: a header, then blocks, one of which is a TIFF stream.
//
//   "\0MRM" length u32   block: "\0" name 3, length u32, data   PRD: version 8, sensor height u16, width u16, image height u16, width u16
//   TTW: TIFF stream
import { hasAt, u16, u32 } from '../bytes/cursor';
import { readUpTo } from '../bytes/reader';
import { maxBlockBytes, maxExifBlocks, maxHops } from '../limits';
import type { Container, LocateResult, RangeReader } from '../types';
import { exifBlock, isReadable } from './exif-block';
import { noShape } from './image-shape';

export const mrw: Container = { name: 'mrw', matches: (head) => hasAt(head, 0, '\0MRM'), locate };

async function locate(reader: RangeReader): Promise<LocateResult> {
  const end = 8 + u32(await readUpTo(reader, 0, 8), 4, false);
  let shape = noShape;
  const found: Uint8Array[] = [];
  let offset = 8;
  for (let hops = 0; hops < maxHops && offset + 8 <= end && !found.some(isReadable); hops++) {
    const head = await readUpTo(reader, offset, 24);
    if (head.length < 8) break;
    if (hasAt(head, 0, '\0PRD') && head.length === 24) {
      shape = { ...shape, height: u16(head, 20, false), width: u16(head, 22, false) };
    }
    const length = u32(head, 4, false);
    if (hasAt(head, 0, '\0TTW') && found.length < maxExifBlocks)
      found.push(await readUpTo(reader, offset + 8, Math.min(length, maxBlockBytes)));
    offset += 8 + length;
  }
  return { shape, exif: exifBlock(found) };
}
