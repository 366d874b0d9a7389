// Sigma X3F: a directory at the end of the file lists its sections. One of them is a JPEG preview, which has the EXIF.
//
//   "FOVb" version u32  identifier 16  mark u32  columns u32  rows u32  ...   the last four bytes: offset of the directory u32
//   directory   "SECd" version u32  count u32   entry: offset u32, length u32, type 4 ("IMAG", "IMA2", "PROP", "CAMF")
//   image       "SECi" version u32  type u32  format u32 (18 JPEG)  columns u32  rows u32  row size u32   data at 28
import { hasAt, latin1, u32 } from '../bytes/cursor';
import { readUpTo, subReader } from '../bytes/reader';
import { leadsToIfd0, tiffHeaderLength } from '../tiff/header';
import type { ByteRange, Container, ExifBlock, LocateResult, RangeReader } from '../types';
import { still } from './image-shape';
import { jpeg } from './jpeg';
import { readUnlessDamaged } from './tolerant-walk';

const directoryHeader = 12;
const entryLength = 12;
const imageHeader = 28;
const jpegFormat = 18;
/** Sections that are read, because each may be a JPEG that has to be searched. Real files have fewer than 10. */
const maxSections = 16;

export const x3f: Container = { name: 'x3f', matches: (head) => hasAt(head, 0, 'FOVb'), locate };

/** The size from the header, the EXIF from the first preview in JPEG whose EXIF can be read. */
async function locate(reader: RangeReader): Promise<LocateResult> {
  const head = await readUpTo(reader, 0, 36);
  const shape = still(u32(head, 28, true), u32(head, 32, true));
  let broken: ExifBlock | null = null;
  for (const image of (await readUnlessDamaged(() => findX3fImages(reader))) ?? []) {
    const exif = await readUnlessDamaged(() => readPreview(reader, image));
    if (exif !== null && (await hasReadableStream(exif))) return { shape, exif };
    broken ??= exif;
  }
  return { shape, exif: broken };
}

async function hasReadableStream({ streams }: ExifBlock): Promise<boolean> {
  const readable = await Promise.all(
    streams.map(async ({ reader }) => leadsToIfd0(await readUpTo(reader, 0, tiffHeaderLength), reader.size)),
  );
  return readable.includes(true);
}

/** The image sections in the order of the directory, each cut where the object ends. */
export async function findX3fImages(reader: RangeReader): Promise<readonly ByteRange[]> {
  const pointer = await readUpTo(reader, Math.max(0, reader.size - 4), 4);
  const offset = u32(pointer, 0, true);
  const directory = await readUpTo(reader, offset, directoryHeader + maxSections * entryLength);
  if (!hasAt(directory, 0, 'SECd')) return [];
  const count = Math.min(u32(directory, 8, true), maxSections);
  const images: ByteRange[] = [];
  for (let at = directoryHeader; at < directoryHeader + count * entryLength; at += entryLength) {
    const start = u32(directory, at, true);
    const end = Math.min(reader.size, start + u32(directory, at + 4, true));
    if (['IMAG', 'IMA2'].includes(latin1(directory, at + 8, 4))) images.push({ start, end });
  }
  return images;
}

/** The EXIF of a section that is a JPEG; null for other sections, and for a JPEG without EXIF. */
async function readPreview(reader: RangeReader, section: ByteRange): Promise<ExifBlock | null> {
  const image = await x3fJpeg(reader, section);
  return image === null ? null : (await jpeg.locate(subReader(reader, image.start, image.end))).exif;
}

/** The JPEG in a section; null for other sections. */
export async function x3fJpeg(reader: RangeReader, { start, end }: ByteRange): Promise<ByteRange | null> {
  const head = await readUpTo(reader, start, imageHeader);
  const isJpeg = hasAt(head, 0, 'SECi') && u32(head, 12, true) === jpegFormat;
  return isJpeg ? { start: start + imageHeader, end } : null;
}
