// The body of `x-oss-process=image/info` of Alibaba Cloud OSS: one flat object, `"<Name>": {"value": "<text>"}`, sorted by
// name, with members about the image and members for tags. Texts are the plain ones of exiv2, except for positions and maker
// notes.
import { maxValueText } from '../limits';
import { Tag } from '../tag/ids';
import { anyTagName, entriesByName } from '../tag/lookup';
import { describesThumbnail } from '../tag/thumbnail-ifd';
import type { ExifDocument, ExifRecord, IfdPath, Style, TagEntry, TagFilter } from '../types';
import { framesOf, shownSize } from './derived/shown-image';
import { statedLetter } from './derived/stated';
import { showsAll } from './only';
import { answerBudget } from './text/answer-budget';
import { isText } from './text/entry-value';
import { quote } from './text/json-text';
import { plainText } from './text/plain-text';

/** The tags of the thumbnail come last: its `Compression` and `JPEGInterchangeFormat` are shown if no other IFD has them. */
const merged: readonly IfdPath[] = ['IFD0', 'Exif', 'GPS', 'Interop', 'IFD1'];
const resolutionNames = ['XResolution', 'YResolution', 'ResolutionUnit'];
const formats: ReadonlyMap<string, string> = new Map([
  ['jpeg', 'jpg'],
  ['heif', 'heic'],
]);
/** The words for GPSLatitudeRef and GPSLongitudeRef. */
const directions: ReadonlyMap<string, string> = new Map([
  ['N', 'North'],
  ['S', 'South'],
  ['E', 'East'],
  ['W', 'West'],
]);
/** Degrees, minutes and seconds: their signs, and the number of decimals if the value is not whole. */
const units = [
  ['deg', 7],
  ["'", 5],
  ['"', 3],
] as const;

/** Members that only the container gives: a tag with such a name may be about a thumbnail or a raw image. */
const sizes: readonly string[] = ['ImageWidth', 'ImageHeight'];

export const oss = { name: 'oss', render } as const satisfies Style;

/**
 * The JSON text of a record, at most `maxAnswerBytes` of UTF-8. The members about the image are always present; `shows` selects
 * the tags.
 */
function render(record: ExifRecord, shows: TagFilter = showsAll): string {
  const tags =
    record.document === null ? [] : tagTexts(record.document, shows).filter(([name]) => !sizes.includes(name));
  const own = ownTexts(record, new Set(tags.map(([name]) => name)));
  const fits = answerBudget();
  const members = [...own, ...tags.filter(([name]) => !own.has(name)).sort(byName)].filter((member) =>
    fits(memberText(member)),
  );
  return `{${members.sort(byName).map(memberText).join(',')}}`;
}

type Member = readonly [name: string, text: string];

function memberText([name, value]: Member): string {
  return `\n    ${quote(name)}: {"value": ${quote(value)}}`;
}

function byName([a]: Member, [b]: Member): number {
  return a < b ? -1 : 1;
}

/** The members that the container gives. Its density is used only if EXIF states none. */
function ownTexts(record: ExifRecord, shown: ReadonlySet<string>): ReadonlyMap<string, string> {
  const { stat, shape, container, document } = record;
  const { width, height } = shownSize(shape);
  const own = new Map([
    ['FileSize', String(stat.size)],
    ['Format', shape.format ?? formats.get(container) ?? container],
    ['FrameCount', String(framesOf(shape))],
  ]);
  if (height !== null) own.set('ImageHeight', String(height));
  if (width !== null) own.set('ImageWidth', String(width));
  // Decoders of these formats turn the image, so it is upright already.
  if (shape.orientation !== undefined && shown.has('Orientation')) own.set('Orientation', '1');
  const density = shape.dpi ?? shape.density;
  if (density === undefined || (document !== null && statesDensity(document))) return own;
  own.set('XResolution', fraction(density[0]));
  own.set('YResolution', fraction(density[1]));
  return own.set('ResolutionUnit', shape.dpi === undefined ? '1' : '2');
}

function statesDensity(document: ExifDocument): boolean {
  const tags = namedTags(document, showsAll);
  return resolutionNames.some((name) => tags.has(name));
}

function fraction(value: number): string {
  return Number.isInteger(value) ? `${value}/1` : `${Math.round(100 * value)}/100`;
}

/** Second pages of a TIFF are left out: only the IFD1 of a thumbnail is about the image. */
function namedTags(document: ExifDocument, shows: TagFilter): ReadonlyMap<string, TagEntry> {
  const ifds = describesThumbnail(document) ? merged : merged.filter((ifd) => ifd !== 'IFD1');
  return entriesByName(document.entries.filter(shows), ifds, anyTagName);
}

function tagTexts(document: ExifDocument, shows: TagFilter): Member[] {
  return [...namedTags(document, shows)].flatMap(([name, entry]): Member[] => {
    const text = ossText(name, entry, document.littleEndian);
    return text === null || text.length > maxValueText ? [] : [[name, text]];
  });
}

function ossText(name: string, entry: TagEntry, littleEndian: boolean): string | null {
  if (entry.tag === Tag.MakerNote && entry.ifd === 'Exif') return `${entry.count} bytes undefined data`;
  const text = plainText(entry, littleEndian);
  if (text === null || entry.ifd !== 'GPS') return text;
  // For every type except text, exiv2 reads the first number as the code of the letter.
  const letter = isText(entry) ? text : statedLetter(entry);
  if (name === 'GPSLatitudeRef' || name === 'GPSLongitudeRef') return directions.get(letter) ?? `(${text})`;
  return name === 'GPSLatitude' || name === 'GPSLongitude' ? degreesText(entry, text) : text;
}

/** `52deg 30' 58.610" `, with a space after each part. Parts of 0 at the end are left out. */
function degreesText({ value }: TagEntry, plain: string): string {
  const parts = value === null || value.length !== 3 ? [] : [...value].filter((part) => typeof part !== 'number');
  if (parts.length !== 3) return plain;
  const shown = parts.slice(
    0,
    1 +
      Math.max(
        0,
        parts.findLastIndex(([numerator]) => numerator !== 0),
      ),
  );
  if (shown.some(([, denominator]) => denominator === 0)) return `(${plain})`;
  const texts = shown.map(([numerator, denominator], i) => {
    const [sign, decimals] = units[i] ?? units[0];
    return `${(numerator / denominator).toFixed(numerator % denominator === 0 ? 0 : decimals)}${sign} `;
  });
  return texts.join('');
}
