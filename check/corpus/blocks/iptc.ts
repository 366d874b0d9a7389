// Compares the datasets of IPTC-IIM with the stored ones, and their texts with those of ExifTool.
import { createHash } from 'node:crypto';
import type { IptcDataset, IptcDocument } from '../../../lib/block/iptc';
import { iptcName } from '../../../lib/block/iptc-names';
import type { KnownDifference } from '../known-differences';
import { type BlockComparison, type ComparedValue, compareValues } from './comparison';

/** A stored value: text, if it is valid UTF-8. */
type StoredValue = string | Readonly<{ b64: string }> | Readonly<{ len: number; sha256: string }>;
type IptcTruthBlock = Readonly<{ where: string; datasets: readonly (readonly [number, number, StoredValue])[] }>;
/** The members of a row of `truth_meta.jsonl` about IPTC. `iptc` has the names and values of ExifTool. */
export type IptcTruth = Readonly<{
  blocks?: Readonly<{ iptc?: readonly IptcTruthBlock[] }>;
  iptc?: Readonly<Record<string, unknown>>;
}>;

/** Places where the IIM of a format does not belong: another page, the EXIF of a JPEG, image resources of a TIFF. */
const otherPlace = /IFD[1-9]|Exif IFD|34377/;
/** Names of ExifTool that are not those of the standard. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ['EnvelopeRecordVersion', 'ModelVersion'],
  ['ApplicationRecordVersion', 'RecordVersion'],
  ['FileVersion', 'FileFormatVersion'],
  ['SupplementalCategories', 'SupplementalCategory'],
]);
/** Private datasets, which have names only in ExifTool: compared as stored. */
const privateNames = ['Prefs', 'DocumentNotes', 'DocumentHistory', 'IPTCImageWidth', 'ConfirmedObjectSize'];

/** Every dataset of the block that counts, then every value of ExifTool. */
export function compareIptc(truth: IptcTruth, { datasets }: IptcDocument): BlockComparison {
  const blocks = (truth.blocks?.iptc ?? []).filter((block) => block.datasets.length > 0);
  const counts = blocks.find(({ where }) => !otherPlace.test(where)) ?? blocks[0];
  return compareValues([...storedValues(datasets, counts), ...exifToolValues(datasets, truth.iptc ?? {})]);
}

function storedValues(datasets: readonly IptcDataset[], block: IptcTruthBlock | undefined): readonly ComparedValue[] {
  const stored = block?.datasets ?? [];
  return Array.from({ length: Math.max(stored.length, datasets.length) }, (_, i) => {
    const [ours, theirs] = [datasets[i], stored[i]];
    return {
      at: `iptc:${i}`,
      ours: ours === undefined ? '' : `${ours.record}:${ours.dataset} ${digest(ours.value)}`,
      truth: theirs === undefined ? '' : `${theirs[0]}:${theirs[1]} ${storedDigest(theirs[2])}`,
    };
  });
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function storedDigest(value: StoredValue): string {
  if (typeof value === 'string') return digest(Buffer.from(value));
  return 'b64' in value ? digest(Buffer.from(value.b64, 'base64')) : value.sha256;
}

/** Of a dataset that should not repeat, ExifTool shows the last value. */
function exifToolValues(datasets: readonly IptcDataset[], values: IptcTruth['iptc']): readonly ComparedValue[] {
  return Object.entries(values ?? {}).flatMap(([name, value]) => {
    if (privateNames.includes(name)) return [];
    const found = datasets.filter(
      ({ record, dataset }) => iptcName(record, dataset) === (otherNames.get(name) ?? name),
    );
    const ours = found.map((dataset) => shown(name, dataset));
    const at = `iptc:${name}`;
    if (Array.isArray(value)) return [{ at, ours: ours.join('\n'), truth: value.map(String).join('\n') }];
    const last = ours.at(-1) ?? '';
    if (!isHash(value)) return [{ at, ours: last, truth: String(value) }];
    return [{ at, ours: digest(Buffer.from(last)), truth: value.sha256 }];
  });
}

function isHash(value: unknown): value is Readonly<{ sha256: string }> {
  return typeof value === 'object' && value !== null && 'sha256' in value;
}

/** The value as ExifTool converts it. */
function shown(name: string, { value, text }: IptcDataset): string {
  if (text === null) return String(Buffer.from(value).readUintBE(0, value.length));
  if (/Date/.test(name)) return text.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1:$2:$3');
  if (/Time/.test(name)) return text.replace(/^(\d\d)(\d\d)(\d\d)/, '$1:$2:$3').replace(/([+-]\d\d)(\d\d)$/, '$1:$2');
  return text;
}

const undeclared = 'UTF-8 without 1:90: ExifTool reads it as Latin-1.';
const severalBlocks = 'Several blocks: here the first one in the place of the format counts, ExifTool merges all.';
const otherBlock = 'IIM in the EXIF of a JPEG and in its own segment: here the segment counts, in ExifTool the EXIF.';
const dashes = 'A date with dashes, which is not the form of the standard: ExifTool shows colons.';

const row = (file: string, reason: string, ...ats: readonly string[]): readonly KnownDifference[] =>
  ats.map((at) => ({ file, at: `iptc:${at}`, reason }));
const valid = 'corpus/valid';
const files = 'corpus-meta/files';

export const knownIptc: readonly KnownDifference[] = [
  ...row(`${valid}/jpeg/exiv2__exiv2-bug937.jpg`, undeclared, 'CopyrightNotice'),
  ...row(`${valid}/png/exiv2__imagemagick.png`, undeclared, 'Province-State'),
  ...row(`${files}/png/exiv2__exiv2-bug922.png`, undeclared, 'Province-State'),
  ...row(`${files}/jpg/pigallery2__20240121_102400.JPG`, undeclared, 'Keywords'),
  ...row(`${files}/made/iptc_utf8_undeclared.jpg`, undeclared, 'ObjectName', 'Keywords', 'Caption-Abstract'),
  ...row(
    `${files}/made/iptc_utf8_late.jpg`,
    '1:90 after the text: ExifTool has read the text before it.',
    'ObjectName',
  ),
  ...row(`${valid}/jpeg/deb-Image-MetaData-JPEG__test_frankenstein.jpg`, severalBlocks, '*'),
  ...row(`${files}/made/iptc_two.jpg`, severalBlocks, 'ObjectName', 'Caption-Abstract'),
  ...row(`${valid}/jpeg/metadata-extractor-images__Issue_122.jpg`, otherBlock, '*'),
  ...row(`${files}/png/kim__photo_51_header.png`, dashes, 'DigitalCreationDate'),
  ...row(`${files}/png/kim__photo_53_header.png`, dashes, 'DateCreated'),
];
