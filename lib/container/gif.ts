// GIF [GIF89a 17 to 20]: it cannot have EXIF. Only the frames in the first read are counted.
//
//   "GIF87a" or "GIF89a"  width u16le  height u16le  flags u8  background  aspect  global colour table
//   image: 2C, descriptor 9, local colour table, code size u8, sub-blocks     extension: 21, label, sub-blocks     trailer 3B
import { hasAt, u8, u16 } from '../bytes/cursor';
import { readRange } from '../bytes/reader';
import { gifScan } from '../limits';
import type { Container, ImageShape, LocateResult, RangeReader } from '../types';
import { still } from './image-shape';

const headerLength = 13;

export const gif: Container = {
  name: 'gif',
  matches: (head) => hasAt(head, 0, 'GIF87a') || hasAt(head, 0, 'GIF89a'),
  locate,
};

async function locate(reader: RangeReader): Promise<LocateResult> {
  const bytes = await readRange(reader, 0, Math.min(reader.size, gifScan));
  const { frames, whole } = countFrames(bytes);
  const shape = {
    ...still(u16(bytes, 6, true), u16(bytes, 8, true)),
    frames: Math.max(1, frames),
    animated: frames > 1,
    ...indexDepth(u8(bytes, 10)),
  };
  return { shape: whole || reader.size <= gifScan ? shape : { ...shape, moreFrames: true }, exif: null };
}

/** Image descriptors in `bytes`, and whether the trailer follows them. */
function countFrames(bytes: Uint8Array): { frames: number; whole: boolean } {
  let frames = 0;
  let offset = firstBlock(bytes);
  while (offset + 10 <= bytes.length) {
    const introducer = u8(bytes, offset);
    if (introducer === 0x2c) {
      frames++;
      offset = imageEnd(bytes, offset);
    } else if (introducer === 0x21) offset = skipSubBlocks(bytes, offset + 2);
    else return { frames, whole: true };
  }
  return { frames, whole: hasAt(bytes, offset, ';') };
}

/** The offset of the first block after the header and the global colour table. */
export function firstBlock(bytes: Uint8Array): number {
  return headerLength + colorTableLength(u8(bytes, 10));
}

/** The end of the image whose descriptor is at `offset`. */
export function imageEnd(bytes: Uint8Array, offset: number): number {
  return skipSubBlocks(bytes, offset + 11 + colorTableLength(u8(bytes, offset + 9)));
}

/** Bits of an index into the global colour table, if the file has one. */
function indexDepth(flags: number): Pick<ImageShape, 'bitDepth'> {
  return (flags & 0x80) === 0 ? {} : { bitDepth: (flags & 7) + 1 };
}

function colorTableLength(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

/** The offset after the terminator of the sub-blocks at `start`; after the end of `bytes` when that is missing. */
export function skipSubBlocks(bytes: Uint8Array, start: number): number {
  let offset = start;
  while (offset < bytes.length && u8(bytes, offset) !== 0) offset += 1 + u8(bytes, offset);
  return offset + 1;
}
