// The body of `x-oss-process=image/info` of Alibaba Cloud OSS: one flat object, `"<Name>": {"value": "<text>"}`, members
// sorted by name, the image's own beside those of EXIF. Texts are exiv2's plain ones but for positions and maker notes.
import { maxValueText } from '../limits';
import { tagName } from '../tag/name';
import { makerNote, pointerNames } from '../tag/pointer';
import type { ExifDocument, ExifRecord, IfdPath, Style, TagEntry } from '../types';
import { mergedTags } from './image/merged-tags';
import { shownSize } from './image/shown-image';
import { answerBudget } from './text/answer-budget';
import { plainText } from './text/plain-text';

/** The thumbnail's tags come last: `Compression` and `JPEGInterchangeFormat` are there where no other IFD has them. */
const merged: readonly IfdPath[] = ['IFD0', 'Exif', 'GPS', 'Interop', 'IFD1'];
const resolutionNames = ['XResolution', 'YResolution', 'ResolutionUnit'];
const formats: ReadonlyMap<string, string> = new Map([
  ['jpeg', 'jpg'],
  ['heif', 'heic'],
]);
/** Of GPSLatitudeRef and GPSLongitudeRef. */
const directions: ReadonlyMap<string, string> = new Map([
  ['N', 'North'],
  ['S', 'South'],
  ['E', 'East'],
  ['W', 'West'],
]);
/** Degrees, minutes and seconds: their signs, and the decimals of one that is not whole. */
const units = [
  ['deg', 7],
  ["'", 5],
  ['"', 3],
] as const;

export const oss = { name: 'oss', render } as const satisfies Style;

/** The JSON text of a record, at most `maxAnswerBytes` of UTF-8; the image's own members are always there. */
function render(record: ExifRecord): string {
  const tags = record.document === null ? [] : tagTexts(record.document);
  const own = ownTexts(record, new Set(tags.map(([name]) => name)));
  const fits = answerBudget();
  const members = [...own, ...tags.filter(([name]) => !own.has(name)).sort(byName)].filter((member) =>
    fits(memberText(member)),
  );
  return `{${members.sort(byName).map(memberText).join(',')}}`;
}

type Member = readonly [name: string, text: string];

function memberText([name, value]: Member): string {
  return `\n    ${JSON.stringify(name)}: {"value": ${JSON.stringify(value)}}`;
}

function byName([a]: Member, [b]: Member): number {
  return a < b ? -1 : 1;
}

/** What the container says of the image. Its density only where EXIF states none. */
function ownTexts({ stat, shape, container }: ExifRecord, tagged: ReadonlySet<string>): ReadonlyMap<string, string> {
  const { width, height } = shownSize(shape);
  const own = new Map([
    ['FileSize', String(stat.size)],
    ['Format', shape.format ?? formats.get(container) ?? container],
    ['FrameCount', String(shape.frames)],
  ]);
  if (height !== null) own.set('ImageHeight', String(height));
  if (width !== null) own.set('ImageWidth', String(width));
  // A decoder that turns the image itself leaves nothing to be turned.
  if (shape.orientation !== undefined && tagged.has('Orientation')) own.set('Orientation', '1');
  const density = shape.dpi ?? shape.density;
  if (density === undefined || resolutionNames.some((name) => tagged.has(name))) return own;
  own.set('XResolution', fraction(density[0]));
  own.set('YResolution', fraction(density[1]));
  return own.set('ResolutionUnit', shape.dpi === undefined ? '1' : '2');
}

function fraction(value: number): string {
  return Number.isInteger(value) ? `${value}/1` : `${Math.round(100 * value)}/100`;
}

function tagTexts(document: ExifDocument): Member[] {
  const tags = mergedTags(document, merged, ({ ifd, tag }) => pointerNames.get(tag) ?? tagName(ifd, tag));
  return [...tags].flatMap(([name, entry]): Member[] => {
    const text = textOf(name, entry, document.littleEndian);
    return text === null || text.length > maxValueText ? [] : [[name, text]];
  });
}

function textOf(name: string, entry: TagEntry, littleEndian: boolean): string | null {
  if (entry.tag === makerNote && entry.ifd === 'Exif') return `${entry.count} bytes undefined data`;
  const text = plainText(entry, littleEndian);
  if (text === null || entry.ifd !== 'GPS') return text;
  if (name === 'GPSLatitudeRef' || name === 'GPSLongitudeRef') return directions.get(text) ?? `(${text})`;
  return name === 'GPSLatitude' || name === 'GPSLongitude' ? degreesText(entry, text) : text;
}

/** `52deg 30' 58.610" `, with a blank behind each part; parts that are 0 are left out at the end. */
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
