// Replaces lib/bytes/decompress.ts in browsers: decompresses with what the browser has, within the same limits. Bytes after the
// end of a stream make it damaged here; zlib ignores them.

import { joinBytes } from '../bytes/join';

/** Bytes of input for one step: deflate makes at most 1,032 bytes of one, so a step makes at most about a megabyte. */
const step = 1024;

/** The bytes of a zlib stream; null when it is damaged or has more than `maxBytes` [RFC 1950]. */
export function inflate(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array | null> {
  return decompress('deflate', bytes, maxBytes);
}

/** The bytes of a deflate stream with or without a zlib header; null as for `inflate` [RFC 1950, RFC 1951]. */
export async function inflateAny(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array | null> {
  return (await inflate(bytes, maxBytes)) ?? decompress('deflate-raw', bytes, maxBytes);
}

/** The bytes of a Brotli stream; null as for `inflate`, and in browsers that have no Brotli [RFC 7932]. */
export function unbrotli(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array | null> {
  return decompress('brotli', bytes, maxBytes);
}

async function decompress(format: string, bytes: Uint8Array, maxBytes: number): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    const reader = inSteps(bytes)
      .pipeThrough(new DecompressionStream(format as ConstructorParameters<typeof DecompressionStream>[0]))
      .getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return joinBytes(parts);
      length += value.length;
      if (length > maxBytes) {
        await reader.cancel();
        return null;
      }
      parts.push(value);
    }
  } catch {
    return null; // as in lib/bytes/decompress.ts
  }
}

function inSteps(bytes: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + step));
      at += step;
    },
  });
}
