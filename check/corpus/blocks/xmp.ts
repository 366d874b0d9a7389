// Compares the properties of XMP with those that another reader of RDF found in the same packets.
import { createHash } from 'node:crypto';
import type { XmpDocument, XmpProperty, XmpValue } from '../../../lib/block/xmp-value';
import type { KnownDifference } from '../known-differences';
import { type BlockComparison, compareValues } from './comparison';

/** The member of a row of `truth_meta.jsonl` about XMP: properties by their name with the prefix of the file. */
export type XmpTruth = Readonly<{ xmp_raw?: Readonly<Record<string, unknown>> }>;

/** Characters of the longest text that the truth has in full; of others it has the length and a hash. */
const maxText = 4096;

/** Every property. */
export function compareXmp({ xmp_raw: truth = {} }: XmpTruth, { properties }: XmpDocument): BlockComparison {
  const ours = shownFields(properties);
  const names = new Set([...Object.keys(truth), ...Object.keys(ours)]);
  return compareValues(
    [...names].map((name) => ({ at: `xmp:${name}`, ours: text(ours[name]), truth: text(truth[name]) })),
  );
}

function text(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value, sortMembers);
}

function sortMembers(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function shownFields(properties: readonly XmpProperty[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(properties.map(({ prefix, name, value }) => [`${prefix}:${name}`, shown(value)]));
}

function shown(value: XmpValue): unknown {
  if (typeof value === 'string') return shownText(value);
  if ('list' in value) return value.list.map(shown);
  if ('alt' in value)
    return { alt: Object.fromEntries([...value.alt].map(([language, item]) => [language, shownText(item)])) };
  if ('fields' in value) return shownFields(value.fields);
  return { value: shown(value.value), qual: shownFields(value.qualifiers) };
}

function shownText(value: string): unknown {
  const { length } = [...value];
  return length <= maxText ? value : { len: length, sha256: createHash('sha256').update(value).digest('hex') };
}

const allOf = (file: string, reason: string): KnownDifference => ({ file, at: 'xmp:*', reason });
const otherItem =
  'A second item has the XMP of another image, in most files of the gain map: here that of the primary item counts.';

export const knownXmp: readonly KnownDifference[] = [
  allOf('corpus/valid/crw/exiftool__CanonRaw.crw', 'CIFF data, where the XMP of a CRW is, are not read.'),
  allOf('corpus/valid/heif/pillow_heif__L_xmp_latin1.heic', 'Not UTF-8: here read as Windows-1252, in the truth not.'),
  allOf('corpus/valid/jpeg/exifr__broken1.jpg', 'NULs between elements, which the parser of the truth refuses.'),
  allOf('corpus/valid/jpeg/exiv2__exiv2-bug1026.jpg', 'An element exif:TIFF/EPStandardID, which the truth refuses.'),
  allOf(
    'corpus-meta/files/tif/metadata-extractor-images__m10-42c19f8e79e582bef107f372f18a074b.tif',
    'Damaged bytes: here the properties before them are read, in the truth none.',
  ),
  ...[
    'corpus/valid/heif/exiftool-rs__img_1914.heic',
    'corpus/valid/heif/pillow_heif__empty_icc.heic',
    'corpus-meta/files/heic/pigallery2__IMG_7943.HEIC',
    'corpus-meta/files/avif/libavif__colors_hdr_p3.avif',
    'corpus-meta/files/avif/libavif__colors_hdr_rec2020.avif',
    'corpus-meta/files/avif/libavif__colors_text_hdr_p3.avif',
    'corpus-meta/files/avif/libavif__colors_text_hdr_srgb.avif',
    'corpus-meta/files/avif/libavif__colors_text_wcg_hdr_rec2020.avif',
  ].map((file) => allOf(file, otherItem)),
];
