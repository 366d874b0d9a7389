// Decodes the stored bytes of one value. Numbers stay as stored: rationals are pairs, nothing is reduced or converted.
import { slice, u16, u32, u64 } from '../bytes/cursor';
import type { Rational, TagValue } from '../types';
import { type TypeKind, typeOf } from './type';

/**
 * `count` components of `type` at `at`; null when a 64-bit number is too large to be exact. For types of one byte the result is
 * a view of `bytes`.
 */
export function decodeValue(
  bytes: Uint8Array,
  at: number,
  type: number,
  count: number,
  littleEndian: boolean,
): TagValue {
  const { size, kind } = typeOf(type) ?? oneByte;
  if (kind === 'bytes') return slice(bytes, at, count);
  if (kind === 'rational' || kind === 'signed-rational') return rationals(bytes, at, count, littleEndian, kind);
  if (count === 0) return [];
  const first = numberAt(bytes, at, size, kind, littleEndian);
  if (first === null) return null;
  // Most values have one number. A list to which it is added has room for 16 more.
  const values = [first];
  for (let i = 1; i < count; i++) {
    const value = numberAt(bytes, at + i * size, size, kind, littleEndian);
    if (value === null) return null;
    values.push(value);
  }
  return values;
}

const oneByte = { size: 1, kind: 'bytes' } as const;

function rationals(
  bytes: Uint8Array,
  at: number,
  count: number,
  littleEndian: boolean,
  kind: TypeKind,
): readonly Rational[] {
  if (count === 0) return [];
  const values = [rationalAt(bytes, at, littleEndian, kind)];
  for (let i = 1; i < count; i++) values.push(rationalAt(bytes, at + 8 * i, littleEndian, kind));
  return values;
}

function rationalAt(bytes: Uint8Array, offset: number, littleEndian: boolean, kind: TypeKind): Rational {
  const numerator = u32(bytes, offset, littleEndian);
  const denominator = u32(bytes, offset + 4, littleEndian);
  return kind === 'rational' ? [numerator, denominator] : [numerator | 0, denominator | 0];
}

function numberAt(bytes: Uint8Array, offset: number, size: number, kind: TypeKind, le: boolean): number | null {
  if (kind === 'float') return floatAt(bytes, offset, size, le);
  if (size === 2) return kind === 'signed' ? (u16(bytes, offset, le) << 16) >> 16 : u16(bytes, offset, le);
  if (size === 4) return kind === 'signed' ? u32(bytes, offset, le) | 0 : u32(bytes, offset, le);
  return kind === 'signed' ? i64(bytes, offset, le) : u64(bytes, offset, le);
}

function floatAt(bytes: Uint8Array, offset: number, size: number, littleEndian: boolean): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return size === 4 ? view.getFloat32(offset, littleEndian) : view.getFloat64(offset, littleEndian);
}

function i64(bytes: Uint8Array, offset: number, littleEndian: boolean): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const value = Number(view.getBigInt64(offset, littleEndian));
  return Number.isSafeInteger(value) ? value : null;
}
