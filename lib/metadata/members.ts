// The members of `flat` that come from several blocks, or from a block other than EXIF.

import { xmpNamespaces as ns } from '../block/xmp-namespaces';
import { propertyOf, textOf } from '../block/xmp-value';
import { numberOf, textOf as tagText } from '../style/text/entry-value';
import { Tag } from '../tag/ids';
import { indexEntries } from '../tag/lookup';
import { aiOf } from './ai';
import { labelledBlocks } from './labelled-blocks';
import { list, type Member, one, shownText, stated } from './member';
import { cleanTexts, type Merged, type MergedName, mergedTexts } from './merge';
import { personsOf } from './persons';
import type { MetadataRecord } from './record';
import { takenMembers } from './taken';

/** The names of the members, in the order of the answer. */
export const mergedNames: readonly string[] = [
  'title',
  'description',
  'keywords',
  'creator',
  'credit',
  'copyright',
  'rating',
  'label',
  'city',
  'country',
  'persons',
  'ai',
  'make',
  'model',
  'lens',
  'serialNumber',
  'lensSerialNumber',
  'shutterCount',
  'software',
  'artist',
  'takenAt',
  'takenAtSource',
  'offset',
  'offsetSource',
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
  'focusDistance',
  'flash',
  'whiteBalance',
  'meteringMode',
  'exposureProgram',
  'colorProfile',
  'hdr',
  'motionPhoto',
  'livePhotoId',
  'burstId',
];

/** Rating, of Microsoft: 0 to 5. */
const ratingNumber = 0x4746;

/** The members and warnings of a record; `own` has the members that one block has alone. */
export async function mergedMembers(
  record: MetadataRecord,
  own: ReadonlyMap<string, Member>,
): Promise<{ members: readonly Member[]; warnings: readonly string[] }> {
  const { blocks, makerNote, video } = record;
  const tags = exifTexts(record);
  const taken = await takenMembers(record, own);
  const members: readonly (Member | null)[] = [
    one('title', mergedTexts('title', blocks) ?? tags('XPTitle', Tag.XPTitle)),
    one('description', tags('ImageDescription', Tag.ImageDescription) ?? mergedTexts('description', blocks)),
    list('keywords', mergedTexts('keywords', blocks) ?? split(tags('XPKeywords', Tag.XPKeywords))),
    list('creator', split(tags('Artist', Tag.Artist)) ?? mergedTexts('creator', blocks)),
    one('credit', mergedTexts('credit', blocks)),
    one('copyright', tags('Copyright', Tag.Copyright) ?? mergedTexts('copyright', blocks)),
    ratingOf(mergedTexts('rating', blocks) ?? ratingTag(record)),
    one('label', mergedTexts('label', blocks)),
    one('city', mergedTexts('city', blocks)),
    one('country', mergedTexts('country', blocks)),
    ...deviceMembers(record, tags),
    ...taken.members,
    ...pictureMembers(record),
    ...identifiers(record),
  ];
  const persons = blocks.xmp === null ? [] : personsOf(blocks.xmp);
  const ai = aiOf(labelledBlocks(record), record.signs);
  return {
    members: [
      ...members.filter((member) => member !== null),
      ...(persons.length === 0 ? [] : [{ name: 'persons', value: persons }]),
      ...(ai === null ? [] : [{ name: 'ai', value: ai }]),
    ],
    warnings: [
      ...taken.warnings,
      ...[...blocks.warnings, ...(makerNote?.warnings ?? [])].map(({ block, detail }) => `${block}: ${detail}`),
      ...(video?.warnings ?? []).map((detail) => `video: ${detail}`),
    ],
  };
}

/** Windows and some cameras write the rating as a tag of IFD0. */
function ratingTag({ exif: { document } }: MetadataRecord): Merged<readonly string[]> | null {
  const rating = numberOf(document?.entries.find(({ ifd, tag }) => ifd === 'IFD0' && tag === ratingNumber));
  return rating === null ? null : { value: [String(rating)], source: 'EXIF Rating' };
}

/** Reads a text of EXIF as a merged value. */
type ExifTexts = (name: string, tag: number) => Merged<readonly string[]> | null;

function exifTexts({ exif: { document } }: MetadataRecord): ExifTexts {
  if (document === null) return () => null;
  const entries = indexEntries(document);
  return (name, tag) => {
    const value = cleanTexts([tagText(entries.image(tag), entries.littleEndian)]);
    return value.length === 0 ? null : { value, source: `EXIF ${name}` };
  };
}

/** Several values in one text, separated by semicolons [MWG 2.0 5.3]. */
function split(merged: Merged<readonly string[]> | null): Merged<readonly string[]> | null {
  if (merged === null) return null;
  const value = cleanTexts(merged.value.flatMap((text) => text.split(';')));
  return value.length === 0 ? null : { ...merged, value };
}

/** A rating from 0 to 5, or -1 for a rejected image [XMP part 1, 8.4]. */
function ratingOf(merged: Merged<readonly string[]> | null): Member | null {
  const [text = ''] = merged?.value ?? [];
  const rating = Number(text);
  return merged === null || text === '' || !(rating >= -1 && rating <= 5)
    ? null
    : stated('rating', rating, merged.source);
}

/** The lens and the numbers of the device: of EXIF, else of XMP, else of the maker note. */
function deviceMembers({ blocks, makerNote }: MetadataRecord, tags: ExifTexts): readonly (Member | null)[] {
  const from = (name: MergedName & ('lens' | 'serialNumber' | 'lensSerialNumber'), exifName: string, tag: number) => {
    const note = makerNote?.[name] ?? (name === 'lens' ? makerNote?.lensRange : undefined);
    const ofNote = note === undefined ? null : { value: cleanTexts([note]), source: 'maker note' };
    return one(name, tags(exifName, tag) ?? mergedTexts(name, blocks) ?? ofNote);
  };
  return [
    from('lens', 'LensModel', Tag.LensModel),
    from('serialNumber', 'BodySerialNumber', Tag.BodySerialNumber),
    from('lensSerialNumber', 'LensSerialNumber', Tag.LensSerialNumber),
    stated('shutterCount', makerNote?.shutterCount, 'maker note'),
    stated('focusDistance', makerNote?.focusDistance, 'maker note'),
  ];
}

function pictureMembers({ blocks: { icc, gainMap, motionPhoto } }: MetadataRecord): readonly (Member | null)[] {
  return [
    shownText('colorProfile', icc?.name),
    stated('hdr', gainMap?.kinds[0]),
    stated('motionPhoto', placeOf(motionPhoto)),
  ];
}

/** Where the video of a motion photo is in the file; null when there is none, or no longer. */
function placeOf(photo: MetadataRecord['blocks']['motionPhoto']): object | null {
  if (photo === null || photo.offset === null) return null;
  const { offset, length, presentationTimestampUs: presented } = photo;
  return { offset, length, ...(presented === null ? {} : { presentationTimestampUs: presented }) };
}

/** The ids that join the files of one moment. */
function identifiers({ blocks: { xmp }, makerNote, video }: MetadataRecord): readonly (Member | null)[] {
  const burst = xmp === null ? null : textOf(propertyOf(xmp, ns.GCamera, 'BurstID'));
  return [
    shownText('livePhotoId', makerNote?.livePhotoId ?? video?.livePhotoId),
    makerNote?.burstId === undefined
      ? shownText('burstId', burst, 'XMP GCamera:BurstID')
      : shownText('burstId', makerNote.burstId, 'maker note'),
  ];
}
