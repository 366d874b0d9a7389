// The default style: the body that the service being replaced sends. One flat object, `{"<Name>":{"val":"<text>"}}`, sorted by
// name. Names and texts are those that exiv2 0.27.6 prints.
import { maxValueText } from '../limits';
import { Tag } from '../tag/ids';
import { entriesByName, tagName } from '../tag/lookup';
import type { ExifDocument, ExifRecord, IfdPath, Style, TagEntry, TagFilter } from '../types';
import { hidesAll, showsAll } from './only';
import { answerBudget } from './text/answer-budget';
import { plainText } from './text/plain-text';

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

/**
 * The JSON text of a record, at most `maxAnswerBytes` of UTF-8, with the tags that `shows` selects. An image that has EXIF, but
 * none of these tags, is `{}`.
 */
function render(record: ExifRecord, shows: TagFilter = showsAll): string {
  const members = record.document === null ? [] : toMembers(record.document, shows);
  if (members.length === 0) return hidesAll(record, shows) ? '{}' : noExif;
  // The names come from our tables: none of them needs escaping.
  const texts = members.map(([name, value]) => `"${name}":{"val":${JSON.stringify(value)}}`);
  return `{${texts.filter(answerBudget()).join(',')}}`;
}

/** Name and text of each tag, sorted by name. A tag whose text is too long is left out. */
function toMembers(document: ExifDocument, shows: TagFilter): [string, string][] {
  const members: [string, string][] = [];
  for (const [name, entry] of entriesByName(document.entries.filter(shows), merged, tagName)) {
    const text = toText(entry, document.littleEndian);
    if (text !== null && text.length <= maxValueText) members.push([name, text]);
  }
  return members.sort(([a], [b]) => (a < b ? -1 : 1));
}

function toText(entry: TagEntry, littleEndian: boolean): string | null {
  const text = plainText(entry, littleEndian);
  return entry.ifd === 'Exif' && entry.tag === Tag.ColorSpace && text !== null ? (colorSpaces.get(text) ?? text) : text;
}
