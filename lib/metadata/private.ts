// The answer of `exif/private`: what an object gives away, and where. It has no value of the object, so it can be logged.
// docs/schema/private.schema.json describes it.
import type { BlockName } from '../block/block';
import { usualPrefix } from '../block/xmp-namespaces';
import { answerGroups, type MakerNoteAnswers } from '../maker-note';
import { isText, numbersOf, textOf } from '../style/text/entry-value';
import type { TagGroup } from '../tag/groups';
import { anyTagName } from '../tag/lookup';
import type { ExifDocument, TagEntry } from '../types';
import { meaningOf } from '../video/answers';
import type { VideoRecord } from '../video/record';
import { aiOf } from './ai';
import type { MetadataAnswer } from './content';
import { generatorTexts } from './generator-text';
import { labelledBlocks } from './labelled-blocks';
import { iptcMarks, type Marks, textMark, unknownMarks, videoMarks } from './marks';
import type { MetadataRecord } from './record';
import { tagMarks } from './tag-marks';
import { isOtherPicture } from './thumbnail-shape';
import { xmpMarks } from './xmp-marks';

/** The kinds of findings in the order of the answer, and the group of EXIF_DROP that leaves each out. */
const kinds = [
  ['position', 'gps'],
  ['serial', 'serial'],
  ['name', 'owner'],
  ['face', 'faces'],
  ['thumbnail', 'thumbnail'],
  ['makernote', 'makernote'],
  ['prompt', 'prompt'],
] as const satisfies readonly (readonly [kind: string, group: TagGroup])[];

/** What the object gives away. `where` are places such as `EXIF GPSLatitude`, `size` is in bytes. */
export type Finding = Readonly<{
  kind: (typeof kinds)[number][0];
  where: readonly string[];
  size?: number;
  drop: TagGroup;
}>;

/** A place, and what its content is about. */
type Place = readonly [where: string, marks: Marks];

export const privateAnswer: MetadataAnswer = {
  id: 'private',
  wanted: new Set<BlockName>(['exif', 'makernote', 'xmp', 'iptc', 'c2pa', 'text']),
  thumbnail: true,
  type: 'application/json',
  render(record) {
    const findings = findingsOf(record);
    return JSON.stringify({ private: findings.length > 0, findings });
  },
};

/** What a record gives away: what was dropped of it is not found. */
export function findingsOf(record: MetadataRecord): readonly Finding[] {
  const places = placesOf(record);
  const isGenerated = aiOf(labelledBlocks(record), record.signs)?.generated === true;
  // Of a generated picture, a description may be its prompt.
  const isAbout = (marks: Marks, group: TagGroup): boolean =>
    marks.includes(group) || (group === 'prompt' && isGenerated && marks !== unknownMarks && marks.includes('?prompt'));
  const size = noteSize(record);
  return kinds.flatMap(([kind, drop]) => {
    const where = [...new Set(places.flatMap(([place, marks]) => (isAbout(marks, drop) ? [place] : [])))];
    return where.length === 0 ? [] : [{ kind, where, ...(kind === 'makernote' ? { size } : {}), drop }];
  });
}

function placesOf(record: MetadataRecord): readonly Place[] {
  const { exif, blocks, makerNote, video, thumbnail } = record;
  const { xmp, iptc, text } = blocks;
  const isOther = thumbnail != null && isOtherPicture(thumbnail, exif.shape);
  return [
    ...(exif.document === null ? [] : exifPlaces(exif.document)),
    ...(makerNote === null ? [] : notePlaces(makerNote)),
    ...(xmp?.properties ?? []).flatMap((property): Place[] => {
      const { namespace, prefix, name, value } = property;
      return value === '' ? [] : [[`XMP ${usualPrefix(namespace, prefix)}:${name}`, xmpMarks(property)]];
    }),
    ...(iptc?.datasets ?? []).flatMap(({ record: number, dataset, text: value }): Place[] => {
      const isEmpty = value === null || value.trim() === '';
      return isEmpty
        ? []
        : [[`IPTC ${number}:${String(dataset).padStart(2, '0')}`, iptcMarks.get(`${number}:${dataset}`) ?? []]];
    }),
    ...text.map(({ keyword }): Place => [`text ${keyword}`, textMark(keyword)]),
    ...(video === null ? [] : videoPlaces(video)),
    ...generatorTexts(labelledBlocks(record)).flatMap(({ where, hasPrompt }): Place[] =>
      hasPrompt ? [[where, ['prompt']]] : [],
    ),
    ...(isOther ? [['EXIF thumbnail', ['thumbnail']] satisfies Place] : []),
  ];
}

const noteNames: readonly string[] = ['MakerNote', 'DNGPrivateData'];

function exifPlaces({ entries, littleEndian }: ExifDocument): readonly Place[] {
  const text = (entry: TagEntry | undefined): string => textOf(entry, littleEndian);
  const named = (entry: TagEntry): string | null => anyTagName(entry.ifd, entry.tag);
  const model = text(entries.find((entry) => entry.ifd === 'IFD0' && named(entry) === 'Model'));
  return entries.flatMap((entry): Place[] => {
    const name = named(entry);
    if (name === null || isEmpty(entry, text)) return [];
    if (noteNames.includes(name)) return [[`EXIF ${name}`, ['makernote']]];
    // Telephones write their model as the name of the computer.
    return name === 'HostComputer' && text(entry) === model ? [] : [[`EXIF ${name}`, tagMarks(entry)]];
  });
}

/** Whether the value is a blank text, or has no number, as `0/0`. */
function isEmpty(entry: TagEntry, text: (entry: TagEntry) => string): boolean {
  if (isText(entry)) return text(entry) === '';
  const numbers = numbersOf(entry, 3);
  return numbers.length > 0 && numbers.every((number) => number === null);
}

function notePlaces(answers: MakerNoteAnswers): readonly Place[] {
  return Object.entries(answerGroups).flatMap(([name, group]): Place[] =>
    name in answers && group !== 'makernote' ? [[`maker note ${name}`, [group]]] : [],
  );
}

function videoPlaces({ latitude, author, copyright, livePhotoId, texts }: VideoRecord): readonly Place[] {
  const stated = { place: latitude, author, copyright, livePhotoId };
  const serial = texts.find(({ name }) => meaningOf(name) === 'serialNumber')?.value ?? null;
  return Object.entries({ ...stated, serialNumber: serial }).flatMap(([meaning, value]): Place[] =>
    value === null ? [] : [[`video ${meaning}`, videoMarks.get(meaning) ?? []]],
  );
}

/** Bytes of all maker notes. */
function noteSize({ exif }: MetadataRecord): number {
  const notes = exif.document?.entries.filter(({ ifd, tag }) => noteNames.includes(anyTagName(ifd, tag) ?? '')) ?? [];
  return notes.reduce((sum, { count }) => sum + count, 0);
}
