// Writes JSON into bytes, in one pass: several times as fast as joining many short texts.

/** `length` is the number of bytes so far. Texts in `ascii` must be ASCII without characters that JSON escapes. */
export type JsonWriter = Readonly<{
  length(): number;
  /** Forgets what was written after the first `length` bytes. */
  cut(length: number): void;
  ascii(text: string): void;
  whole(number: number): void;
  /**
   * Bytes up to the first NUL, but at most `most` of them, as the inside of a JSON string. Returns their number; null, and
   * writes nothing, when one of them is not ASCII.
   */
  string(bytes: Uint8Array, most: number): number | null;
  /** Any JSON. */
  json(text: string): void;
  text(): string;
}>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const [quote, backslash, zero, space] = [0x22, 0x5c, 0x30, 0x20];
/** Bytes of the longest escape, `\u0000`. */
const longestEscape = 6;
/** Bytes of an answer without long texts. */
const usualLength = 16_384;

export function jsonWriter(): JsonWriter {
  let buffer = new Uint8Array(usualLength);
  let end = 0;

  /** Makes room for `more` bytes. */
  const reserve = (more: number): Uint8Array => {
    if (end + more > buffer.length) {
      const longer = new Uint8Array(Math.max(2 * buffer.length, end + more));
      longer.set(buffer.subarray(0, end));
      buffer = longer;
    }
    return buffer;
  };

  const ascii = (text: string): void => {
    const to = reserve(text.length);
    for (let i = 0; i < text.length; i++) to[end + i] = text.charCodeAt(i);
    end += text.length;
  };

  const json = (text: string): void => {
    reserve(3 * text.length); // UTF-8 has at most three bytes for each UTF-16 unit
    end += encoder.encodeInto(text, buffer.subarray(end)).written;
  };

  const whole = (number: number): void => {
    if (number !== number >>> 0) return ascii(String(number));
    let digits = 1;
    for (let limit = 10; number >= limit; limit *= 10) digits++;
    const to = reserve(digits);
    let rest = number;
    for (let at = end + digits - 1; at >= end; at--) {
      const next = (rest / 10) >>> 0;
      to[at] = zero + rest - 10 * next;
      rest = next;
    }
    end += digits;
  };

  const string = (bytes: Uint8Array, most: number): number | null => {
    const length = Math.min(bytes.length, most);
    const to = reserve(longestEscape * length);
    const start = end;
    let at = start;
    for (let i = 0; i < length; i++) {
      const byte = bytes[i] as number;
      if (byte >= 0x80) return null;
      if (byte === 0) {
        end = at;
        return i;
      }
      if (byte >= space && byte !== quote && byte !== backslash) to[at++] = byte;
      else for (const unit of escapeOf(byte)) to[at++] = unit.charCodeAt(0);
    }
    end = at;
    return length;
  };

  return {
    length: () => end,
    cut: (length) => {
      end = length;
    },
    ascii,
    whole,
    string,
    json,
    text: () => decoder.decode(buffer.subarray(0, end)),
  };
}

/** A character of ASCII as JSON escapes it. */
function escapeOf(code: number): string {
  return JSON.stringify(String.fromCharCode(code)).slice(1, -1);
}
