// Percent-encoding as the two schemes have it, apart from lib/bytes/percent.ts.

export function percentByte(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** All but `A-Za-z0-9-_.~` encoded, upper-case hex. */
export function encode(text: string): string {
  if (/^[A-Za-z0-9\-_.~]*$/.test(text)) return text;
  return encodeURIComponent(text.toWellFormed()).replace(/[!'()*]/g, (char) => percentByte(char.charCodeAt(0)));
}

/** Decoded once, `+` stays; null for what is not percent-encoded UTF-8. */
export function decode(text: string): string | null {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
