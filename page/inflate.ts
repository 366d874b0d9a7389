// Stands for lib/bytes/inflate.ts in a browser: zlib streams with a cap on what comes out.
import { Inflate, Unzlib } from 'fflate';

/** Bytes handed on at once: deflate makes at most 1,032 of one, so no step makes more than a megabyte. */
const step = 1024;

/** The inflated bytes, or null when the stream is damaged or inflates to more than `maxBytes` [RFC 1950]. */
export function inflate(bytes: Uint8Array, maxBytes: number): Uint8Array | null {
  const whole = unpack(Unzlib, bytes, maxBytes);
  return whole !== null && isSum(bytes, whole) ? whole : null;
}

/** The same of a deflate stream with or without the header of zlib [RFC 1950, RFC 1951]. */
export function inflateAny(bytes: Uint8Array, maxBytes: number): Uint8Array | null {
  return inflate(bytes, maxBytes) ?? unpack(Inflate, bytes, maxBytes);
}

/** What a stream of fflate's makes of the bytes; null when it fails or makes more than `maxBytes`. */
function unpack(Stream: typeof Inflate | typeof Unzlib, bytes: Uint8Array, maxBytes: number): Uint8Array | null {
  const parts: Uint8Array[] = [];
  let length = 0;
  const stream = new Stream((part) => {
    length += part.length;
    if (length > maxBytes) throw new RangeError('Cannot inflate: too long');
    parts.push(part.slice());
  });
  try {
    for (let at = 0; at < bytes.length; at += step) {
      stream.push(bytes.slice(at, at + step), at + step >= bytes.length);
    }
  } catch {
    return null; // as there
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether the stream ends in the Adler-32 of what it holds: fflate does not look [RFC 1950 section 9]. */
function isSum(stream: Uint8Array, whole: Uint8Array): boolean {
  let a = 1;
  let b = 0;
  for (const byte of whole) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  const end = stream.length - 4;
  return end >= 0 && new DataView(stream.buffer, stream.byteOffset + end, 4).getUint32(0) === b * 65_536 + a;
}
