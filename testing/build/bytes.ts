// Bytes from texts, numbers and other bytes.
import { joinBytes } from '../../lib/bytes/join';

/** A copy of the parts, one after the other. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return joinBytes(parts).slice();
}

/** One byte for each character. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

export function utf8(text: string): Uint8Array {
  return Uint8Array.from(new TextEncoder().encode(text));
}

export function utf16(text: string, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), littleEndian);
  return bytes;
}

export function utf32(text: string, littleEndian: boolean): Uint8Array {
  return concat(...Array.from(text, (character) => unsigned(character.codePointAt(0) ?? 0, 4, littleEndian)));
}

export function u16(value: number, littleEndian = false): Uint8Array {
  return unsigned(value, 2, littleEndian);
}

export function u32(value: number, littleEndian = false): Uint8Array {
  return unsigned(value, 4, littleEndian);
}

/** The low `length` bytes of `value`: negative numbers become two's complement. */
export function unsigned(value: number | bigint, length: number, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(length);
  const wide = length > 4 ? BigInt(value) : null;
  for (let i = 0; i < length; i++) {
    const byte = wide === null ? Number(value) >> (8 * i) : Number((wide >> BigInt(8 * i)) & 0xffn);
    bytes[littleEndian ? i : length - 1 - i] = byte;
  }
  return bytes;
}

/** A copy with `bytes` written at `offset`. */
export function patched(source: Uint8Array, offset: number, bytes: Uint8Array): Uint8Array {
  const copy = source.slice();
  copy.set(bytes, offset);
  return copy;
}

/** Bytes that look like no structure, for image data and padding. The same length gives the same bytes. */
export function noise(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = 0x2545f491;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}
