// Percent-encoding of our own, by bytes, so that a mistake of lib/bytes/percent.ts is not repeated here.
import { isUtf8 } from 'node:buffer';

const unreserved = /[A-Za-z0-9\-_.~]/;
const encoded = Array.from({ length: 256 }, (_, byte) => {
  const char = String.fromCharCode(byte);
  return unreserved.test(char) ? char : percentByte(byte);
});

export function percentByte(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** All but `A-Za-z0-9-_.~` encoded, upper-case hex. */
export function encode(text: string): string {
  let out = '';
  for (const byte of Buffer.from(text, 'utf8')) out += encoded[byte] ?? '';
  return out;
}

/** Decoded once, `+` stays; null for what is not percent-encoded UTF-8. */
export function decode(text: string): string | null {
  if (!text.includes('%')) return text;
  let broken = false;
  const decoded = text.replace(/(?:%[0-9a-fA-F]{2})+|%/g, (run) => {
    const bytes = Buffer.from(run.replaceAll('%', ''), 'hex');
    if (bytes.length === 0 || !isUtf8(bytes)) broken = true;
    return bytes.toString('utf8');
  });
  return broken ? null : decoded;
}
