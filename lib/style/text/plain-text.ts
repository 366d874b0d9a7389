// One value as plain text, the way exiv2 0.27.6 writes it: numbers in decimal, components joined by one space.

import { asciiText, decodeWindows1252 } from '../../bytes/charset';
import { hasAt } from '../../bytes/cursor';
import { maxValueText } from '../../limits';
import { GpsTag, Tag } from '../../tag/ids';
import { DOUBLE, FLOAT, isTextType, SBYTE, signedByte, UNDEFINED } from '../../tiff/type';
import type { Rational, TagEntry } from '../../types';

/** Tags of comments: the value starts with eight bytes that name its character code [EXIF 3.0 4.6.6.2.4 UserComment]. */
const exifComments: readonly number[] = [Tag.UserComment];
const gpsComments: readonly number[] = [GpsTag.GPSProcessingMethod, GpsTag.GPSAreaInformation];
/** Bytes of the character code. */
export const codeLength = 8;

/** Whether the value of a tag is a comment by the standard. */
export function isCommentTag({ ifd, tag }: TagEntry): boolean {
  return (ifd === 'Exif' && exifComments.includes(tag)) || (ifd === 'GPS' && gpsComments.includes(tag));
}

/** The value's text; null when it was not read. Text longer than `maxValueText` is cut after one more character. */
export function plainText(entry: TagEntry, littleEndian: boolean): string | null {
  const { value, type } = entry;
  if (value === null) return null;
  if (!(value instanceof Uint8Array)) return partsText(value, type);
  if (isTextType(type)) return decodeText(value);
  if (type === UNDEFINED && isCommentTag(entry)) return comment(value, littleEndian);
  return bytesText(value, type);
}

/** Joins the components, but not more of them than an answer could show. */
function partsText(parts: readonly (number | Rational)[], type: number): string {
  let text = '';
  for (let i = 0; i < parts.length && text.length <= maxValueText; i++) {
    const part = parts[i] as number | Rational;
    const shown = typeof part === 'number' ? numberText(part, type) : ratio(part);
    text = i === 0 ? shown : `${text} ${shown}`;
  }
  return text;
}

/** The same for numbers of one byte. */
function bytesText(bytes: Uint8Array, type: number): string {
  let text = '';
  for (let i = 0; i < bytes.length && text.length <= maxValueText; i++) {
    const byte = bytes[i] as number;
    const shown = String(type === SBYTE ? signedByte(byte) : byte);
    text = i === 0 ? shown : `${text} ${shown}`;
  }
  return text;
}

function ratio([numerator, denominator]: Rational): string {
  return `${numerator}/${denominator}`;
}

function numberText(value: number, type: number): string {
  return type === FLOAT || type === DOUBLE ? floatText(value) : String(value);
}

/** Fifteen significant digits without trailing zeros, as C's `%.15g`. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [digits = '', exponentText = '0'] = value.toExponential(14).split('e');
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 15) return trimZeros(value.toFixed(14 - exponent));
  const sign = exponent < 0 ? '-' : '+';
  return `${trimZeros(digits)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

function comment(value: Uint8Array, littleEndian: boolean): string {
  const text = value.subarray(codeLength);
  if (value.length < codeLength) return '';
  if (hasAt(value, 0, '\0\0\0\0\0\0\0\0')) return decodeText(text);
  if (hasAt(value, 0, 'ASCII\0\0\0')) return `charset=Ascii ${decodeText(text)}`;
  if (hasAt(value, 0, 'UNICODE\0')) return `charset=Unicode ${exiv2Utf16(text, littleEndian)}`;
  if (hasAt(value, 0, 'JIS\0\0\0\0\0')) return `charset=Jis ${decodeText(text)}`;
  return `charset=InvalidCharsetId ${decodeText(text)}`;
}

/**
 * The text up to the first NUL: UTF-8 if it is valid UTF-8, otherwise Windows-1252. Cameras and desktop programs write one of
 * the two.
 */
function decodeText(bytes: Uint8Array): string {
  const most = Math.min(bytes.length, 4 * maxValueText);
  let end = 0;
  while (end < most && isAsciiCharacter(bytes[end] as number)) end++;
  // Nearly all text is ASCII. Without this case, the decoder would take most of the time.
  if (end === most || bytes[end] === 0) return asciiText(bytes, Math.min(end, maxValueText + 1));
  const nul = bytes.subarray(end, most).indexOf(0);
  const shown = bytes.subarray(0, nul < 0 ? most : end + nul);
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return decoder.decode(shown, { stream: nul < 0 && shown.length < bytes.length });
  } catch {
    return decodeWindows1252(shown.subarray(0, maxValueText + 1));
  }
}

function isAsciiCharacter(byte: number): boolean {
  return byte > 0 && byte < 0x80;
}

/**
 * Decodes UTF-16 in the order of its byte order mark, otherwise in that of the TIFF stream. Invalid text is decoded as bytes.
 */
function exiv2Utf16(bytes: Uint8Array, littleEndian: boolean): string {
  const marked = hasAt(bytes, 0, '\xff\xfe') || hasAt(bytes, 0, '\xfe\xff');
  const little = marked ? hasAt(bytes, 0, '\xff\xfe') : littleEndian;
  const shown = bytes.subarray(marked ? 2 : 0, 4 * maxValueText);
  try {
    return new TextDecoder(little ? 'utf-16le' : 'utf-16be', { fatal: true }).decode(shown);
  } catch {
    return decodeText(shown);
  }
}
