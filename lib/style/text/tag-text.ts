// Which values are text, and what text: by their type, or by what the standard says of their tag.
import { latin1 } from '../../bytes/cursor';
import type { TagEntry } from '../../types';
import { type Decoded, decodeJis, decodeUtf16, detectText, utf16 } from './charset';

const BYTE = 1;
const ASCII = 2;
const UNDEFINED = 7;
const UTF8 = 129;

/** Tags of type UNDEFINED whose value begins with eight bytes that name its character code [EXIF 3.0 4.6.6.2.4]. */
const commentTags: ReadonlySet<string> = new Set(['Exif:37510', 'GPS:27', 'GPS:28']);
const codeLength = 8;
/** ExifVersion, FlashpixVersion, InteroperabilityVersion: digits [EXIF 3.0 4.6.6.1, 4.6.8]. */
const versionTags: ReadonlySet<string> = new Set(['Exif:36864', 'Exif:40960', 'Interop:2']);
/** XPTitle, XPComment, XPAuthor, XPKeywords, XPSubject: UTF-16 in the order of Windows, whatever that of the stream. */
const firstXp = 0x9c9b;
const lastXp = 0x9c9f;

/** Control characters that no text has, and NUL not counted, which parts texts. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/;
const printable = /^[\x20-\x7e]*$/;

/** The text of a value, NULs at its end dropped, others kept; null where it is none, or none that can be decoded. */
export function tagText({ ifd, tag, type, value }: TagEntry, littleEndian: boolean): Decoded | null {
  if (!(value instanceof Uint8Array)) return null;
  if (type === ASCII || type === UTF8) return detectText(untilEnd(value));
  if (type !== UNDEFINED && type !== BYTE) return null;
  if (tag >= firstXp && tag <= lastXp && ifd !== 'GPS' && ifd !== 'Interop') return utf16(value, true);
  if (type === BYTE) return null;
  const place = `${ifd}:${tag}`;
  if (commentTags.has(place)) return commentOf(value, littleEndian);
  if (!versionTags.has(place)) return null;
  const digits = detectText(untilEnd(value));
  return printable.test(digits.text) ? digits : null;
}

/** A comment in the code that it names. Where it names none, or not the one it is in, the text that it looks like. */
function commentOf(value: Uint8Array, littleEndian: boolean): Decoded | null {
  const text = value.subarray(codeLength);
  const code = value.length < codeLength ? '' : latin1(value, 0, codeLength);
  if (/^ASCII[\0 ]{3}$/.test(code)) return detectText(untilEnd(text));
  if (/^UNICODE[\0 ]$/.test(code)) return decodeUtf16(text, littleEndian) ?? guess(text);
  if (/^JIS[\0 ]{5}$/.test(code)) return decodeJis(untilEnd(text));
  if (/^[\0 ]{8}$/.test(code)) return guess(text);
  // Without a code even a NUL at the end is as stored, and such bytes are more likely something else.
  return value.includes(0) ? null : guess(value);
}

function guess(bytes: Uint8Array): Decoded | null {
  const decoded = detectText(untilEnd(bytes));
  return control.test(decoded.text) ? null : decoded;
}

/** Without the NULs at the end. */
export function untilEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, end);
}
