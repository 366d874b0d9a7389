// Builds boxes of the ISO base media file format [ISO/IEC 14496-12 4.2], and boxes that lie about their size.
import { concat, latin1, u32, unsigned } from './bytes';

/** How the size is written: in 4 bytes, in 8, or as 0 for "to the end". `claims`: a wrong size to write instead. */
export type BoxSize = Readonly<{ form?: 'short' | 'long' | 'open'; claims?: number | bigint }>;

export function box(type: string, payload: Uint8Array, { form = 'short', claims }: BoxSize = {}): Uint8Array {
  if (form === 'open') return concat(u32(0), latin1(type), payload);
  if (form === 'short') return concat(u32(Number(claims ?? 8 + payload.length)), latin1(type), payload);
  return concat(u32(1), latin1(type), unsigned(BigInt(claims ?? 16 + payload.length), 8, false), payload);
}

export function fullBox(type: string, version: number, flags: number, payload: Uint8Array): Uint8Array {
  return box(type, concat(u32(version * 2 ** 24 + flags), payload));
}

/** `ftyp`: the major brand, a version, the compatible brands. */
export function ftyp(major: string, brands: readonly string[] = [], size: BoxSize = {}): Uint8Array {
  return box('ftyp', concat(latin1(major), u32(0), ...brands.map(latin1)), size);
}

/** Bytes that nothing points to. */
export function free(length: number, size: BoxSize = {}): Uint8Array {
  return box('free', new Uint8Array(length), size);
}
