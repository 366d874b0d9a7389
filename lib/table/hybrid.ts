// Small whole numbers as runs and packed bits [Parquet format, Encodings.md, RLE/bit-packing hybrid].
import { type Growing, putByte, putVarint, reserve } from './growing';

/** Values in a packed group, and the shortest run that is written as a run. */
const group = 8;

/** Writes the first `count` of `values`, each of at most `width` bits (1 to 24). */
export function putHybrid(to: Growing, values: Uint8Array | Uint32Array, count: number, width: number): void {
  let packedFrom = 0;
  let at = 0;
  while (at < count) {
    const value = values[at] ?? 0;
    let end = at + 1;
    while (end < count && values[end] === value) end++;
    if (end - at < group) {
      at += group;
      continue;
    }
    putPacked(to, values, packedFrom, at, width);
    putVarint(to, (end - at) * 2);
    for (let shift = 0; shift < width; shift += 8) putByte(to, (value >>> shift) & 0xff);
    packedFrom = at = end;
  }
  putPacked(to, values, packedFrom, Math.min(at, count), width);
}

/** Writes groups of eight; the last one is filled with zeros. */
function putPacked(to: Growing, values: Uint8Array | Uint32Array, start: number, end: number, width: number): void {
  const groups = Math.ceil((end - start) / group);
  if (groups === 0) return;
  putVarint(to, groups * 2 + 1);
  reserve(to, groups * width);
  let bits = 0;
  let held = 0;
  for (let at = start; at < start + groups * group; at++) {
    if (at < end) bits |= (values[at] ?? 0) << held;
    held += width;
    for (; held >= 8; held -= 8) {
      to.bytes[to.length++] = bits & 0xff;
      bits >>>= 8;
    }
  }
}
