// Reads the meaning of an entry from any type: cameras and programs write numbers as text, and letters as numbers.

import { BYTE, SBYTE, signedByte } from '../../tiff/type';
import type { Rational, TagEntry } from '../../types';

/** Characters of the longest text that is read. */
const maxText = 64;
/** Numbers of a value that are read. */
const maxNumbers = 4;

/**
 * `52`, `52.5`, `1/50`: up to four numbers, separated by blanks, commas, colons or signs of an angle, and a unit or letter at
 * the end.
 */
const number = String.raw`[+-]?\d{1,10}(?:\.\d{0,12}|\/\d{1,10})?`;
const between = String.raw`(?:[\s,;:'"\xb0\xc2]|deg){1,8}`;
const numbers = new RegExp(
  `^\\s*(?:[NSEWnsew]\\s?)?${number}(?:${between}${number}){0,3}(?:${between})?[A-Za-z]{0,3}\\.?\\s*$`,
);
const oneNumber = new RegExp(number, 'g');

/**
 * The text of a value of bytes (ASCII, UTF-8, BYTE, UNDEFINED) up to its first NUL, one character per byte; null for numbers.
 */
export function statedText(entry: TagEntry | undefined): string | null {
  if (!(entry?.value instanceof Uint8Array)) return null;
  const shown = entry.value.subarray(0, maxText);
  const end = shown.indexOf(0);
  return String.fromCharCode(...(end < 0 ? shown : shown.subarray(0, end)));
}

/** The same. A value of another type that is a whole number gives that number in decimal. */
export function statedDigits(entry: TagEntry | undefined): string | null {
  if (entry?.value instanceof Uint8Array) return statedText(entry);
  const value = statedNumber(entry);
  return value !== null && Number.isSafeInteger(value) && value >= 0 ? String(value) : null;
}

/** The first letter of a text, or of numbers that are character codes, as a capital; empty when there is none. */
export function statedLetter(entry: TagEntry | undefined): string {
  const first = entry?.value instanceof Uint8Array ? null : entry?.value?.[0];
  const text = typeof first === 'number' && first < 0x80 ? String.fromCharCode(first) : (statedText(entry) ?? '');
  return text.trim().charAt(0).toUpperCase();
}

/** The first numbers of a value; rationals are pairs. For bytes that are text, the numbers in the text. */
export function statedParts(entry: TagEntry | undefined): readonly (number | Rational)[] {
  const value = entry?.value ?? [];
  if (!(value instanceof Uint8Array)) return value.slice(0, maxNumbers);
  const isNumeric = entry?.type === BYTE || entry?.type === SBYTE;
  if (!isNumeric || value.length > maxNumbers) {
    const found = numbersIn(statedText(entry) ?? '');
    if (found.length > 0 || !isNumeric) return found;
  }
  return Array.from(value.subarray(0, maxNumbers), (byte) => (entry?.type === SBYTE ? signedByte(byte) : byte));
}

/** The numbers in a text; none when the text has anything else. */
function numbersIn(text: string): readonly (number | Rational)[] {
  if (!numbers.test(text)) return [];
  return (text.match(oneNumber) ?? []).map((found) => {
    const [numerator, denominator] = found.split('/').map(Number);
    return denominator === undefined ? (numerator ?? 0) : [numerator ?? 0, denominator];
  });
}

/** The first number of a value; a rational is divided. null when there is none or it is not finite. */
export function statedNumber(entry: TagEntry | undefined): number | null {
  return quotient(statedParts(entry)[0]);
}

/** A number or rational as a number; null without one, and for a denominator of zero. */
export function quotient(part: number | Rational | undefined): number | null {
  if (part === undefined) return null;
  const value = typeof part === 'number' ? part : part[0] / part[1];
  return Number.isFinite(value) ? value : null;
}
