// MD5 [RFC 1321]: only to compare with digests that files have. Browsers offer no MD5.

/** The amounts of the rotations, four for each round. */
const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21] as const;
const sines = Uint32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32));

/** The digest as 32 lower-case hexadecimal digits. */
export function md5(bytes: Uint8Array): string {
  const state = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  const whole = bytes.length - (bytes.length % 64);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < whole; at += 64) addBlock(state, view, at);
  const last = padded(bytes.subarray(whole), bytes.length);
  for (let at = 0; at < last.byteLength; at += 64) addBlock(state, last, at);
  const digest = new DataView(new ArrayBuffer(16));
  for (const [i, word] of state.entries()) digest.setUint32(4 * i, word, true);
  return Array.from({ length: 16 }, (_, i) => digest.getUint8(i).toString(16).padStart(2, '0')).join('');
}

/** The rest of the message, a bit 1, zeros, and the length in bits. */
function padded(rest: Uint8Array, length: number): DataView {
  const view = new DataView(new ArrayBuffer(rest.length < 56 ? 64 : 128));
  new Uint8Array(view.buffer).set(rest);
  view.setUint8(rest.length, 0x80);
  view.setBigUint64(view.byteLength - 8, BigInt(length) * 8n, true);
  return view;
}

function addBlock(state: Uint32Array, block: DataView, at: number): void {
  let [a = 0, b = 0, c = 0, d = 0] = state;
  for (let i = 0; i < 64; i++) {
    const round = i >> 4;
    const [mixed, word] = step(round, i, b, c, d);
    const sum = (a + mixed + (sines[i] as number) + block.getUint32(at + 4 * word, true)) | 0;
    const shift = shifts[4 * round + (i & 3)] as number;
    [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0];
  }
  [a, b, c, d].forEach((word, i) => {
    state[i] = ((state[i] as number) + word) | 0;
  });
}

/** The function of a round, and the word of the block that step `i` uses. */
function step(round: number, i: number, b: number, c: number, d: number): readonly [number, number] {
  if (round === 0) return [(b & c) | (~b & d), i];
  if (round === 1) return [(d & b) | (~d & c), (5 * i + 1) & 15];
  if (round === 2) return [b ^ c ^ d, (3 * i + 5) & 15];
  return [c ^ (b | ~d), (7 * i) & 15];
}
