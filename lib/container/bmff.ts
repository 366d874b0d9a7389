// Boxes of the ISO base media file format [ISO/IEC 14496-12 4.2], which HEIF, AVIF, JPEG XL, JPEG 2000 and CR3 share.
//
//   size u32  type 4  [size u64 when size is 1]  [user type 16 when type is uuid]  payload
//   size 0: up to the end        FullBox: version u8  flags u24  before the payload
import { latin1, u32, u64 } from '../bytes/cursor';
import type { HeldBytes } from '../bytes/held';
import { maxHops } from '../limits';

/** `offset` is the start of the payload, `end` the end of the box; both count from the start of the reader or the bytes. */
export type Box = Readonly<{ type: string; offset: number; end: number }>;

/** Bytes of the longest box header. */
export const boxHead = 16;

/** The box at `at` of `bytes`; null when the bytes there are not a box. It starts at `offset`, and is cut at `end`. */
function parseBox(bytes: Uint8Array, at: number, offset: number, end: number): Box | null {
  const length = Math.min(bytes.length - at, end - offset);
  if (length < 8) return null;
  const size = u32(bytes, at, false);
  const type = latin1(bytes, at + 4, 4);
  if (size === 0) return { type, offset: offset + 8, end };
  const headLength = size === 1 ? boxHead : 8;
  if (length < headLength) return null;
  // A size beyond all real ones is taken for 0.
  const stated = size === 1 ? (u64(bytes, at + 8, false) ?? 0) : size;
  return stated < headLength ? null : { type, offset: offset + headLength, end: Math.min(end, offset + stated) };
}

/** The boxes of an object, each cut at its end; up to the first bytes that are not a box. */
export function* boxesOf(file: HeldBytes): Generator<Box> {
  let offset = 0;
  for (let hops = 0; hops < maxHops; hops++) {
    const box = parseBox(file.upTo(offset, boxHead), 0, offset, file.size);
    if (box === null) return;
    yield box;
    offset = box.end;
  }
}

/** The boxes in `start..end` of `bytes`, up to the first bytes that are not a box. */
export function* boxesIn(bytes: Uint8Array, start: number, end: number): Generator<Box> {
  const last = Math.min(end, bytes.length);
  const boxAt = (offset: number): Box | null => parseBox(bytes, offset, offset, last);
  for (let box = boxAt(start); box !== null; box = boxAt(box.end)) yield box;
}

/** The first box of a type among the boxes of a range. */
export function findBox(bytes: Uint8Array, start: number, end: number, type: string): Box | null {
  for (const box of boxesIn(bytes, start, end)) if (box.type === type) return box;
  return null;
}
