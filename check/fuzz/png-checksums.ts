// The checksums of a PNG, for inputs whose chunks were changed.
import { crc32 } from '../../lib/bytes/crc32';

/** A copy in which the CRC of every chunk is right, as far as the chain of chunks leads [PNG 5.3]. */
export function repairChecksums(png: Uint8Array): Uint8Array {
  const bytes = png.slice();
  const view = new DataView(bytes.buffer);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > bytes.length) break;
    view.setUint32(end, crc32(bytes.subarray(at + 4, end)));
    at = end + 4;
  }
  return bytes;
}
