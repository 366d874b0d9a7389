// Decodes the stored bytes of one value. Numbers stay as stored: rationals are pairs, nothing is reduced or converted.
import { u16, u32, u64 } from '../bytes/cursor';
import type { Rational, TagValue } from '../types';
import { type TypeKind, tagTypes } from './type';

/**
 * `count` components of `type`, which `bytes` consists of; null when a 64-bit number is too large to be exact. For types of one
 * byte the result is `bytes` itself.
 */
export function decodeValue(bytes: Uint8Array, type: number, count: number, littleEndian: boolean): TagValue {
  const { size, kind } = tagTypes.get(type) ?? { size: 1, kind: 'bytes' };
  if (kind === 'bytes') return bytes;
  if (kind === 'rational' || kind === 'signed-rational') return rationals(bytes, count, littleEndian, kind);
  const values: number[] = [];
  for (let i = 0; i < count; i++) {
    const value = numberAt(bytes, i * size, size, kind, littleEndian);
    if (value === null) return null;
    values.push(value);
  }
  return values;
}

function rationals(bytes: Uint8Array, count: number, littleEndian: boolean, kind: TypeKind): readonly Rational[] {
  const part = (offset: number): number =>
    kind === 'rational' ? u32(bytes, offset, littleEndian) : u32(bytes, offset, littleEndian) | 0;
  const values: Rational[] = [];
  for (let i = 0; i < count; i++) values.push([part(i * 8), part(i * 8 + 4)]);
  return values;
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
