// Base64 [RFC 4648 4], always with padding, and with no other characters. It runs in the service and in the page.

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const codes = new TextEncoder().encode(alphabet);
const padding = 0x3d;
const decoder = new TextDecoder();

/** The text of `bytes`. `btoa` takes twice as long, since it needs a string of the bytes first. */
export function encodeBase64(bytes: Uint8Array): string {
  const { length } = bytes;
  const text = new Uint8Array(Math.ceil(length / 3) * 4);
  for (let at = 0, end = 0; at < length; at += 3, end += 4) {
    const held = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text[end] = codes[held >> 18] ?? 0;
    text[end + 1] = codes[(held >> 12) & 63] ?? 0;
    text[end + 2] = codes[(held >> 6) & 63] ?? 0;
    text[end + 3] = codes[held & 63] ?? 0;
  }
  if (length % 3 > 0) text[text.length - 1] = padding;
  if (length % 3 === 1) text[text.length - 2] = padding;
  return decoder.decode(text);
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
