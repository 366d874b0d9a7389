// Elements of EBML [RFC 8794], within bounds.
//
//   id: 1 to 4 bytes, the first set bit says how many   size: 1 to 8 bytes, without that bit; all ones = unknown   data
import { u8 } from '../bytes/cursor';
import type { HeldBytes } from '../bytes/held';
import type { Walk } from './boxes';
import { videoLimits } from './limits';
import { decodeText } from './text';

/** `end` is that of the parent when the size is unknown. */
export type Element = Readonly<{ id: number; offset: number; end: number; isUnknown: boolean }>;

/** Bytes of the longest head of an element. */
const headBytes = 12;

/** The elements in a part of a file, up to the first bytes that are not an element. */
export function* elements(file: HeldBytes, start: number, end: number, walk: Walk): Generator<Element> {
  for (let at = start; at < end; ) {
    if (walk.boxes <= 0) {
      walk.warnings.add(`Only the first ${videoLimits.boxes} elements were read`);
      return;
    }
    walk.boxes--;
    const element = elementAt(file, at, end);
    if (element === null) return;
    yield element;
    at = element.end;
  }
}

function elementAt(file: HeldBytes, at: number, end: number): Element | null {
  const head = file.upTo(at, Math.min(headBytes, end - at));
  const idLength = lengthAt(head, 0);
  if (idLength > 4) return null;
  const sizeLength = lengthAt(head, idLength);
  if (sizeLength > 8 || idLength + sizeLength > head.length) return null;
  const id = numberOf(head.subarray(0, idLength));
  const mask = 0xff >> sizeLength;
  const first = u8(head, idLength) & mask;
  const others = head.subarray(idLength + 1, idLength + sizeLength);
  const isUnknown = first === mask && others.every((byte) => byte === 0xff);
  const offset = at + idLength + sizeLength;
  const size = first * 256 ** others.length + numberOf(others);
  return { id, offset, end: isUnknown ? end : Math.min(end, offset + size), isUnknown };
}

/** The length of a variable-size number by its first byte; 9 when there is none. */
function lengthAt(bytes: Uint8Array, at: number): number {
  return at < bytes.length ? Math.clz32(u8(bytes, at)) - 23 : 9;
}

/** May exceed the safe integers: such a size is beyond the end of every file. */
function numberOf(bytes: Uint8Array): number {
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

/** The value of an unsigned integer; null when it has too many bytes. */
export function unsignedIn(file: HeldBytes, { offset, end }: Element): number | null {
  if (end - offset > 8) return null;
  const value = numberOf(file.range(offset, end));
  return Number.isSafeInteger(value) ? value : null;
}

/** The value of a signed integer of 8 bytes; null for other lengths. */
export function signedIn(file: HeldBytes, { offset, end }: Element): bigint | null {
  return end - offset === 8 ? viewOf(file.range(offset, end)).getBigInt64(0) : null;
}

export function floatIn(file: HeldBytes, { offset, end }: Element): number | null {
  const length = end - offset;
  if (length !== 4 && length !== 8) return null;
  const view = viewOf(file.range(offset, end));
  const value = length === 4 ? view.getFloat32(0) : view.getFloat64(0);
  return Number.isFinite(value) ? value : null;
}

/** The value of a string; null for a long one. */
export function textIn(file: HeldBytes, { offset, end }: Element): string | null {
  return end - offset > videoLimits.textBytes ? null : decodeText(file.range(offset, end));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
