// A bucket of one object too large to hold: bytes here and there, zeros between.
import type { Bucket, ByteRange } from '../../lib/types';

/** Bytes, or how many zeros. */
export type Part = Uint8Array | number;

export function sparseBucket(parts: readonly Part[]): Bucket {
  let size = 0;
  const placed: { start: number; bytes: Uint8Array }[] = [];
  for (const part of parts) {
    if (typeof part !== 'number') placed.push({ start: size, bytes: part });
    size += typeof part === 'number' ? part : part.length;
  }
  const cut = ({ start, end }: ByteRange) => {
    const answer = new Uint8Array(Math.min(end, size) - start);
    for (const { start: at, bytes } of placed) {
      const from = Math.max(start, at);
      const to = Math.min(start + answer.length, at + bytes.length);
      if (from < to) answer.set(bytes.subarray(from - at, to - at), from - start);
    }
    return answer;
  };
  return {
    fetch: async (_ref, range) => ({ bytes: cut(range), stat: { size, etag: '"v1"', lastModified: new Date(0) } }),
  };
}
