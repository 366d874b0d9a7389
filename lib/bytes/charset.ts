// Detects and decodes the character code of text. It works without exceptions, because a hostile document may have thousands of
// texts.

/** A decoded text, and the name of its code [IANA character sets]; null for ASCII and UTF-8. */
export type DecodedText = Readonly<{ text: string; charset: string | null }>;

/**
 * The characters of Windows-1252 at 0x80 to 0x9f, where Latin-1 has control characters. The five undefined ones stay as they
 * are.
 */
const windows1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

const highCodes: readonly number[] = Array.from(windows1252, (char) => char.charCodeAt(0));
/** Characters that are converted in one call. */
const chunk = 8192;

const replacement = '\ufffd';
const escapeByte = 0x1b;

/** Whether no byte is above 0x7f. */
export function isAscii(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte >= 0x80) return false;
  return true;
}

/** The first `length` bytes, which must be ASCII, as text. Four characters at once: that is faster than one, or all of them. */
export function asciiText(bytes: Uint8Array, length: number): string {
  let text = '';
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    text += String.fromCharCode(
      bytes[at] as number,
      bytes[at + 1] as number,
      bytes[at + 2] as number,
      bytes[at + 3] as number,
    );
  }
  for (; at < length; at++) text += String.fromCharCode(bytes[at] as number);
  return text;
}

/** Decodes Windows-1252, a superset of Latin-1, with our own table: the decoders of Node versions differ. */
export function decodeWindows1252(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += chunk) {
    const codes = Array.from(bytes.subarray(at, at + chunk), (byte) => highCodes[byte - 0x80] ?? byte);
    text += String.fromCharCode(...codes);
  }
  return text;
}

/** Decodes UTF-8 if the bytes are valid UTF-8, otherwise Windows-1252. Cameras and desktop programs write one of the two. */
export function detectText(bytes: Uint8Array): DecodedText {
  const text = decodeUtf8(bytes);
  return text === null ? { text: decodeWindows1252(bytes), charset: 'windows-1252' } : { text, charset: null };
}

/**
 * Decodes UTF-16 in the byte order of its mark. Without a mark, the order is the one in which the high bytes vary less than the
 * low ones, as in normal text; if that does not decide, the order is `littleEndian`. null when the text is not valid UTF-16.
 */
export function decodeUtf16(bytes: Uint8Array, littleEndian: boolean): DecodedText | null {
  const mark = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  if (mark === 0xfffe || mark === 0xfeff) return utf16(bytes.subarray(2), mark === 0xfffe);
  return utf16(bytes, looksSwapped(bytes, littleEndian) ? !littleEndian : littleEndian);
}

/** Decodes UTF-16 without a mark in the order `littleEndian`, and removes NULs at its end; null when it is not valid UTF-16. */
export function utf16(bytes: Uint8Array, littleEndian: boolean): DecodedText | null {
  let end = bytes.length % 2 === 1 && bytes.at(-1) === 0 ? bytes.length - 1 : bytes.length;
  if (end % 2 === 1) return null;
  while (end > 0 && bytes[end - 1] === 0 && bytes[end - 2] === 0) end -= 2;
  const charset = littleEndian ? 'UTF-16LE' : 'UTF-16BE';
  const units = bytes.subarray(0, end);
  const text = decoderOf(charset).decode(units);
  const stored = littleEndian ? [0xfd, 0xff] : [0xff, 0xfd];
  return text.includes(replacement) && countOf(text) !== countIn(units, stored, 2) ? null : { text, charset };
}

/** Words in lower case or capitals, and numbers, separated by blanks and punctuation, as people write them. */
const word = String.raw`(?:[A-Z]?[a-z]+\d*|[A-Z]+\d*|\d+)`;
const words = new RegExp(`^${word}(?:[ ,.!?'-]+${word})*[.!?]*$`);
/** Whether a text has only letters, digits, punctuation and blanks. In a function, because V8 needs long to read the expression. */
const isSentence = (text: string): boolean => /^[\p{L}\p{M}\p{N}\p{P}\s]*$/u.test(text);
/** Control characters, except line ends. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unprintable = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/;

/**
 * Whether bytes that are declared as UTF-16 are ASCII or UTF-8 instead: they have no mark, and no zero before the end. The
 * shorter they are, the more they must look like words, because the bytes of Chinese text in UTF-16 may look like letters.
 */
export function looksLikeUtf8(bytes: Uint8Array): boolean {
  const end = bytes.findLastIndex((byte) => byte !== 0) + 1;
  const mark = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  const part = bytes.subarray(0, end);
  if (end < 4 || mark === 0xfffe || mark === 0xfeff || part.includes(0)) return false;
  const text = decodeUtf8(part);
  if (text === null || unprintable.test(text)) return false;
  if (end >= 16) return true;
  return end >= 8 ? isSentence(text) : words.test(text) || (end >= 6 && !isAscii(part) && isSentence(text));
}

/**
 * Decodes text that is declared as JIS: ISO-2022-JP if it has an escape, otherwise UTF-8, EUC-JP or Shift_JIS, whichever is
 * valid.
 */
export function decodeJis(bytes: Uint8Array): DecodedText {
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

/** Made once, because making a decoder takes longer than decoding a short text. */
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

/** The number of U+FFFD in a text. If it has more of them than its bytes have, the bytes were not text in this code. */
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

/** Whether the bytes that are the high ones in the order `littleEndian` vary more than the low ones, or are zero less often. */
function looksSwapped(bytes: Uint8Array, littleEndian: boolean): boolean {
  const even = new Set<number>();
  const odd = new Set<number>();
  let zeros = 0; // the number at even places minus the number at odd places
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    even.add(bytes[at] ?? 0);
    odd.add(bytes[at + 1] ?? 0);
    zeros += Number(bytes[at] === 0) - Number(bytes[at + 1] === 0);
  }
  const spread = littleEndian ? odd.size - even.size : even.size - odd.size;
  return spread > 0 || (spread === 0 && (littleEndian ? zeros : -zeros) > 0);
}
