// Damaged copies of bytes, for readers that must survive all of them.

/** The bytes cut at every length, and whole. */
export function* everyCut(bytes: Uint8Array): Generator<Uint8Array> {
  for (let length = 0; length <= bytes.length; length++) yield bytes.slice(0, length);
}

/** Copies of the bytes, each with one byte that is inverted, and one in which it is zero. */
export function* everyFlip(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at++) {
    for (const byte of new Set([(bytes[at] ?? 0) ^ 0xff, 0])) {
      const copy = bytes.slice();
      copy[at] = byte;
      yield copy;
    }
  }
}
