// The way back from the style `typed`: a document made of its JSON and nothing else.
import { decodeWindows1252 } from '../../lib/bytes/charset';
import { tagTypes } from '../../lib/tiff/type';
import type { ExifDocument, IfdPath, Rational, TagEntry, TagValue } from '../../lib/types';

type Part = number | string | Rational;

/** A tag of the JSON (docs/schema/typed.schema.json). */
export type TypedTag = Readonly<{
  id: number;
  name: string | null;
  type: string;
  count: number;
  value?: Part | readonly Part[];
  charset?: string;
  base64?: string;
  omitted?: true;
}>;

/** The members of the JSON that are compared. */
export type TypedAnswer = Readonly<{
  byteOrder: 'little' | 'big' | null;
  ifds: Readonly<Record<string, readonly TypedTag[]>>;
  derived: Readonly<Record<string, string | number>>;
}>;

const typeNumbers: ReadonlyMap<string, number> = new Map([...tagTypes].map(([number, { name }]) => [name, number]));
const ASCII = 2;
const UNDEFINED = 7;
/** Bytes of the name of a code before a comment. */
const codeLength = 8;
const commentTags: readonly string[] = ['Exif:37510', 'GPS:27', 'GPS:28'];
const windows1252: ReadonlyMap<string, number> = new Map(
  Array.from({ length: 256 }, (_, byte) => [decodeWindows1252(Uint8Array.of(byte)), byte]),
);

/** Every tag of the answer as an entry, in the order of `like`, which the JSON has only within each IFD. */
export function documentOf(answer: TypedAnswer, like: ExifDocument): ExifDocument {
  const taken = new Map<IfdPath, number>();
  const entries = like.entries.flatMap(({ ifd }) => {
    const at = taken.get(ifd) ?? 0;
    taken.set(ifd, at + 1);
    const tag = answer.ifds[ifd]?.[at];
    return tag === undefined ? [] : [entryOf(ifd, tag, answer.byteOrder === 'little')];
  });
  return { littleEndian: answer.byteOrder === 'little', entries, warnings: [], pages: 1 };
}

/** Comments lose the name of their code, which is guessed from `charset`; all else is as stored. */
export function isComment({ ifd, tag, type }: Pick<TagEntry, 'ifd' | 'tag' | 'type'>): boolean {
  return type === UNDEFINED && commentTags.includes(`${ifd}:${tag}`);
}

function entryOf(ifd: IfdPath, tag: TypedTag, littleEndian: boolean): TagEntry {
  const type = typeNumbers.get(tag.type) ?? 0;
  return { ifd, tag: tag.id, type, count: tag.count, offset: 0, value: decode(ifd, type, tag, littleEndian) };
}

function decode(ifd: IfdPath, type: number, tag: TypedTag, littleEndian: boolean): TagValue {
  if (tag.base64 !== undefined) return Uint8Array.from(Buffer.from(tag.base64, 'base64'));
  if (tag.value === undefined) return null;
  const isList =
    Array.isArray(tag.value) && (tagTypes.get(type)?.kind.endsWith('rational') !== true || tag.count !== 1);
  const parts = (isList ? tag.value : [tag.value]) as readonly Part[];
  const isBytes = tagTypes.get(type)?.size === 1;
  if (!isBytes && tag.charset !== undefined) return units(parts.join('\0'), tag, littleEndian);
  if (!isBytes) return parts.map((part) => (typeof part === 'string' ? Number(part) : part)) as TagValue;
  if (parts.every((part) => typeof part === 'number')) return Uint8Array.from(parts, (byte) => Number(byte) & 0xff);
  const bytes = encode(parts.join('\0'), tag.charset);
  if (isComment({ ifd, tag: tag.id, type })) return comment(bytes, tag.charset);
  return pad(hasLostCode(ifd, type, tag, bytes) ? comment(bytes, tag.charset) : bytes, tag.count);
}

/** Whether a comment of type ASCII is by the length of a code shorter than it is stored. */
function hasLostCode(ifd: IfdPath, type: number, { id, count }: TypedTag, text: Uint8Array): boolean {
  return type === ASCII && commentTags.includes(`${ifd}:${id}`) && count >= text.length + codeLength;
}

/** The numbers of a text that is stored as SHORT. */
function units(text: string, { charset, count }: TypedTag, littleEndian: boolean): readonly number[] {
  const bytes = pad(encode(text, charset), 2 * count);
  const view = new DataView(bytes.buffer);
  return Array.from({ length: count }, (_, at) => view.getUint16(2 * at, littleEndian));
}

function encode(text: string, charset: string | undefined): Uint8Array {
  if (charset === 'windows-1252') return Uint8Array.from(text, (char) => windows1252.get(char) ?? 0x3f);
  if (charset !== 'UTF-16LE' && charset !== 'UTF-16BE') return Uint8Array.from(Buffer.from(text, 'utf8'));
  const bytes = Buffer.from(text, 'utf16le');
  return Uint8Array.from(charset === 'UTF-16LE' ? bytes : bytes.swap16());
}

/** A comment as ExifTool reads it: with its code, and a byte order mark where that has an order. */
function comment(text: Uint8Array, charset: string | undefined): Uint8Array {
  const mark = charset === 'UTF-16LE' ? [0xff, 0xfe] : charset === 'UTF-16BE' ? [0xfe, 0xff] : [];
  const code = mark.length > 0 ? 'UNICODE\0' : 'ASCII\0\0\0';
  return Uint8Array.from([...Buffer.from(code), ...mark, ...text]);
}

function pad(bytes: Uint8Array, length: number): Uint8Array {
  const padded = new Uint8Array(Math.max(length, bytes.length));
  padded.set(bytes);
  return padded;
}
