// The style for people: `{"summary":..,"position":..,"IFD0":{"<Name>":"<text>"},"Exif":{..}}`, names as in `cos`. Words for
// enumerated values are those of exifr, if it has any.
import { Tag } from '../tag/ids';
import { type Entries, indexEntries, tagName } from '../tag/lookup';
import { pointerTags } from '../tag/pointer';
import type { ExifRecord, IfdPath, Style, TagFilter } from '../types';
import { derive } from './derived/derive';
import { showsAll } from './only';
import { positionText } from './readable/gps-text';
import { readableText } from './readable/readable-text';
import { summaryText } from './readable/summary';
import { answerBudget } from './text/answer-budget';

/** The IFDs that are shown, in this order. IFD1 is about the thumbnail. */
const shown: readonly IfdPath[] = ['IFD0', 'Exif', 'GPS', 'Interop', 'IFD1'];

export const readable = { name: 'readable', render } as const satisfies Style;

/**
 * The JSON text of a record, at most `maxAnswerBytes` of UTF-8, with the tags that `shows` selects; `{}` for an image without
 * EXIF.
 */
function render(record: ExifRecord, shows: TagFilter = showsAll): string {
  const { document } = record;
  if (document === null) return '{}';
  const entries = indexEntries(document);
  const derived = derive(record, shows);
  const fits = answerBudget();
  const members: string[] = [];
  for (const [name, text] of [
    ['summary', summaryText(derived, entries, shows)],
    ['position', positionText(derived)],
  ] as const) {
    const member = `"${name}":${JSON.stringify(text)}`;
    if (text !== null && fits(member)) members.push(member);
  }
  for (const ifd of shown) {
    const group = renderIfd(ifd, entries, shows, fits);
    if (group.length > 0 && fits(`"${ifd}":{}`)) members.push(`"${ifd}":{${group.join(',')}}`);
  }
  return `{${members.join(',')}}`;
}

/** The members of one IFD, in the order of the file. */
function renderIfd(ifd: IfdPath, entries: Entries, shows: TagFilter, fits: (text: string) => boolean): string[] {
  const members: string[] = [];
  for (const entry of entries.of(ifd)) {
    if (pointerTags.has(entry.tag) || entry.tag === Tag.MakerNote || !shows(entry)) continue;
    const name = tagName(ifd, entry.tag);
    const text = name === null ? null : readableText(entry, entries);
    if (text === null || text === '') continue;
    const member = `${JSON.stringify(name)}:${JSON.stringify(text)}`;
    if (fits(member)) members.push(member);
  }
  return members;
}
