// Base64 [RFC 4648 4], always with padding, and with no other characters. It runs in the service and in the page.

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const codes = new TextEncoder().encode(alphabet);

/** The text of `bytes`. `btoa` takes four to eight times as long in Node 20, since it needs a string of the bytes first. */
export function encodeBase64(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill(0x3d);
  let filled = 0;
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const held = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (let digit = 0; digit <= Math.min(left, 3); digit++) {
      text[filled + digit] = codes[(held >> (18 - 6 * digit)) & 63] ?? 0;
    }
    filled += 4;
  }
  return new TextDecoder().decode(text);
}

/** The bytes of `text`; null when it is not in the form that `encodeBase64` writes. `atob` alone also accepts blanks and no padding. */
export function decodeBase64(text: string): Uint8Array | null {
  const latin = unlessInvalid(text);
  if (latin === null || btoa(latin) !== text) return null;
  const bytes = new Uint8Array(latin.length);
  for (let at = 0; at < latin.length; at++) bytes[at] = latin.charCodeAt(at);
  return bytes;
}

function unlessInvalid(text: string): string | null {
  try {
    return atob(text);
  } catch {
    return null;
  }
}
