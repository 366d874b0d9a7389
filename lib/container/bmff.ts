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

/** The types that parsers look for, as 32-bit numbers, to avoid making a string for each box. */
const typeNames: ReadonlyMap<number, string> = new Map(
  [
    'ftyp meta mini moov mdat free trak hdlr dinf pitm iinf infe iloc iref iprp idat ipco ipma',
    'ispe pixi hvcC av1C colr irot imir auxC dimg cdsc thmb auxl Exif mime grid hvc1 av01',
  ].flatMap((names) => names.split(' ').map((name) => [numberOf(name), name])),
);

function numberOf(name: string): number {
  return u32(new TextEncoder().encode(name), 0, false);
}

/** Four bytes as a text, for the type of a box or an item. */
export function typeAt(bytes: Uint8Array, at: number): string {
  return typeNames.get(u32(bytes, at, false)) ?? latin1(bytes, at, 4);
}

/** The box at `at` of `bytes`; null when the bytes there are not a box. It starts at `offset`, and is cut at `end`. */
export function parseBox(bytes: Uint8Array, at: number, offset: number, end: number): Box | null {
  const length = Math.min(bytes.length - at, end - offset);
  if (length < 8) return null;
  const size = u32(bytes, at, false);
  const type = typeAt(bytes, at + 4);
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

/** The box at `start` of `bytes`, cut at `end`; null when the bytes there are not a box. */
export function boxAt(bytes: Uint8Array, start: number, end: number): Box | null {
  return parseBox(bytes, start, start, Math.min(end, bytes.length));
}

/** The boxes in `start..end` of `bytes`, up to the first bytes that are not a box. */
export function boxesIn(bytes: Uint8Array, start: number, end: number): readonly Box[] {
  const boxes: Box[] = [];
  for (let box = boxAt(bytes, start, end); box !== null; box = boxAt(bytes, box.end, end)) boxes.push(box);
  return boxes;
}

/** Visits the boxes in `start..end` of `bytes`, as `boxesIn`: for many of them, because none is kept. */
export function visitBoxes(bytes: Uint8Array, start: number, end: number, visit: (box: Box) => void): void {
  for (let at = start; ; ) {
    const box = boxAt(bytes, at, end);
    if (box === null) return;
    visit(box);
    at = box.end;
  }
}

/** The first box of a type among the boxes of a range. */
export function findBox(bytes: Uint8Array, start: number, end: number, type: string): Box | null {
  let box = boxAt(bytes, start, end);
  while (box !== null && box.type !== type) box = boxAt(bytes, box.end, end);
  return box;
}
