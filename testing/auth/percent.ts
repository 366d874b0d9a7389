// Percent-encoding of the two schemes, written independently of lib/bytes/percent.ts.

export function percentByte(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Encodes all characters except `A-Za-z0-9-_.~`, with upper-case hex. */
export function encode(text: string): string {
  if (/^[A-Za-z0-9\-_.~]*$/.test(text)) return text;
  return encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, (char) => percentByte(char.charCodeAt(0)));
}

/** Decodes once; `+` stays. null for text that is not percent-encoded UTF-8. */
export function decode(text: string): string | null {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
