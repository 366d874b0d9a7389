// Reads what an ICC profile says of itself: its header and its name [ICC.1:2022 clause 7; ICC.1:2001-04 6.1].
//
//   0  size u32     8  version      12 class    16 colour space   20 connection space   24 date: 6 x u16
//   36 'acsp'       64 intent u32   128 count of tags u32, then each: signature 4, offset u32, length u32

import { decodeUtf16, decodeWindows1252 } from '../bytes/charset';
import { hasAt, latin1, slice, u16, u32 } from '../bytes/cursor';
import { maxIccTags, maxIccTextBytes, maxIccTranslations } from './limits';

/**
 * `class`, `colorSpace` and `connectionSpace` are the stored codes, without blanks. `name` and `copyright` are null when they
 * are after the bytes that were read. `created` is in UTC, as the standard says.
 */
export type IccProfile = Readonly<{
  size: number;
  version: string;
  class: string;
  colorSpace: string;
  connectionSpace: string;
  renderingIntent: number;
  name: string | null;
  copyright: string | null;
  created: string | null;
}>;

const headerLength = 128;

/** The profile that starts with `head` and has `size` bytes in the file; null when it is not an ICC profile. */
export function parseIcc(head: Uint8Array, size: number): IccProfile | null {
  if (head.length < headerLength || !hasAt(head, 36, 'acsp')) return null;
  const code = (offset: number): string => printable(latin1(head, offset, 4));
  return {
    size,
    version: versionOf(u16(head, 8, false)),
    class: code(12),
    colorSpace: code(16),
    connectionSpace: code(20),
    renderingIntent: u32(head, 64, false),
    name: textOf(head, 'desc'),
    copyright: textOf(head, 'cprt'),
    created: dateOf(head),
  };
}

/** `4.3.0`: the first byte, and the two halves of the second. */
function versionOf(version: number): string {
  return [version >> 8, (version >> 4) & 15, version & 15].join('.');
}

/** The date of the header; null when it is not a date, as in many profiles. */
function dateOf(head: Uint8Array): string | null {
  const parts = Array.from({ length: 6 }, (_, i) => u16(head, 24 + 2 * i, false));
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = parts;
  const date = new Date(Date.UTC(year, month - 1, day, hours, minutes, seconds));
  const stated = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCHours()];
  const isDate = [...stated, date.getUTCMinutes(), date.getUTCSeconds()].every((part, i) => part === parts[i]);
  return year >= 1000 && year <= 9999 && isDate ? date.toISOString().replace('.000Z', 'Z') : null;
}

/** The text of the first tag `signature`; null when there is none, or when its bytes are missing. */
function textOf(head: Uint8Array, signature: string): string | null {
  const count = head.length < headerLength + 4 ? 0 : Math.min(u32(head, headerLength, false), maxIccTags);
  for (let at = headerLength + 4, i = 0; i < count && at + 12 <= head.length; i++, at += 12) {
    if (!hasAt(head, at, signature)) continue;
    const [offset, length] = [u32(head, at + 4, false), u32(head, at + 8, false)];
    if (offset > head.length) return null;
    const value = head.subarray(offset, Math.min(offset + length, offset + maxIccTextBytes));
    return decodeText(value, offset + length <= head.length)?.trim() || null;
  }
  return null;
}

/** The text of a value of type `desc`, `text` or `mluc`. A `text` must be `whole`, the other types state their lengths. */
function decodeText(value: Uint8Array, whole: boolean): string | null {
  if (hasAt(value, 0, 'mluc')) return translated(value);
  if (hasAt(value, 0, 'text') && whole) return single(value.subarray(8));
  if (!hasAt(value, 0, 'desc') || value.length < 12) return null;
  const length = u32(value, 8, false);
  return 12 + length <= value.length ? single(slice(value, 12, length)) : null;
}

/** Text up to the first NUL. The standard says ASCII; what is not is Windows-1252. */
function single(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return printable(decodeWindows1252(end < 0 ? bytes : bytes.subarray(0, end)));
}

/**
 * The English text of several languages, otherwise the first: from offset 8 count u32, length of a record u32, then each record:
 * language 2, country 2, length u32, offset u32 of UTF-16BE.
 */
function translated(value: Uint8Array): string | null {
  if (value.length < 16) return null;
  const count = Math.min(u32(value, 8, false), maxIccTranslations);
  const recordLength = u32(value, 12, false);
  let first: string | null = null;
  for (let i = 0, at = 16; recordLength >= 12 && i < count && at + 12 <= value.length; i++, at += recordLength) {
    const isEnglish = hasAt(value, at, 'en');
    if (first !== null && !isEnglish) continue;
    const [length, offset] = [u32(value, at + 4, false), u32(value, at + 8, false)];
    if (offset + length > value.length) continue;
    const text = decodeUtf16(slice(value, offset, length), false)?.text ?? null;
    const shown = text === null ? null : printable(text);
    if (isEnglish && shown !== null) return shown;
    first ??= shown;
  }
  return first;
}

/** Without control characters, and blanks at the ends. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  return text.replace(/[\x00-\x1f\x7f]/g, '').trim();
}
