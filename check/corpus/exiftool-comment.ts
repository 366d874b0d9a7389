// How ExifTool decodes a value that begins with eight bytes naming its character code (UserComment, GPSProcessingMethod).

/** The text as UTF-8 bytes, or as stored where the code is unknown; trailing blanks dropped. */
export function commentText(value: Uint8Array, littleEndian: boolean): Uint8Array {
  if (value.length < 8) return value;
  const code = String.fromCharCode(...value.subarray(0, 8));
  const text = value.subarray(8);
  if (/^(ASCII)?(\0|[\0 ]+$)/.test(code)) return trimBlanks(untilNul(text));
  if (/^UNICODE[\0 ]$/.test(code)) return trimBlanks(new TextEncoder().encode(decodeUtf16(text, littleEndian)));
  if (/^JIS[\0 ]{5}$/.test(code)) return trimBlanks(untilNul(text));
  return trimBlanks(value);
}

function trimBlanks(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0x20) end--;
  return bytes.subarray(0, end);
}

function untilNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

/** In the order of the mark; without one, in the order in which the low bytes vary more. Ends at the first NUL. */
function decodeUtf16(bytes: Uint8Array, littleEndian: boolean): string {
  const mark = String.fromCharCode(...bytes.subarray(0, 2));
  const marked = mark === '\xff\xfe' || mark === '\xfe\xff';
  const stated = marked ? mark === '\xff\xfe' : littleEndian;
  const units = unitsOf(marked ? bytes.subarray(2) : bytes, stated);
  const swapped = !marked && looksSwapped(units) ? units.map((unit) => ((unit & 0xff) << 8) | (unit >> 8)) : units;
  const text = String.fromCharCode(...swapped);
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

function unitsOf(bytes: Uint8Array, littleEndian: boolean): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length >> 1 }, (_, i) => view.getUint16(2 * i, littleEndian));
}

function looksSwapped(units: readonly number[]): boolean {
  const high = new Set(units.map((unit) => unit >> 8)).size;
  const low = new Set(units.map((unit) => unit & 0xff)).size;
  const zeroHigh = units.filter((unit) => unit >> 8 === 0).length;
  const zeroLow = units.filter((unit) => (unit & 0xff) === 0).length;
  return high > low || (high === low && zeroLow > zeroHigh);
}
