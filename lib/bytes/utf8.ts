// The length of a text in UTF-8, and the order of texts by their UTF-8.

/** Whether a text has at most `maxBytes` of UTF-8. Short texts are not encoded: a character of a string takes at most 3 bytes. */
export function fitsUtf8(text: string, maxBytes: number): boolean {
  return text.length * 3 <= maxBytes || new TextEncoder().encode(text).length <= maxBytes;
}

/** The bytes that a text has in UTF-8. */
export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}

/**
 * Compares by the bytes of UTF-8, as stores order their keys: negative, 0 or positive. The order of the UTF-16 units of JavaScript
 * differs only where a surrogate is compared with a unit from U+E000.
 */
export function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [one, other] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (one !== other) return one >= 0xd800 && other >= 0xd800 ? afterAll(one) - afterAll(other) : one - other;
  }
  return a.length - b.length;
}

/** Moves surrogates (code points from U+10000) after all other units. */
function afterAll(unit: number): number {
  return unit < 0xe000 ? unit + 0x2800 : unit;
}
