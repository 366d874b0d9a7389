// The body of `?exif` of Qiniu Kodo: one flat object, `{"<Name>":{"val":"<text>","type":<TIFF type>}}`, sorted by name. Names
// and texts are those of libexif 0.6.24. Tags of the thumbnail's IFD have the prefix `thumbnail:`.
import { Tag } from '../tag/ids';
import { indexEntries, tagName } from '../tag/lookup';
import { isBeyondLimits, pointerTags } from '../tag/pointer';
import { describesThumbnail } from '../tag/thumbnail-ifd';
import type { ExifDocument, ExifRecord, IfdPath, Style, TagFilter } from '../types';
import { libexifText } from './libexif/libexif-text';
import { libexifNames } from './libexif/libexif-words';
import { hidesAll, showsAll } from './only';
import { answerBudget } from './text/answer-budget';

/** The IFDs, and the prefix of the names of each. When two have a tag of the same name, the first IFD wins. */
const merged: readonly (readonly [IfdPath, string])[] = [
  ['IFD0', ''],
  ['Exif', ''],
  ['GPS', ''],
  ['Interop', ''],
  ['IFD1', 'thumbnail:'],
];

/** The tags with the place of the thumbnail: libexif removes them together with the thumbnail. */
const thumbnailPlace: readonly number[] = [Tag.JPEGInterchangeFormat, Tag.JPEGInterchangeFormatLength];

export const qiniu = { name: 'qiniu', render } as const satisfies Style;

/** The body for an image without EXIF. */
const noExif = '{"error":"no exif data"}';

/**
 * The JSON text of a record, at most `maxAnswerBytes` of UTF-8, with the tags that `shows` selects. An image that has EXIF, but
 * none of these tags, is `{}`.
 */
function render(record: ExifRecord, shows: TagFilter = showsAll): string {
  const members = record.document === null ? [] : toMembers(record.document, shows);
  const fits = answerBudget();
  const texts = members
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, val, type]) => `${JSON.stringify(name)}:${JSON.stringify({ val, type })}`)
    .filter(fits);
  if (texts.length === 0) return hidesAll(record, shows) ? '{}' : noExif;
  return `{${texts.join(',')}}`;
}

function toMembers(document: ExifDocument, shows: TagFilter): [name: string, val: string, type: number][] {
  const members: [string, string, number][] = [];
  const seen = new Set<string>();
  const entries = indexEntries(document);
  const isThumbnail = describesThumbnail(document);
  for (const [ifd, prefix] of merged) {
    if (ifd === 'IFD1' && !isThumbnail) continue;
    for (const entry of entries.of(ifd)) {
      if (pointerTags.has(entry.tag) || !shows(entry)) continue;
      if (ifd === 'IFD1' && thumbnailPlace.includes(entry.tag)) continue;
      const name = nameOf(ifd, entry.tag);
      if (name === null || seen.has(prefix + name)) continue;
      const text = libexifText(entry, document.littleEndian);
      if (text === null && isBeyondLimits(entry)) continue;
      seen.add(prefix + name);
      if (text !== null) members.push([prefix + name, text, entry.type]);
    }
  }
  return members;
}

function nameOf(ifd: IfdPath, tag: number): string | null {
  const own = ifd === 'GPS' || ifd === 'Interop' ? undefined : libexifNames.get(tag);
  return own ?? tagName(ifd, tag);
}
