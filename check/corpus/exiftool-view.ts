// How ExifTool 13 shows a stored value: the same conversions, applied to what our reader holds, so that both sides can
// be compared exactly. Written from ExifTool's documented behaviour (its tag tables' Format and RawConv).
import type { Rational, TagEntry } from '../../lib/types';
import { commentText } from './exiftool-comment';
import { floatText } from './float-text';
import { storedBytes } from './stored-bytes';

/**
 * What ExifTool prints, as bytes (text is UTF-8). `partial` when printing drops stored bytes, so that equal views do not
 * prove equal bytes.
 */
export type View = Readonly<{ bytes: Uint8Array; partial: boolean }>;

/** `tiffOffset` is added to offsets. In a BigTIFF, ExifTool knows no tag that is read as another type. */
export type ViewContext = Readonly<{ littleEndian: boolean; tiffOffset: number; bigTiff?: boolean }>;

const ASCII = 2;
const SBYTE = 6;
const UNDEFINED = 7;
const UTF8 = 129;

const offsetTags: readonly number[] = [0x0111, 0x0144, 0x0201];
/** Read as pairs of signed numbers whatever the type says. */
const signedRationalTags: readonly number[] = [0x9201, 0x9204];
/** Read as the stored bytes whatever the type says. */
const byteTags: readonly number[] = [
  0x0140, 0x8298, 0x87af, 0x87b0, 0x87b1, 0x9286, 0x9c9b, 0x9c9c, 0x9c9d, 0x9c9e, 0x9c9f, 0xbc01, 0xc634, 0xc65d,
  0xc719, 0xc71c, 0xc71d, 0xc7a7,
];
/** Read as numbers of one byte whatever the type says. */
const numberTags: readonly number[] = [0x828e, 0x9009, 0x9101, 0xc7aa];
/** Trailing white space is dropped: Make, Model, Software, Artist. */
const trimmedTags: readonly number[] = [0x010f, 0x0110, 0x0131, 0x013b];
/** Trailing NULs are dropped: ExifVersion, FlashpixVersion. */
const versionTags: readonly number[] = [0x9000, 0xa000];
/** GPSProcessingMethod, GPSAreaInformation. */
const gpsComments: readonly number[] = [0x1b, 0x1c];
const gpsDateStamp = 0x1d;
const copyright = 0x8298;
const userComment = 0x9286;
const cfaPattern = 0xa302;
const compositeExposureTimes = 0xa462;
/** The byte order is added at the end. */
const geoTags: readonly number[] = [0x87af, 0x87b0];

/** The view of one entry. */
export function exifToolView(entry: TagEntry, context: ViewContext): View {
  const { value, tag, type } = entry;
  if (value === null) return { bytes: new Uint8Array(0), partial: true };
  const stored = storedBytes(entry, context.littleEndian);
  if (context.bigTiff !== true) {
    if (isByteTag(entry)) return viewBytes(entry, stored, context);
    if (numberTags.includes(tag)) return whole([...stored].join(' '));
    if (signedRationalTags.includes(tag)) return whole(signedRationals(stored, context.littleEndian));
  }
  if (!(value instanceof Uint8Array)) return viewNumbers(entry, value, context);
  if (type === UNDEFINED && value.length === 1) return whole(String(value[0]));
  if (type === ASCII || type === UTF8) return viewText(entry, value, context);
  if (type === UNDEFINED) return viewBytes(entry, value, context);
  return whole([...value].map((byte) => (type === SBYTE ? (byte << 24) >> 24 : byte)).join(' '));
}

function isByteTag({ ifd, tag }: TagEntry): boolean {
  return ifd === 'GPS' ? tag === gpsDateStamp : byteTags.includes(tag);
}

function viewNumbers(entry: TagEntry, value: readonly (number | Rational)[], context: ViewContext): View {
  const added = offsetTags.includes(entry.tag) ? context.tiffOffset : 0;
  const text = value
    .map((part) => (typeof part === 'number' ? floatText(part + added) : `${part[0]}/${part[1]}`))
    .join(' ');
  const order = context.littleEndian ? 'II' : 'MM';
  return whole(geoTags.includes(entry.tag) ? text + order : text);
}

function signedRationals(bytes: Uint8Array, littleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const starts = Array.from({ length: bytes.length >> 3 }, (_, i) => 8 * i);
  return starts.map((at) => `${view.getInt32(at, littleEndian)}/${view.getInt32(at + 4, littleEndian)}`).join(' ');
}

/** Text ends at its first NUL; anything after it, except NULs, is lost. */
function viewText({ ifd, tag }: TagEntry, value: Uint8Array, { littleEndian }: ViewContext): View {
  const end = value.indexOf(0);
  const text = end < 0 ? value : value.subarray(0, end);
  if (ifd === 'GPS' && gpsComments.includes(tag)) return { bytes: commentText(text, littleEndian), partial: true };
  const shown = trimmedTags.includes(tag) ? trimEnd(text, isSpace) : text;
  const lost = value.subarray(shown.length).some((byte) => byte !== 0);
  return { bytes: shown, partial: lost };
}

function viewBytes({ ifd, tag }: TagEntry, value: Uint8Array, { littleEndian }: ViewContext): View {
  if (ifd === 'GPS' && tag === gpsDateStamp) return { bytes: trimEnd(value, isNul), partial: false };
  if (ifd === 'GPS' && gpsComments.includes(tag)) return { bytes: commentText(value, littleEndian), partial: true };
  if (ifd === 'Interop' && tag === 2) return { bytes: trimEnd(value, isNul), partial: false };
  if (tag === userComment) return { bytes: commentText(value, littleEndian), partial: true };
  if (versionTags.includes(tag)) return { bytes: trimEnd(value, isNul), partial: false };
  if (tag === copyright) return viewCopyright(value);
  if (tag === cfaPattern) return whole(cfaText(value, littleEndian));
  if (tag === compositeExposureTimes && value.length < 8) return { bytes: new Uint8Array(0), partial: true };
  if (geoTags.includes(tag)) return { bytes: concat(value, latin(littleEndian ? 'II' : 'MM')), partial: false };
  if (trimmedTags.includes(tag)) {
    const shown = trimEnd(value, isSpace);
    return { bytes: shown, partial: shown.length < value.length };
  }
  return { bytes: value, partial: false };
}

/** Photographer, NUL, editor, NUL: the first NUL becomes a line feed, blanks before each NUL are dropped. */
function viewCopyright(value: Uint8Array): View {
  const text = String.fromCharCode(...value);
  const shown = text
    .replace(/ *\0/, '\n')
    .replace(/ *\0.*/s, '')
    .replace(/\n$/, '');
  return { bytes: latin(shown), partial: text.replace(/\0+$/, '').replace('\0', '\n') !== shown };
}

/** Columns, rows, then a number for each cell [EXIF 3.0 4.6.6.7.11]; the two may be in either byte order. */
function cfaText(value: Uint8Array, littleEndian: boolean): string {
  if (value.length < 4) return String.fromCharCode(...value);
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const size = (order: boolean) => [view.getUint16(0, order), view.getUint16(2, order)] as const;
  const fits = ([columns, rows]: readonly [number, number]) => 4 + columns * rows <= value.length;
  const [columns, rows] =
    !fits(size(littleEndian)) && fits(size(!littleEndian)) ? size(!littleEndian) : size(littleEndian);
  return [columns, rows, ...value.subarray(4)].join(' ');
}

function whole(text: string): View {
  return { bytes: new TextEncoder().encode(text), partial: false };
}

function trimEnd(bytes: Uint8Array, drops: (byte: number) => boolean): Uint8Array {
  let end = bytes.length;
  while (end > 0 && drops(bytes[end - 1] ?? 1)) end--;
  return bytes.subarray(0, end);
}

function isNul(byte: number): boolean {
  return byte === 0;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

function latin(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  return Uint8Array.from([...a, ...b]);
}
