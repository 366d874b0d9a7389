// One value as plain text, the way exiv2 0.27.6 writes it: numbers in decimal, components joined by one space.

import { hasAt } from '../../bytes/cursor';
import { maxValueText } from '../../limits';
import { GpsTag, Tag } from '../../tag/ids';
import { DOUBLE, FLOAT, isTextType, SBYTE, signedByte, UNDEFINED } from '../../tiff/type';
import type { Rational, TagEntry } from '../../types';
import { decodeWindows1252, isAscii } from './charset';

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
  if (!(value instanceof Uint8Array)) {
    return join<number | Rational>(value, (part) => (typeof part === 'number' ? numberText(part, type) : ratio(part)));
  }
  if (isTextType(type)) return decodeText(value);
  if (type === UNDEFINED && isCommentTag(entry)) return comment(value, littleEndian);
  return join(value, type === SBYTE ? (byte) => String(signedByte(byte)) : String);
}

/** Joins the components, but not more of them than an answer could show. */
function join<T>(values: Iterable<T>, show: (value: T) => string): string {
  let text = '';
  let first = true;
  for (const value of values) {
    text += first ? show(value) : ` ${show(value)}`;
    first = false;
    if (text.length > maxValueText) break;
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
  const end = bytes.subarray(0, 4 * maxValueText).indexOf(0);
  const shown = bytes.subarray(0, end < 0 ? 4 * maxValueText : end);
  // Nearly all text is ASCII. Without this case, the decoder would take most of the time.
  if (isAscii(shown)) return String.fromCharCode(...shown.subarray(0, maxValueText + 1));
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return decoder.decode(shown, { stream: end < 0 && shown.length < bytes.length });
  } catch {
    return decodeWindows1252(shown.subarray(0, maxValueText + 1));
  }
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
