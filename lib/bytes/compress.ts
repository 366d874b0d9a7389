// Compresses the text of an answer.
import { promisify } from 'node:util';

/** The content codings that answers can have [RFC 9110 8.4.1]. */
export type Coding = 'br' | 'gzip';

/** Bytes up to which compressing takes less than a millisecond, so that another thread would not save time. */
const shortBytes = 32 * 1024;

/**
 * `text` in UTF-8, compressed: at once when it is short, otherwise in another thread. Both levels (the default of gzip, 4 of
 * Brotli) are cheap: 0.1 ms for an answer of 2 KB, 3 ms for one of 270 KB. Higher levels take up to ten times as long for a few
 * percent.
 */
export async function compress(text: string, coding: Coding): Promise<Uint8Array> {
  // On first use: loading zlib takes some milliseconds of a cold start.
  const zlib = require('node:zlib') as typeof import('node:zlib');
  const bytes = new TextEncoder().encode(text);
  const { BROTLI_PARAM_LGWIN, BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = zlib.constants;
  // Nearly every answer fits a window of 64 KiB. The default window of 4 MiB would be allocated for each answer.
  const params = { [BROTLI_PARAM_QUALITY]: 4, [BROTLI_PARAM_LGWIN]: 16, [BROTLI_PARAM_SIZE_HINT]: bytes.length };
  if (bytes.length <= shortBytes) {
    return coding === 'gzip' ? zlib.gzipSync(bytes) : zlib.brotliCompressSync(bytes, { params });
  }
  return coding === 'gzip' ? promisify(zlib.gzip)(bytes) : promisify(zlib.brotliCompress)(bytes, { params });
}
