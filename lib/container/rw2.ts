// Panasonic RW2: like TIFF, but with another magic number and other tag numbers. One tag is a complete JPEG with standard EXIF.
//
//   II 55 00  offset of IFD0 u32   IFD0: SensorWidth 0x0002, SensorHeight 0x0003, JpgFromRaw 0x002E, Exif IFD 0x8769, ...
import { hasAt, u16, u32 } from '../bytes/cursor';
import { readUpTo, subReader } from '../bytes/reader';
import { jpgFromRaw } from '../tag/pointer';
import { rw2Magic } from '../tiff/header';
import type { Container, ExifBlock, LocateResult, RangeReader } from '../types';
import { noShape } from './image-shape';
import { jpeg, startOfImage } from './jpeg';
import { readUnlessDamaged } from './tolerant-walk';

/** Entries of IFD0 that are searched. Largest real: 39. */
const likelyEntries = 200;

export const rw2: Container = { name: 'rw2', matches: (head) => hasAt(head, 0, rw2Magic), locate };

/** The EXIF of the embedded JPEG first, then the file's own IFDs. */
async function locate(reader: RangeReader): Promise<LocateResult> {
  const embedded = await readEmbedded(reader);
  const streams = [...(embedded?.streams ?? []), { reader, root: 'Raw' as const }];
  return { shape: noShape, exif: { streams, isFile: true } };
}

/** The EXIF block of the JPEG that IFD0 points to; null when none can be read. */
async function readEmbedded(reader: RangeReader): Promise<ExifBlock | null> {
  const ifdAt = u32(await readUpTo(reader, 0, 8), 4, true);
  const ifd = await readUpTo(reader, ifdAt, 2 + 12 * likelyEntries);
  for (let at = 2; at + 12 <= ifd.length && at < 2 + 12 * u16(ifd, 0, true); at += 12) {
    if (u16(ifd, at, true) !== jpgFromRaw) continue;
    const start = u32(ifd, at + 8, true);
    const end = Math.min(reader.size, start + u32(ifd, at + 4, true));
    const image = subReader(reader, Math.min(start, end), end);
    if (!hasAt(await readUpTo(image, 0, 2), 0, startOfImage)) return null;
    return (await readUnlessDamaged(() => jpeg.locate(image)))?.exif ?? null;
  }
  return null;
}
