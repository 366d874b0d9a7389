// The style `flat`: what people mean by "the EXIF" of an image, as one object with plain names and native types.
// docs/schema/flat.schema.json describes it.
import { GpsTag, Tag } from '../tag/ids';
import { type Entries, entriesByName, indexEntries, tagName } from '../tag/lookup';
import { isBeyondLimits, payloadTags } from '../tag/pointer';
import type { ExifRecord, IfdPath, Style, TagEntry, TagFilter } from '../types';
import { type DerivedMembers, derive } from './derived/derive';
import { statedNumber } from './derived/stated';
import { exposureProgramWord, flashWords, meteringModeWord, whiteBalanceWord } from './derived/words';
import { showsAll } from './only';
import { answerBudget } from './text/answer-budget';
import { isText, numbersOf, textOf } from './text/entry-value';

/** The IFDs that are merged; the first one with a tag wins. IFD1 is about the thumbnail. */
const merged: readonly IfdPath[] = ['IFD0', 'Exif', 'GPS', 'Interop'];
/** Numbers of the longest list in `tags`. */
const mostNumbers = 16;

/** The names of all members in the order of the answer, without `tags`. */
export const flatMembers: readonly string[] = [
  'make',
  'model',
  'lens',
  'software',
  'artist',
  'copyright',
  'description',
  'takenAt',
  'takenAtSource',
  'offset',
  'latitude',
  'longitude',
  'altitude',
  'direction',
  'width',
  'height',
  'orientation',
  'exposureTime',
  'fNumber',
  'iso',
  'exposureBias',
  'focalLength',
  'focalLength35',
  'flash',
  'whiteBalance',
  'meteringMode',
  'exposureProgram',
  'format',
  'size',
  'etag',
];

export const flat = { name: 'flat', render } as const satisfies Style;

/**
 * A member, and the entries whose meaning is in it: they are not repeated in `tags`. An unknown value is null: the member is
 * left out.
 */
export type Member = Readonly<{
  name: string;
  value: string | number | null;
  from: readonly (TagEntry | undefined)[];
}>;

/**
 * The JSON text of a record, at most `maxAnswerBytes` of UTF-8, with what the tags that `shows` selects give. An image without
 * EXIF has only the members about the file.
 */
function render(record: ExifRecord, shows: TagFilter = showsAll): string {
  const members = membersOf(record, shows);
  const fits = answerBudget();
  const texts = members.map(({ name, value }) => `"${name}":${JSON.stringify(value)}`).filter(fits);
  const used = new Set(members.flatMap(({ from }) => from));
  const tags = fits('"tags":{}') ? tagMembers(record, shows, used).filter(fits) : [];
  return `{${[...texts, ...(tags.length === 0 ? [] : [`"tags":{${tags.join(',')}}`])].join(',')}}`;
}

/** The members that have a value, in the order of the answer. */
export function membersOf(record: ExifRecord, shows: TagFilter = showsAll): readonly Member[] {
  const entries = indexEntries(record.document ?? { entries: [], littleEndian: true });
  const all = derive(record);
  const shown = shows === showsAll ? all : derive(record, shows);
  return [
    ...textMembers(entries, shows),
    ...timeMembers(entries, all, shown),
    ...pictureMembers(entries, shown, shows),
    ...fileMembers(record),
  ].filter(({ value }) => value !== null);
}

/** Each text is that of the first of its tags that has one, whether or not `shows` allows that tag. */
function textMembers({ image, littleEndian }: Entries, shows: TagFilter): readonly Member[] {
  const text = (name: string, ...tags: readonly number[]): Member => {
    const entry = tags.map(image).find((candidate) => textOf(candidate, littleEndian) !== '');
    return { name, value: entry !== undefined && shows(entry) ? textOf(entry, littleEndian) : null, from: [entry] };
  };
  return [
    text('make', Tag.Make),
    text('model', Tag.Model),
    text('lens', Tag.LensModel),
    text('software', Tag.Software),
    text('artist', Tag.Artist, Tag.XPAuthor),
    text('copyright', Tag.Copyright),
    text('description', Tag.ImageDescription, Tag.XPTitle),
  ];
}

/** The place, the size of the upright image, and the exposure. */
function pictureMembers({ image, at }: Entries, shown: DerivedMembers, shows: TagFilter): readonly Member[] {
  const allowed = (entry: TagEntry | undefined): TagEntry | undefined =>
    entry !== undefined && shows(entry) ? entry : undefined;
  const derived = (name: keyof DerivedMembers, ...from: readonly (TagEntry | undefined)[]): Member => {
    return { name, value: shown[name] ?? null, from };
  };
  const words = (name: string, tag: number, wordOf: (value: number) => string | null): Member => {
    const entry = allowed(image(tag));
    const value = statedNumber(entry);
    return { name, value: value === null ? null : wordOf(value), from: [entry] };
  };
  const direction = allowed(at('GPS', GpsTag.GPSImgDirection));
  return [
    derived('latitude', at('GPS', GpsTag.GPSLatitude), at('GPS', GpsTag.GPSLatitudeRef)),
    derived('longitude', at('GPS', GpsTag.GPSLongitude), at('GPS', GpsTag.GPSLongitudeRef)),
    derived('altitude', at('GPS', GpsTag.GPSAltitude), at('GPS', GpsTag.GPSAltitudeRef)),
    { name: 'direction', value: degrees(statedNumber(direction)), from: [direction] },
    derived('width'),
    derived('height'),
    derived('orientation', image(Tag.Orientation)),
    derived('exposureTime', image(Tag.ExposureTime)),
    derived('fNumber', image(Tag.FNumber)),
    derived('iso', image(Tag.ISOSpeedRatings)),
    derived('exposureBias', image(Tag.ExposureBiasValue)),
    derived('focalLength', image(Tag.FocalLength)),
    derived('focalLength35', image(Tag.FocalLengthIn35mmFilm)),
    words('flash', Tag.Flash, flashWords),
    words('whiteBalance', Tag.WhiteBalance, whiteBalanceWord),
    words('meteringMode', Tag.MeteringMode, meteringModeWord),
    words('exposureProgram', Tag.ExposureProgram, exposureProgramWord),
  ];
}

type Moment = keyof DerivedMembers & ('dateTimeOriginal' | 'dateTimeDigitized' | 'gpsDateTime' | 'dateTime');

/**
 * When the picture was taken: the first time of the whole record that is valid. GPS time comes before DateTime, which is when
 * the file was changed. `shown` has the members that the requested tags give.
 */
function timeMembers({ image, at }: Entries, all: DerivedMembers, shown: DerivedMembers): readonly Member[] {
  const of = (...tags: readonly number[]): Member['from'] => tags.map((tag) => image(tag));
  const sources: readonly Readonly<{ name: string; member: Moment; from: Member['from'] }>[] = [
    {
      name: 'DateTimeOriginal',
      member: 'dateTimeOriginal',
      from: of(Tag.DateTimeOriginal, Tag.SubSecTimeOriginal, Tag.OffsetTimeOriginal),
    },
    {
      name: 'DateTimeDigitized',
      member: 'dateTimeDigitized',
      from: of(Tag.DateTimeDigitized, Tag.SubSecTimeDigitized, Tag.OffsetTimeDigitized),
    },
    {
      name: 'GPSDateTime',
      member: 'gpsDateTime',
      from: [at('GPS', GpsTag.GPSDateStamp), at('GPS', GpsTag.GPSTimeStamp)],
    },
    { name: 'DateTime', member: 'dateTime', from: of(Tag.DateTime, Tag.SubSecTime, Tag.OffsetTime) },
  ];
  const source = sources.find(({ member }) => all[member] !== undefined);
  const takenAt = source === undefined ? undefined : shown[source.member];
  if (source === undefined || takenAt === undefined) return [];
  const [offset = null] = /(?:Z|[+-]\d\d:\d\d)$/.exec(takenAt) ?? [];
  return [
    { name: 'takenAt', value: takenAt, from: source.from },
    { name: 'takenAtSource', value: source.name, from: [] },
    { name: 'offset', value: offset, from: [] },
  ];
}

/** A direction in degrees; null outside a circle. */
function degrees(value: number | null): number | null {
  return value !== null && value >= 0 && value <= 360 ? value : null;
}

function fileMembers({ container, stat }: ExifRecord): readonly Member[] {
  return [
    { name: 'format', value: container, from: [] },
    { name: 'size', value: stat.size, from: [] },
    { name: 'etag', value: stat.etag, from: [] },
  ];
}

/** The value, as in `tags`, of the first tag that `shows` selects, also of one that gives a member; null when it has none. */
export function tagValue({ document }: ExifRecord, shows: TagFilter): string | number | readonly number[] | null {
  if (document === null) return null;
  const entries = merged.flatMap((ifd) => document.entries.filter((entry) => entry.ifd === ifd && shows(entry)));
  const entry = entries.find((candidate) => !isBeyondLimits(candidate));
  return entry === undefined || payloadTags.has(entry.tag) ? null : nativeValue(entry, document.littleEndian);
}

/** The other tags that have a name, each once, as `"<Name>":<value>`. */
export function tagMembers(
  { document }: ExifRecord,
  shows: TagFilter,
  used: ReadonlySet<TagEntry | undefined>,
): readonly string[] {
  if (document === null) return [];
  return [...entriesByName(document.entries.filter(shows), merged, tagName)].flatMap(([name, entry]) => {
    if (used.has(entry) || payloadTags.has(entry.tag)) return [];
    const value = nativeValue(entry, document.littleEndian);
    return value === null ? [] : [`"${name}":${JSON.stringify(value)}`];
  });
}

/**
 * The value as a text, a number or a list of numbers. Unknown numbers at the end of a list (0/0) are left out. null for a list
 * that is too long or has other unknown numbers, for blank text, and for a value that was not read.
 */
function nativeValue(entry: TagEntry, littleEndian: boolean): string | number | readonly number[] | null {
  const text = textOf(entry, littleEndian);
  if (text !== '') return text;
  if (isText(entry) || (entry.value?.length ?? 0) > mostNumbers) return null;
  const numbers = [...numbersOf(entry, mostNumbers)];
  while (numbers.at(-1) === null) numbers.pop();
  const known = numbers.filter((number) => number !== null);
  if (known.length === 0 || known.length < numbers.length) return null;
  return known.length === 1 ? (known[0] ?? null) : known;
}
