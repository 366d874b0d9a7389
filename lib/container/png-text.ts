// The text chunks of a PNG, and the hexadecimal dumps that some of them are [PNG 3rd edition, 11.3.3; ImageMagick raw profiles].
//
//   zTXt  keyword 00 method u8 zlib    tEXt  keyword 00 text    iTXt  keyword 00 flag u8 method u8 lang 00 key 00 text
import { latin1, u8 } from '../bytes/cursor';

/** Characters in which the line with a profile's length is looked for, including the blanks before it. */
const maxLengthLine = 64;
/** The text of a chunk, or the zlib stream of it. `start` is the place of `bytes` in the data. */
export type ChunkText = Readonly<{ bytes: Uint8Array; start: number; isDeflated: boolean }>;

/** The text after the keyword and its NUL, which are `keywordLength` bytes of `data`; null when it is damaged. */
export function textOf(type: string, data: Uint8Array, keywordLength: number): ChunkText | null {
  const textFrom = (start: number, isDeflated: boolean): ChunkText => ({
    bytes: data.subarray(start),
    start,
    isDeflated,
  });
  if (type === 'tEXt') return textFrom(keywordLength, false);
  if (type === 'zTXt') return textFrom(keywordLength + 1, true);
  const translatedAt = data.indexOf(0, keywordLength + 2) + 1;
  const textAt = data.indexOf(0, translatedAt) + 1;
  if (translatedAt === 0 || textAt === 0) return null;
  return textFrom(textAt, u8(data, keywordLength) !== 0);
}

const noDigit = 255;
/** The value of each character that is a hexadecimal digit. */
const hexDigits = new Uint8Array(256).fill(noDigit);
for (let digit = 0; digit < 16; digit++) {
  for (const text of ['0123456789abcdef', '0123456789ABCDEF']) hexDigits[text.charCodeAt(digit)] = digit;
}

/** The bytes of a dump: a line with the profile's name, a line with its length, then lines of hexadecimal digits. */
export function unhex(text: Uint8Array): Uint8Array {
  const nameEnd = skipLine(text, 0);
  const lengthEnd = skipLine(text, nameEnd);
  // When the line of the name is blank, the line after it is already the length.
  const digitsAt = /^\s*\d*$/.test(latin1(text, nameEnd, Math.min(lengthEnd - nameEnd, maxLengthLine)))
    ? lengthEnd
    : nameEnd;
  const bytes = new Uint8Array(text.length >> 1);
  let digits = 0;
  for (let i = digitsAt; i < text.length; i++) {
    const digit = hexDigits[text[i] as number] as number;
    if (digit === noDigit) continue;
    const at = digits++ >> 1;
    bytes[at] = ((bytes[at] ?? 0) << 4) | digit;
  }
  return bytes.subarray(0, digits >> 1);
}

/** The end of the first line, at or after `offset`, that is not blank. The name of a profile may contain spaces. */
function skipLine(text: Uint8Array, offset: number): number {
  let at = offset;
  while (at < text.length && u8(text, at) <= 0x20) at++;
  while (at < text.length && !isLineEnd(u8(text, at))) at++;
  return at;
}

function isLineEnd(char: number): boolean {
  return char === 0x0a || char === 0x0d;
}
