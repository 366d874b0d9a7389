// Decompresses zlib, deflate and Brotli streams from images, each with a limit on the bytes that come out. In browsers,
// lib/browser/decompress.ts replaces this file; browsers decompress asynchronously, so these functions return promises.
import type { ZlibOptions } from 'node:zlib';

/** The bytes of a zlib stream; null when it is damaged or has more than `maxBytes` [RFC 1950]. */
export async function inflate(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array | null> {
  return nullIfDamaged(() => zlib().inflateSync(bytes, cappedAt(maxBytes)));
}

/** The bytes of a deflate stream with or without a zlib header; null as for `inflate` [RFC 1950, RFC 1951]. */
export async function inflateAny(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array | null> {
  return (await inflate(bytes, maxBytes)) ?? nullIfDamaged(() => zlib().inflateRawSync(bytes, cappedAt(maxBytes)));
}

/** The bytes of a Brotli stream; null when it is damaged or has more than `maxBytes` [RFC 7932]. */
export async function unbrotli(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array | null> {
  return nullIfDamaged(() => zlib().brotliDecompressSync(bytes, cappedAt(maxBytes)));
}

/** Loaded on first use: few images need it, and loading takes some milliseconds of a cold start. */
function zlib(): typeof import('node:zlib') {
  return require('node:zlib');
}

function cappedAt(maxOutputLength: number): ZlibOptions {
  return { maxOutputLength };
}

/** Null for a metadata chunk or box that does not decompress: it has no metadata, but the image itself may be fine. */
function nullIfDamaged(decompress: () => Uint8Array): Uint8Array | null {
  try {
    return decompress();
  } catch {
    return null;
  }
}
