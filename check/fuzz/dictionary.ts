// Values that the code compares its input with, as bytes to be put into inputs.

/** `bytes` are pieces of files, `texts` pieces of requests and documents. */
export type Dictionary = Readonly<{ bytes: readonly Uint8Array[]; texts: readonly string[] }>;

/** Lengths and offsets at which code tends to go wrong. */
const edges = [0, 1, 2, 4, 7, 8, 12, 16, 127, 128, 255, 256, 1024, 4096, 32_767, 32_768, 65_535, 65_536];
const greatEdges = [0x7fffffff, 0x80000000, 0xfffffff0, 0xfffffffe, 0xffffffff];

/** The dictionary of the literals in the code under test. */
export function dictionaryOf(texts: Iterable<string>, numbers: Iterable<number>): Dictionary {
  const all = new Map<string, Uint8Array>();
  const add = (bytes: Uint8Array): void => void all.set(bytes.join(), bytes);
  const known = [...texts];
  for (const text of known)
    if (text.length <= 16 && /^[\0-\xff]*$/.test(text)) add(Uint8Array.from(Buffer.from(text, 'latin1')));
  for (const number of [...numbers, ...edges, ...greatEdges]) {
    if (!Number.isSafeInteger(number) || number < 0 || number > 0xffffffff) continue;
    for (const length of [1, 2, 4]) {
      if (number >= 2 ** (8 * length)) continue;
      add(numberBytes(number, length, true));
      add(numberBytes(number, length, false));
    }
  }
  return { bytes: [...all.values()], texts: known };
}

/** A number in `length` bytes. */
export function numberBytes(value: number, length: number, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(length);
  let rest = value;
  for (let i = 0; i < length; i++) {
    bytes[littleEndian ? i : length - 1 - i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return bytes;
}
