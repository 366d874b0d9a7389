// Character codes that bytes of text may be in, told apart without an exception: a hostile document has thousands of texts.

/** A decoded text and the name of its code [IANA character sets], null where that is ASCII or UTF-8. */
export type Decoded = Readonly<{ text: string; charset: string | null }>;

/** What Windows-1252 has at 0x80 to 0x9f, where Latin-1 has control characters; the five it leaves open stay as they are. */
const windows1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

const highCodes: readonly number[] = Array.from(windows1252, (char) => char.charCodeAt(0));
/** Characters that are made at once. */
const chunk = 8192;

const replacement = '\ufffd';
const escapeByte = 0x1b;

/** Whether no byte is above 0x7f. */
export function isAscii(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte >= 0x80) return false;
  return true;
}

/** Latin-1 and its superset, by our own table: Node versions differ in what their decoder makes of the name. */
export function decodeWindows1252(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += chunk) {
    const codes = Array.from(bytes.subarray(at, at + chunk), (byte) => highCodes[byte - 0x80] ?? byte);
    text += String.fromCharCode(...codes);
  }
  return text;
}

/** UTF-8 where the bytes are that, else Windows-1252: what cameras and desktop programs write is one or the other. */
export function detectText(bytes: Uint8Array): Decoded {
  const text = decodeUtf8(bytes);
  return text === null ? { text: decodeWindows1252(bytes), charset: 'windows-1252' } : { text, charset: null };
}

/**
 * UTF-16 in the order of its byte order mark; without one in the order in which high bytes vary less than low ones, as
 * text has it, else that of `littleEndian`. Null when it is not valid UTF-16.
 */
export function decodeUtf16(bytes: Uint8Array, littleEndian: boolean): Decoded | null {
  const mark = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  if (mark === 0xfffe || mark === 0xfeff) return utf16(bytes.subarray(2), mark === 0xfffe);
  return utf16(bytes, looksSwapped(bytes, littleEndian) ? !littleEndian : littleEndian);
}

/** UTF-16 without a mark in the order of `littleEndian`, NULs at its end dropped; null when it is not valid UTF-16. */
export function utf16(bytes: Uint8Array, littleEndian: boolean): Decoded | null {
  let end = bytes.length % 2 === 1 && bytes.at(-1) === 0 ? bytes.length - 1 : bytes.length;
  if (end % 2 === 1) return null;
  while (end > 0 && bytes[end - 1] === 0 && bytes[end - 2] === 0) end -= 2;
  const charset = littleEndian ? 'UTF-16LE' : 'UTF-16BE';
  const units = bytes.subarray(0, end);
  const text = decoderOf(charset).decode(units);
  const stored = littleEndian ? [0xfd, 0xff] : [0xff, 0xfd];
  return text.includes(replacement) && countOf(text) !== countIn(units, stored, 2) ? null : { text, charset };
}

/** Words in small letters or capitals, and numbers, with blanks and points between: what people write. */
const word = String.raw`(?:[A-Z]?[a-z]+\d*|[A-Z]+\d*|\d+)`;
const words = new RegExp(`^${word}(?:[ ,.!?'-]+${word})*[.!?]*$`);
/** Letters, digits and what parts sentences. */
const sentences = /^[\p{L}\p{M}\p{N}\p{P}\s]*$/u;
/** Control characters, without those that end lines. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unprintable = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/;

/**
 * Whether bytes that are declared as UTF-16 are ASCII or UTF-8 instead: without a mark and without a zero before the end. The
 * shorter they are, the more they must look like words, since Chinese in UTF-16 may happen to be bytes of letters.
 */
export function looksLikeUtf8(bytes: Uint8Array): boolean {
  const end = bytes.findLastIndex((byte) => byte !== 0) + 1;
  const mark = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  const part = bytes.subarray(0, end);
  if (end < 4 || mark === 0xfffe || mark === 0xfeff || part.includes(0)) return false;
  const text = decodeUtf8(part);
  if (text === null || unprintable.test(text)) return false;
  if (end >= 16) return true;
  return end >= 8 ? sentences.test(text) : words.test(text) || (end >= 6 && !isAscii(part) && sentences.test(text));
}

/** Text that is declared as JIS: ISO-2022-JP has escapes; without one UTF-8, EUC-JP or Shift_JIS, whichever is valid. */
export function decodeJis(bytes: Uint8Array): Decoded {
  const charsets = bytes.includes(escapeByte) ? ['ISO-2022-JP'] : isAscii(bytes) ? [] : ['EUC-JP', 'Shift_JIS'];
  const text = charsets.length === 2 ? decodeUtf8(bytes) : null;
  if (text !== null) return { text, charset: null };
  for (const charset of charsets) {
    const shown = decoderOf(charset).decode(bytes);
    if (!shown.includes(replacement)) return { text: shown, charset };
  }
  return detectText(bytes);
}

type Decoder = Readonly<{ decode(bytes: Uint8Array): string }>;

const decoders = new Map<string, Decoder>();

/** Made once: making one costs more than decoding a short text. */
function decoderOf(charset: string): Decoder {
  const made = decoders.get(charset) ?? new TextDecoder(charset, { ignoreBOM: true });
  decoders.set(charset, made);
  return made;
}

function decodeUtf8(bytes: Uint8Array): string | null {
  const text = decoderOf('utf-8').decode(bytes);
  if (!text.includes(replacement)) return text;
  return bytes.includes(0xef) && countOf(text) === countIn(bytes, [0xef, 0xbf, 0xbd], 1) ? text : null;
}

/** The number of U+FFFD in a text: more of them than in its bytes mean that the bytes were not text. */
function countOf(text: string): number {
  return text.split(replacement).length - 1;
}

/** How often `pattern` occurs in `bytes`, at multiples of `step`. */
function countIn(bytes: Uint8Array, pattern: readonly number[], step: number): number {
  let count = 0;
  for (let at = 0; at + pattern.length <= bytes.length; at += step) {
    if (pattern.every((byte, i) => bytes[at + i] === byte)) count++;
  }
  return count;
}

/** Whether the bytes that `littleEndian` makes the high ones vary more than the low ones, or are less often zero. */
function looksSwapped(bytes: Uint8Array, littleEndian: boolean): boolean {
  const even = new Set<number>();
  const odd = new Set<number>();
  let zeros = 0; // at even places less those at odd ones
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    even.add(bytes[at] ?? 0);
    odd.add(bytes[at + 1] ?? 0);
    zeros += Number(bytes[at] === 0) - Number(bytes[at + 1] === 0);
  }
  const spread = littleEndian ? odd.size - even.size : even.size - odd.size;
  return spread > 0 || (spread === 0 && (littleEndian ? zeros : -zeros) > 0);
}
