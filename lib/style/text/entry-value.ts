// The value of an entry as numbers or as text, for styles that show its meaning.

import { maxShownText } from '../../limits';
import { Tag } from '../../tag/ids';
import { isTextTag } from '../../tag/text-tags';
import { BYTE, isTextType, SBYTE, signedByte, UNDEFINED } from '../../tiff/type';
import type { TagEntry } from '../../types';
import { cleanText } from './clean-text';
import { isComment, tagText, untilEnd } from './tag-text';

/** Bytes of the longest text that is shown: UTF-8 has up to three for each UTF-16 unit. */
const mostBytes = 3 * maxShownText;

/** Whether the value is text by its type. */
export function isText({ type }: TagEntry): boolean {
  return isTextType(type);
}

/** The first `most` components as numbers, null for one that is not finite. Empty for text and for a value that was not read. */
export function numbersOf(entry: TagEntry | undefined, most: number): readonly (number | null)[] {
  if (entry === undefined || entry.value === null || isText(entry)) return [];
  const { value, type } = entry;
  if (value instanceof Uint8Array) {
    return Array.from(value.subarray(0, most), (byte) => (type === SBYTE ? signedByte(byte) : byte));
  }
  return value.slice(0, most).map((part) => {
    const number = typeof part === 'number' ? part : part[0] / part[1];
    return Number.isFinite(number) ? number : null;
  });
}

/** The first component as a number; null when there is none. */
export function numberOf(entry: TagEntry | undefined): number | null {
  return numbersOf(entry, 1)[0] ?? null;
}

/**
 * The text to show; empty when there is none. A value is text by its type or tag. Printable ASCII is text too, in untyped
 * bytes, and in BYTE if the standard says that the tag is text.
 */
export function textOf(entry: TagEntry | undefined, littleEndian: boolean): string {
  if (entry === undefined) return '';
  const text = shortText(entry, littleEndian) ?? printableText(entry);
  // Copyright has two texts, the photographer's and the editor's [EXIF 3.0 4.6.4.4 Copyright]. In other tags, everything after
  // the first NUL is garbage.
  const parts = text.split('\0', entry.tag === Tag.Copyright && entry.ifd !== 'GPS' ? 2 : 1);
  return parts.map(cleanText).filter(Boolean).join(', ');
}

/** The text of a value that is text by its type or tag. Only the part that can be shown is decoded. null when there is none. */
export function shortText(entry: TagEntry, littleEndian: boolean): string | null {
  const { value } = entry;
  if (!(value instanceof Uint8Array)) return tagText(entry, littleEndian)?.text ?? null;
  let end = isText(entry) && !isComment(entry) ? Math.min(value.length, mostBytes) : value.length;
  // A cut inside a character would make the whole text invalid UTF-8.
  while (end < value.length && end > mostBytes - 4 && ((value[end] ?? 0) & 0xc0) === 0x80) end--;
  return tagText({ ...entry, value: value.subarray(0, end) }, littleEndian)?.text ?? null;
}

function printableText({ ifd, tag, type, value }: TagEntry): string {
  const mayBeText = type === UNDEFINED || ((type === BYTE || type === SBYTE) && isTextTag(ifd, tag));
  if (!mayBeText || !(value instanceof Uint8Array) || value.length > maxShownText) return '';
  const latin = String.fromCharCode(...untilEnd(value));
  return /^[\x20-\x7e]+$/.test(latin) ? latin : '';
}
