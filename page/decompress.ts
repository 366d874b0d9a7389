// Replaces lib/bytes/decompress.ts in a browser: fflate for zlib and deflate streams, with the same limits. A Brotli decoder
// would be larger than the page, so Brotli streams are left compressed.
import { Inflate, Unzlib } from 'fflate';
import { joinBytes } from '../lib/bytes/join';

/** Bytes of input for one step: deflate makes at most 1,032 bytes of one, so a step makes at most about a megabyte. */
const step = 1024;

let brotliSeen = false;

/** The bytes of a zlib stream; null when it is damaged or has more than `maxBytes` [RFC 1950]. */
export function inflate(bytes: Uint8Array, maxBytes: number): Uint8Array | null {
  const whole = unpack(Unzlib, bytes, maxBytes);
  return whole !== null && hasChecksum(bytes, whole) ? whole : null;
}

/** The bytes of a deflate stream with or without a zlib header; null as for `inflate` [RFC 1950, RFC 1951]. */
export function inflateAny(bytes: Uint8Array, maxBytes: number): Uint8Array | null {
  return inflate(bytes, maxBytes) ?? unpack(Inflate, bytes, maxBytes);
}

/** Always null; `takeBrotliSeen` then returns true. */
export function unbrotli(): null {
  brotliSeen = true;
  return null;
}

/** Whether a Brotli stream was left compressed since the last call. */
export function takeBrotliSeen(): boolean {
  const seen = brotliSeen;
  brotliSeen = false;
  return seen;
}

/** The output of a stream of fflate; null when it fails or has more than `maxBytes`. */
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
    return null; // as in lib/bytes/decompress.ts
  }
  return joinBytes(parts);
}

/** Whether the stream ends in the Adler-32 of its content, which fflate does not check [RFC 1950 section 9]. */
function hasChecksum(stream: Uint8Array, content: Uint8Array): boolean {
  let a = 1;
  let b = 0;
  for (const byte of content) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  const end = stream.length - 4;
  return end >= 0 && new DataView(stream.buffer, stream.byteOffset + end, 4).getUint32(0) === b * 65_536 + a;
}
