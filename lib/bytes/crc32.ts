// CRC-32 as PNG uses it [PNG 3rd edition, Annex D; ISO 3309]. Node has it in `node:zlib`, but browsers do not, and the page
// needs it. So this function is used in both.

/** Signed: V8 keeps 32 bits in a register only if they are signed. */
const table = Int32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** The CRC-32 of `bytes`, unsigned. */
export function crc32(bytes: Uint8Array): number {
  let c = -1;
  for (let i = 0; i < bytes.length; i++) c = (table[(c ^ (bytes[i] as number)) & 0xff] as number) ^ (c >>> 8);
  return ~c >>> 0;
}
