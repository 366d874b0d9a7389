// Decides which values are text, by their type or by the standard for their tag, and decodes them.

import { type DecodedText, decodeJis, decodeUtf16, detectText, looksLikeUtf8, utf16 } from '../../bytes/charset';
import { latin1 } from '../../bytes/cursor';
import { InteropTag, Tag } from '../../tag/ids';
import { BYTE, isTextType, LONG, SHORT, SLONG, SSHORT, UNDEFINED } from '../../tiff/type';
import type { TagEntry, TagValue } from '../../types';
import { codeLength, isCommentTag } from './plain-text';

/** Versions: four digits [EXIF 3.0 4.6.6.1, 4.6.8]. */
const exifVersions: readonly number[] = [Tag.ExifVersion, Tag.FlashpixVersion];

/** Control characters that no text contains. NUL is not one of them, because it separates texts. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/;
const printable = /^[\x20-\x7e]*$/;

/** The text of a value. NULs at its end are removed, others stay. null when it is not text or cannot be decoded. */
export function tagText(entry: TagEntry, littleEndian: boolean): DecodedText | null {
  const { type, value } = entry;
  if (value === null) return null;
  if (isXp(entry)) return xpText(type, value, littleEndian);
  if (!(value instanceof Uint8Array)) return null;
  const isText = isTextType(type);
  if (isComment(entry)) {
    const comment = commentOf(type, value, littleEndian);
    if (comment !== undefined && (comment !== null || !isText)) return comment;
    // Without a declared code, bytes that end with NUL are more likely something other than text.
    if (type === UNDEFINED) return value.includes(0) ? null : guess(value);
  }
  if (isText) return detectText(untilEnd(value));
  if (type !== UNDEFINED || !isVersion(entry)) return null;
  const digits = detectText(untilEnd(value));
  return printable.test(digits.text) ? digits : null;
}

/** Whether a value may start with the name of its character code: the tag is a comment, and the value has any type of bytes. */
export function isComment(entry: TagEntry): boolean {
  return entry.value instanceof Uint8Array && isCommentTag(entry);
}

function isVersion({ ifd, tag }: TagEntry): boolean {
  return ifd === 'Interop' ? tag === InteropTag.InteroperabilityVersion : ifd === 'Exif' && exifVersions.includes(tag);
}

/** XPTitle, XPComment, XPAuthor, XPKeywords, XPSubject: BYTE by definition, but some programs write their UTF-16 as SHORT or LONG. */
function isXp({ ifd, tag }: TagEntry): boolean {
  return tag >= Tag.XPTitle && tag <= Tag.XPSubject && ifd !== 'GPS' && ifd !== 'Interop';
}

/** Bytes are UTF-16 in little endian, as on Windows, whatever the order of the stream. SHORTs and LONGs are units of UTF-16. */
function xpText(type: number, value: Exclude<TagValue, null>, littleEndian: boolean): DecodedText | null {
  if (!(value instanceof Uint8Array)) {
    const units = value.filter((unit) => typeof unit === 'number');
    if (type === SHORT || type === SSHORT) return decodeUtf16(bytesOf(units, 2, littleEndian), littleEndian);
    if (type !== LONG && type !== SLONG) return null;
    // A LONG is one unit, or two units in its bytes.
    const size = units.every((unit) => unit >= 0 && unit <= 0xffff) ? 2 : 4;
    return decodeUtf16(bytesOf(units, size, littleEndian), littleEndian);
  }
  if (type === BYTE || type === UNDEFINED) return utf16(value, true);
  if (!isTextType(type)) return null;
  return (hasZerosBetween(value) ? utf16(value, true) : null) ?? detectText(untilEnd(value));
}

/** Whether the value is UTF-16 that is declared as ASCII: most bytes at odd places are zero, and no others before the end. */
function hasZerosBetween(value: Uint8Array): boolean {
  const text = untilEnd(value);
  const zeros = text.reduce((count, byte, at) => count + (byte !== 0 ? 0 : at % 2 === 1 ? 1 : -text.length), 0);
  return zeros > 0 && 4 * zeros >= text.length - 1;
}

/** Units of two or four bytes as bytes, in the order in which they are stored. */
function bytesOf(units: readonly number[], size: 2 | 4, littleEndian: boolean): Uint8Array {
  const bytes = new Uint8Array(size * units.length);
  const view = new DataView(bytes.buffer);
  for (const [at, unit] of units.entries()) {
    if (size === 2) view.setUint16(2 * at, unit & 0xffff, littleEndian);
    else view.setUint32(4 * at, unit >>> 0, littleEndian);
  }
  return bytes;
}

/**
 * The text of a comment in the code that it names, in upper or lower case. If it names "unknown", or is not valid in that code,
 * the code is detected; null when it does not look like text. undefined when it names no code.
 */
function commentOf(type: number, value: Uint8Array, littleEndian: boolean): DecodedText | null | undefined {
  const text = value.subarray(codeLength);
  const code = value.length < codeLength ? '' : latin1(value, 0, codeLength);
  if (/^ASCII[\0 ]{3}$/i.test(code)) return detectText(untilEnd(text));
  if (/^UNICODE[\0 ]$/i.test(code)) return unicodeOf(text, littleEndian);
  if (/^JIS[\0 ]{5}$/i.test(code)) return decodeJis(untilEnd(text));
  if (/^UTF-?8[\0 ]{3,4}$/i.test(code)) return guess(text);
  // Blanks at the start of declared text belong to the text.
  const isBlank = type === UNDEFINED ? /^[\0 ]{8}$/ : isTextType(type) ? /^\0{8}$/ : null;
  return isBlank?.test(code) === true ? guess(text) : undefined;
}

/** Decodes text that is declared as UTF-16. Some programs declare UTF-16, but write one byte per letter or UTF-8. */
function unicodeOf(text: Uint8Array, littleEndian: boolean): DecodedText | null {
  const bytes = looksLikeUtf8(text) ? null : decodeUtf16(text, littleEndian);
  return bytes ?? guess(text);
}

function guess(bytes: Uint8Array): DecodedText | null {
  const decoded = detectText(untilEnd(bytes));
  return control.test(decoded.text) ? null : decoded;
}

/** Without the NULs at the end. */
export function untilEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, end);
}
