// Fujifilm RAF: a header that points to a complete JPEG, which has the EXIF.
//
//   "FUJIFILMCCD-RAW " ...   at 84: JPEG offset u32, JPEG length u32
import { hasAt, u32 } from '../bytes/cursor';
import { readUpTo, subReader } from '../bytes/reader';
import { ProblemError } from '../problem';
import type { ByteRange, Container, LocateResult, RangeReader } from '../types';
import { jpeg, startOfImage } from './jpeg';

export const raf: Container = { name: 'raf', matches: (head) => hasAt(head, 0, 'FUJIFILMCCD-RAW '), locate };

/** The place of the JPEG, cut where the object ends. */
export async function rafJpeg(reader: RangeReader): Promise<ByteRange> {
  const pointer = await readUpTo(reader, 84, 8);
  const start = u32(pointer, 0, false);
  return { start, end: Math.min(reader.size, start + u32(pointer, 4, false)) };
}

async function locate(reader: RangeReader): Promise<LocateResult> {
  const { start, end } = await rafJpeg(reader);
  const image = subReader(reader, Math.min(start, end), end);
  if (!hasAt(await readUpTo(image, 0, 2), 0, startOfImage))
    throw new ProblemError('DamagedImage', `Cannot read the JPEG of a RAF file at ${start}`);
  return jpeg.locate(image);
}
