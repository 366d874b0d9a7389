// Texts of videos, in the encodings that programs use.
import { hasAt, u8, u32, u64 } from '../bytes/cursor';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** UTF-16 with a byte order mark, otherwise UTF-8, otherwise Mac Roman (QuickTime before UTF-8 was used); ends before a 0. */
export function decodeText(bytes: Uint8Array): string {
  if (hasAt(bytes, 0, '\xfe\xff')) return untilNull(new TextDecoder('utf-16be').decode(bytes));
  if (hasAt(bytes, 0, '\xff\xfe')) return untilNull(new TextDecoder('utf-16le').decode(bytes));
  const end = bytes.indexOf(0);
  const shown = end < 0 ? bytes : bytes.subarray(0, end);
  try {
    return utf8.decode(shown);
  } catch {
    return new TextDecoder('macintosh').decode(shown);
  }
}

function untilNull(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

/**
 * A value of `ilst` as text, by its well-known type [QuickTime File Format, well-known types]; null for a picture and other
 * bytes.
 */
export function decodeData(kind: number, bytes: Uint8Array): string | null {
  if (kind === 1) return decodeText(bytes);
  if (kind === 2) return untilNull(new TextDecoder('utf-16be').decode(bytes));
  const { length } = bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  if (kind === 23) return length === 4 ? String(view.getFloat32(0)) : null;
  if (kind === 24) return length === 8 ? String(view.getFloat64(0)) : null;
  if ([22, 75, 76, 77, 78].includes(kind)) return unsignedText(bytes);
  if ([21, 65, 66, 67, 74].includes(kind)) return signedText(bytes);
  return null;
}

function unsignedText(bytes: Uint8Array): string | null {
  if (bytes.length === 8) return u64(bytes, 0, false)?.toString() ?? null;
  if (bytes.length === 4) return String(u32(bytes, 0, false));
  if (bytes.length === 0 || bytes.length > 3) return null;
  return String(bytes.reduce((value, byte) => value * 256 + byte, 0));
}

function signedText(bytes: Uint8Array): string | null {
  const { length } = bytes;
  if (length === 8) return String(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigInt64(0));
  const value = length < 5 ? unsignedText(bytes) : null;
  if (value === null) return null;
  return String(u8(bytes, 0) < 0x80 ? Number(value) : Number(value) - 256 ** length);
}
