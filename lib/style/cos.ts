// The default style: the body that the service being replaced sends. One flat object, `{"<Name>":{"val":"<text>"}}`, sorted by
// name. Names and texts are those that exiv2 0.27.6 prints.
import { maxAnswerBytes } from '../limits';
import { Tag } from '../tag/ids';
import { type NameOrder, nameOrder } from '../tag/name-order';
import { isBeyondLimits } from '../tag/pointer';
import type { ExifDocument, ExifRecord, IfdPath, Style, TagEntry, TagFilter } from '../types';
import { hidesAll, showsAll } from './only';
import { jsonWriter } from './text/json-writer';
import { plainText } from './text/plain-text';
import { writePlain, writeShort } from './text/write-plain';

/**
 * The IFDs that are merged. When two have a tag of the same name, the first IFD wins. IFD1 is about the thumbnail and is left
 * out.
 */
const merged: readonly IfdPath[] = ['IFD0', 'Exif', 'GPS', 'Interop'];

const colorSpaces: ReadonlyMap<string, string> = new Map([
  ['1', 'sRGB'],
  ['2', 'Adobe RGB'],
  ['65535', 'Uncalibrated'],
]);

/** The body of an answer without EXIF, with exactly these spaces. */
const noExif = '{"error" : "no exif data"}';

export const cos = { name: 'cos', render } as const satisfies Style;

let made: NameOrder | null = null;

function order(): NameOrder {
  made ??= nameOrder(merged);
  return made;
}

/** Used by one rendering after the other. */
const writer = jsonWriter();

/**
 * The JSON text of a record, at most `maxAnswerBytes` of UTF-8, with the tags that `shows` selects. An image that has EXIF, but
 * none of these tags, is `{}`.
 */
function render(record: ExifRecord, shows: TagFilter = showsAll): string {
  const { document } = record;
  const isEmpty = document === null || !writeMembers(document, shows);
  if (isEmpty) return hidesAll(record, shows) ? '{}' : noExif;
  return writer.text();
}

/** Writes name and text of each tag, sorted by name; false when no tag has a text. A tag that does not fit is left out. */
function writeMembers(document: ExifDocument, shows: TagFilter): boolean {
  let hasText = false;
  writer.cut(0);
  writer.ascii('{');
  const { names } = order();
  const found = entriesByPlace(document, shows);
  for (let place = 0; place < names.length; place++) {
    const entry = found[place];
    if (entry === undefined) continue;
    const before = writer.length();
    // The names come from our tables: none of them needs escaping.
    writer.ascii(before === 1 ? '"' : ',"');
    writer.ascii(names[place] as string);
    writer.ascii('":{"val":"');
    const isWritten = writeText(entry, document.littleEndian);
    hasText ||= isWritten;
    writer.ascii('"}');
    if (!isWritten || writer.length() > maxAnswerBytes - 2) writer.cut(before);
  }
  writer.ascii('}');
  return hasText;
}

/** The entry of each name, at the place of the name. */
function entriesByPlace({ entries }: ExifDocument, shows: TagFilter): readonly (TagEntry | undefined)[] {
  const { names, places } = order();
  const found = new Array<TagEntry | undefined>(names.length);
  for (const ifd of merged) {
    const ofTags = places.get(ifd);
    for (const entry of entries) {
      if (entry.ifd !== ifd || isBeyondLimits(entry) || !shows(entry)) continue;
      const place = ofTags?.get(entry.tag);
      if (place !== undefined) found[place] ??= entry;
    }
  }
  return found;
}

function writeText(entry: TagEntry, littleEndian: boolean): boolean {
  if (entry.ifd !== 'Exif' || entry.tag !== Tag.ColorSpace) return writePlain(writer, entry, littleEndian);
  const text = plainText(entry, littleEndian);
  return text !== null && writeShort(writer, colorSpaces.get(text) ?? text);
}
