// Builds the small metadata blocks: IPTC-IIM, ICC profiles and MPF indexes.
import { concat, latin1, u16, u32, utf8, utf16 } from './bytes';

/** One dataset of IPTC-IIM; with `lengthBytes`, its length is extended. */
export function dataset(record: number, number: number, value: string | Uint8Array, lengthBytes = 0): Uint8Array {
  const bytes = typeof value === 'string' ? utf8(value) : value;
  const length = Uint8Array.from({ length: lengthBytes }, (_, i) =>
    i < lengthBytes - 4 ? 0 : (u32(bytes.length)[i + 4 - lengthBytes] ?? 0),
  );
  const head = lengthBytes === 0 ? u16(bytes.length) : concat(u16(0x8000 | lengthBytes), length);
  return concat(Uint8Array.of(0x1c, record, number), head, bytes);
}

export type IccTag = Readonly<{ signature: string; value: Uint8Array }>;
export type IccOptions = Readonly<{ version?: number; date?: readonly number[]; count?: number; intent?: number }>;

/** A display profile of RGB with these tags; `count` is the number of tags if it shall be wrong. */
export function buildIcc(
  tags: readonly IccTag[],
  { version = 0x0430, date = [2024, 5, 1, 12, 30, 59], count = tags.length, intent = 1 }: IccOptions = {},
): Uint8Array {
  const start = 132 + 12 * tags.length;
  const offsets = tags.map((_, i) => start + tags.slice(0, i).reduce((sum, { value }) => sum + value.length, 0));
  const table = tags.map(({ signature, value }, i) =>
    concat(latin1(signature), u32(offsets[i] ?? 0), u32(value.length)),
  );
  const size = start + tags.reduce((sum, { value }) => sum + value.length, 0);
  return concat(
    concat(u32(size), latin1('appl'), u16(version), u16(0), latin1('mntrRGB XYZ ')),
    concat(...date.map((part) => u16(part)), latin1('acsp'), new Uint8Array(24), u32(intent), new Uint8Array(60)),
    concat(u32(count), ...table, ...tags.map(({ value }) => value)),
  );
}

/** The type of a name in version 2: a length, ASCII with a NUL, and texts in other codes, which are empty here. */
export function iccDescription(text: string): Uint8Array {
  return concat(latin1('desc'), u32(0), u32(text.length + 1), latin1(`${text}\0`), new Uint8Array(78));
}

export function iccText(text: string): Uint8Array {
  return concat(latin1('text'), u32(0), latin1(`${text}\0`));
}

/** The type of a name in version 4: a text for each language, as `enUS`. */
export function iccTranslations(texts: Readonly<Record<string, string>>): Uint8Array {
  const encoded = Object.entries(texts).map(([language, text]) => ({ language, bytes: utf16(text, false) }));
  let offset = 16 + 12 * encoded.length;
  const records = encoded.map(({ language, bytes }) => {
    const record = concat(latin1(language), u32(bytes.length), u32(offset));
    offset += bytes.length;
    return record;
  });
  return concat(latin1('mluc'), u32(0), u32(encoded.length), u32(12), ...records, ...encoded.map(({ bytes }) => bytes));
}

/** Attributes, size and stored offset of an image. */
export type MpfEntry = readonly [attributes: number, size: number, offset: number];

/** The TIFF stream of an MPF index. */
export function buildMpf(entries: readonly MpfEntry[], littleEndian = false): Uint8Array {
  const [short, long] = [(value: number) => u16(value, littleEndian), (value: number) => u32(value, littleEndian)];
  const entry = (tag: number, type: number, count: number, value: Uint8Array) =>
    concat(short(tag), short(type), long(count), value);
  return concat(
    concat(latin1(littleEndian ? 'II*\0' : 'MM\0*'), long(8), short(3)),
    entry(0xb000, 7, 4, latin1('0100')),
    entry(0xb001, 4, 1, long(entries.length)),
    entry(0xb002, 7, 16 * entries.length, long(50)),
    concat(long(0), ...entries.map((image) => concat(...image.map((part) => long(part)), long(0)))),
  );
}
