// Compares what is read of an ICC profile with the values of ExifTool.
import type { IccProfile } from '../../../lib/block/icc';
import type { KnownDifference } from '../known-differences';
import { type BlockComparison, type ComparedValue, compareValues } from './comparison';

/** The members of a row of `truth_meta.jsonl` about the ICC profile: ExifTool's values, unconverted. */
export type IccTruth = Readonly<{ icc?: Readonly<Record<string, unknown>> }>;

/** Every value that is read. */
export function compareIcc({ icc }: IccTruth, profile: IccProfile | null): BlockComparison {
  const value = (name: string, read: (profile: IccProfile) => string | number | null): readonly ComparedValue[] => {
    const truth = text(icc?.[name]);
    const ours = profile === null ? '' : text(read(profile));
    return truth === '' && ours === '' ? [] : [{ at: `icc:${name}`, ours, truth }];
  };
  return compareValues([
    ...value('ProfileDescription', ({ name }) => name),
    ...value('ProfileCopyright', ({ copyright }) => copyright),
    ...value('ProfileClass', (read) => read.class),
    ...value('ColorSpaceData', ({ colorSpace }) => colorSpace),
    ...value('ProfileConnectionSpace', ({ connectionSpace }) => connectionSpace),
    ...value('ProfileVersion', ({ version }) => storedVersion(version)),
    ...value('RenderingIntent', ({ renderingIntent }) => renderingIntent),
    ...(icc?.['ProfileClass'] === undefined ? [] : value('size', ({ size }) => size)),
  ]);
}

function text(value: unknown): string {
  return value === null || value === undefined ? '' : String(value).trim();
}

/** The two bytes of a version. */
function storedVersion(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return (major << 8) | (minor << 4) | patch;
}

const several = 'Several profiles: here the first one, of the base image; ExifTool shows the last one.';
const farCopyright = 'The copyright is more than 16 KiB after the start of the profile: not read on purpose.';
const english = 'The English one of two languages; ExifTool shows the one without a country.';
const damagedTag = 'A damaged file, in which ExifTool does not read the tag with the profile.';
const cutOff = 'The compressed profile is cut off after these values; ExifTool reads none of it.';
const missingPart = 'Of two segments, the second is missing: the first one has all of these values.';

const row = (file: string, reason: string, ...names: readonly string[]): readonly KnownDifference[] =>
  names.map((name) => ({ file, at: `icc:${name}`, reason }));
const valid = 'corpus/valid';
const files = 'corpus-meta/files';
const damagedId = '42c19f8e79e582bef107f372f18a074b';

export const knownIcc: readonly KnownDifference[] = [
  ...[
    `${valid}/heif/exiftool-rs__img_1914.heic`,
    `${valid}/heif/photoview__subsec_no_timezone.heic`,
    `${files}/heic/photoview__exif_subsec_timezone.heic`,
    `${valid}/jp2/format-corpus__balloon_eciRGBv2_ps_adobeplugin_jp2compatible.jpf`,
  ].flatMap((file) => row(file, several, '*')),
  ...row(`${valid}/jpeg/immich-test-assets__thompson-springs.jpg`, farCopyright, 'ProfileCopyright'),
  ...row(`${files}/jpg/TwelveMonkeys__cco-illegalargument-rgb-coated-fogra27.jpg`, farCopyright, 'ProfileCopyright'),
  ...row(`${valid}/jpeg/sharp__Landscape_9.jpg`, english, 'ProfileCopyright'),
  ...['m7', 'm10', 'm16'].flatMap((name) =>
    row(`${files}/tif/metadata-extractor-images__${name}-${damagedId}.tif`, damagedTag, '*'),
  ),
  ...row(`${files}/png/ente__google-takeout.png`, cutOff, '*'),
  ...row(`${files}/made/icc_missing.jpg`, missingPart, '*'),
];
