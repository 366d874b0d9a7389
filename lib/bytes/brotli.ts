// Brotli streams with a cap on what comes out.

/** The decompressed bytes, or null when the stream is damaged or grows to more than `maxBytes` [RFC 7932]. */
export function unbrotli(bytes: Uint8Array, maxBytes: number): Uint8Array | null {
  // On first use, as in inflate.ts.
  const { brotliDecompressSync } = require('node:zlib') as typeof import('node:zlib');
  try {
    return brotliDecompressSync(bytes, { maxOutputLength: maxBytes });
  } catch {
    return null; // a metadata box that does not decompress holds no metadata; the image itself may be fine
  }
}
