// The length of a text in UTF-8.

/** Whether a text has at most `maxBytes` of UTF-8. Short texts are not encoded: a character of a string takes at most 3 bytes. */
export function fitsUtf8(text: string, maxBytes: number): boolean {
  return text.length * 3 <= maxBytes || new TextEncoder().encode(text).length <= maxBytes;
}

/** The bytes that a text has in UTF-8. */
export function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}
