// Bytes that grow, and the plain encoding of Parquet [Parquet format, Encodings.md]: little endian, texts after their length.

/** The first `length` bytes of `bytes` are used. */
export type Growing = { bytes: Uint8Array; view: DataView; length: number };

/** Empty bytes with room for `size`. */
export function growing(size = 1024): Growing {
  const bytes = new Uint8Array(size);
  return { bytes, view: new DataView(bytes.buffer), length: 0 };
}

/** The bytes that are used; they stay those of `to` until it grows. */
export function usedBytes(to: Growing): Uint8Array {
  return to.bytes.subarray(0, to.length);
}

/** Makes room for `more` bytes. */
export function reserve(to: Growing, more: number): void {
  const needed = to.length + more;
  if (needed <= to.bytes.length) return;
  const bytes = new Uint8Array(Math.max(needed, to.bytes.length * 2));
  bytes.set(usedBytes(to));
  to.bytes = bytes;
  to.view = new DataView(bytes.buffer);
}

export function putByte(to: Growing, value: number): void {
  reserve(to, 1);
  to.bytes[to.length++] = value;
}

export function putBytes(to: Growing, bytes: Uint8Array): void {
  reserve(to, bytes.length);
  to.bytes.set(bytes, to.length);
  to.length += bytes.length;
}

export function putInt32(to: Growing, value: number): void {
  reserve(to, 4);
  to.view.setInt32(to.length, value, true);
  to.length += 4;
}

export function putDouble(to: Growing, value: number): void {
  reserve(to, 8);
  to.view.setFloat64(to.length, value, true);
  to.length += 8;
}

const word = 2 ** 32;

/** A whole number, multiplied by `factor`, as 64 bits. No big integers, which are slow. The result must fit. */
export function putInt64(to: Growing, value: number, factor: 1 | 1000): void {
  const high = Math.floor(value / word);
  const low = (value - high * word) * factor;
  reserve(to, 8);
  to.view.setUint32(to.length, low % word, true);
  to.view.setInt32(to.length + 4, high * factor + Math.floor(low / word), true);
  to.length += 8;
}

/** A number as LEB128 [Parquet format, Encodings.md, RLE]. */
export function putVarint(to: Growing, value: number): void {
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) putByte(to, (rest % 0x80) | 0x80);
  putByte(to, rest);
}

const utf8 = new TextEncoder();
/** UTF-16 units of texts that are copied one by one while they are ASCII. For longer ones the encoder is faster. */
const short = 48;

/** A well-formed text in UTF-8, after its length in bytes. Returns this length. */
export function putText(to: Growing, text: string): number {
  const { length } = text;
  reserve(to, 4 + 3 * length);
  const start = to.length + 4;
  let bytes = 0;
  if (length <= short) {
    for (; bytes < length; bytes++) {
      const unit = text.charCodeAt(bytes);
      if (unit >= 0x80) break;
      to.bytes[start + bytes] = unit;
    }
  }
  if (bytes < length) bytes = utf8.encodeInto(text, to.bytes.subarray(start)).written;
  to.view.setUint32(to.length, bytes, true);
  to.length = start + bytes;
  return bytes;
}
