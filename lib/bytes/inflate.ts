// zlib streams with a cap on what comes out.

/** The same of a deflate stream with or without the header of zlib [RFC 1950, RFC 1951]. */
export function inflateAny(bytes: Uint8Array, maxBytes: number): Uint8Array | null {
  const whole = inflate(bytes, maxBytes);
  if (whole !== null) return whole;
  const { inflateRawSync } = require('node:zlib') as typeof import('node:zlib');
  try {
    return inflateRawSync(bytes, { maxOutputLength: maxBytes });
  } catch {
    return null;
  }
}

/** The inflated bytes, or null when the stream is damaged or inflates to more than `maxBytes` [RFC 1950]. */
export function inflate(bytes: Uint8Array, maxBytes: number): Uint8Array | null {
  // On first use: few images have one, and loading it is felt at the start.
  const { inflateSync } = require('node:zlib') as typeof import('node:zlib');
  try {
    return inflateSync(bytes, { maxOutputLength: maxBytes });
  } catch {
    return null; // a metadata chunk that does not inflate holds no metadata; the image itself may be fine
  }
}
