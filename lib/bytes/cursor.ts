// Checked reads: the only place that indexes bytes from outside. Past the end is ProblemError `DamagedImage`, never undefined.
import { ProblemError } from '../problem';

/** Throws ProblemError `DamagedImage` unless `length` bytes are at `offset`. */
export function need(bytes: Uint8Array, offset: number, length: number): void {
  if (offset < 0 || length < 0 || offset + length > bytes.length) {
    throw new ProblemError(
      'DamagedImage',
      `Cannot read ${length} bytes at ${offset}: ${Math.max(0, bytes.length - offset)} left`,
    );
  }
}

/** The byte at `offset`. */
export function u8(bytes: Uint8Array, offset: number): number {
  need(bytes, offset, 1);
  return bytes[offset] as number;
}

/** Two bytes at `offset`, unsigned. */
export function u16(bytes: Uint8Array, offset: number, littleEndian: boolean): number {
  need(bytes, offset, 2);
  const a = bytes[offset] as number;
  const b = bytes[offset + 1] as number;
  return littleEndian ? (b << 8) | a : (a << 8) | b;
}

/** Four bytes at `offset`, unsigned. */
export function u32(bytes: Uint8Array, offset: number, littleEndian: boolean): number {
  need(bytes, offset, 4);
  const a = bytes[offset] as number;
  const b = bytes[offset + 1] as number;
  const c = bytes[offset + 2] as number;
  const d = bytes[offset + 3] as number;
  return (littleEndian ? (d << 24) | (c << 16) | (b << 8) | a : (a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

/** Eight bytes at `offset`, unsigned. null above `Number.MAX_SAFE_INTEGER`: no real object has such a size or offset. */
export function u64(bytes: Uint8Array, offset: number, littleEndian: boolean): number | null {
  const first = u32(bytes, offset, littleEndian);
  const second = u32(bytes, offset + 4, littleEndian);
  const value = littleEndian ? second * 2 ** 32 + first : first * 2 ** 32 + second;
  return Number.isSafeInteger(value) ? value : null;
}

/** `length` bytes at `offset` as a view. */
export function slice(bytes: Uint8Array, offset: number, length: number): Uint8Array {
  need(bytes, offset, length);
  return bytes.subarray(offset, offset + length);
}

/** `length` bytes at `offset` as text, a character a byte: for markers, signatures and keywords. */
export function latin1(bytes: Uint8Array, offset: number, length: number): string {
  need(bytes, offset, length);
  let text = '';
  for (let i = offset; i < offset + length; i++) text += String.fromCharCode(bytes[i] as number);
  return text;
}

/** True when `text` (a character a byte) is at `offset`; false also where the bytes end before it does. */
export function hasAt(bytes: Uint8Array, offset: number, text: string): boolean {
  if (offset < 0 || offset + text.length > bytes.length) return false;
  for (let i = 0; i < text.length; i++) {
    if (bytes[offset + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}
