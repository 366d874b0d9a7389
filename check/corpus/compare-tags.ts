// Compares what the reader found in one file with the truth, tag by tag: IFD, id, stored type, stored value.
import { createHash } from 'node:crypto';
import type { ExifDocument, IfdPath, TagEntry } from '../../lib/types';
import { exifToolView, type View, type ViewContext } from './exiftool-view';
import { floatText } from './float-text';
import type { ShownValue, Truth, TruthTag } from './truth';

/** How many of the `total` values agree with the truth. */
export type Score = Readonly<{ agreeing: number; total: number }>;

/** One point where reader and truth differ; `at` is `<IFD>:<Name>` of the truth or another label. */
export type Difference = Readonly<{
  at: string;
  kind: 'missing' | 'extra' | 'type' | 'value' | 'shape' | 'found' | 'style' | 'typed' | 'derived' | 'failed';
  ours: string;
  truth: string;
}>;

/** `partial` of the `agreeing` values could be compared only as far as the truth shows them. */
export type TagComparison = Readonly<{
  total: number;
  agreeing: number;
  partial: number;
  differences: readonly Difference[];
}>;

const RATIONAL = 5;

type Verdict = 'same' | 'partial' | 'type' | 'value';

/** Tags that ExifTool takes for containers, so that the truth lacks them. */
const containerTags: ReadonlySet<number> = new Set([
  0x8769, 0x8825, 0xa005, 0x014a, 0x927c, 0x02bc, 0x83bb, 0x8649, 0x8773, 0x87af, 0x87b0, 0x87b1, 0xc634, 0xc4a5,
  0x935c, 0x8290, 0xc6d2, 0xc6d3,
]);

const formats: Readonly<Record<string, number>> = {
  int8u: 1,
  string: 2,
  int16u: 3,
  int32u: 4,
  rational64u: 5,
  int8s: 6,
  undef: 7,
  int16s: 8,
  int32s: 9,
  rational64s: 10,
  float: 11,
  double: 12,
  ifd: 13,
  int64u: 16,
  int64s: 17,
  ifd64: 18,
  utf8: 129,
};

/** All tags of the truth against the first entry of each tag of each IFD; later entries must be known repetitions. */
export function compareTags(document: ExifDocument | null, truth: Truth): TagComparison {
  const context: ViewContext = { littleEndian: document?.littleEndian ?? false, tiffOffset: addedToOffsets(truth) };
  const { first, repeated } = indexEntries(ownEntries(document?.entries ?? []));
  const differences: Difference[] = [];
  let partial = 0;
  for (const [at, tag] of Object.entries(truth.exif)) {
    const key = keyOf(at, tag);
    const entry = first.get(key);
    first.delete(key);
    const verdict = entry === undefined ? null : compareValue(entry, tag, context);
    if (verdict === 'partial') partial++;
    if (verdict === 'same' || verdict === 'partial') continue;
    const ours = entry === undefined ? '' : describe(exifToolView(entry, context), entry.type);
    differences.push({ at, kind: verdict ?? 'missing', ours, truth: describeTruth(tag) });
  }
  const total = Object.keys(truth.exif).length;
  const agreeing = total - differences.length;
  const extra = [...first.values(), ...unknownRepeats(repeated, truth)].filter(({ tag }) => !containerTags.has(tag));
  differences.push(...extra.map((entry) => describeExtra(entry, context)));
  return { total, agreeing, partial, differences };
}

/** The file's own entries: ExifTool lists the EXIF of a raw file's embedded JPEG, which comes first here, as another document. */
function ownEntries(entries: readonly TagEntry[]): readonly TagEntry[] {
  return entries.slice(
    Math.max(
      0,
      entries.findIndex(({ ifd }) => ifd === 'Raw'),
    ),
  );
}

/** The label that ExifTool gives to an IFD. */
function groupOf(ifd: IfdPath): string {
  if (ifd === 'Raw') return 'IFD0';
  if (ifd === 'Exif') return 'ExifIFD';
  if (ifd === 'Interop') return 'InteropIFD';
  return ifd === 'SubIFD0' ? 'SubIFD' : ifd;
}

/** Whether one entry holds what the truth says of it. */
export function compareValue(entry: TagEntry, tag: TruthTag, context: ViewContext): Verdict {
  if (tag.fmt !== undefined && formats[tag.fmt] !== entry.type) return 'type';
  const bigTiff = tag.fmt === undefined;
  const view = exifToolView(entry, { ...context, bigTiff });
  const expected = tag.rat ?? tag.raw ?? tag.val;
  if (bigTiff && isQuotient(entry, expected)) return 'partial';
  const count = /^\(large array of (\d+) \w+ values\)$/.exec(String(expected))?.[1];
  if (count !== undefined) return Number(count) === entry.count && entry.value !== null ? 'partial' : 'value';
  if (entry.value === null || !shows(view.bytes, expected)) return 'value';
  return view.partial ? 'partial' : 'same';
}

/** What ExifTool adds to offsets: the place of the block in the file, an identifier in front counted in; in some none. */
function addedToOffsets({ exif_offset, exif_blocks }: Truth): number {
  const block = exif_blocks?.find(({ used }) => used === true);
  if (['png-', 'psd-', 'jpeg-app13-'].some((prefix) => block?.kind.startsWith(prefix) ?? false)) return 0;
  return (exif_offset ?? 0) - (block?.prefix === true ? 6 : 0);
}

/** Of BigTIFF the truth has no numerator and denominator, only what they make. */
function isQuotient({ value, type }: TagEntry, expected: ShownValue): boolean {
  const [pair] = type === RATIONAL && value !== null ? value : [];
  return typeof pair === 'object' && expected === pair[0] / pair[1];
}

function shows(bytes: Uint8Array, expected: ShownValue): boolean {
  const buffer = Buffer.from(bytes);
  if (typeof expected === 'string') return buffer.equals(Buffer.from(expected, 'utf8'));
  if (typeof expected === 'number') return buffer.toString() === floatText(expected);
  if ('b64' in expected) return buffer.equals(Buffer.from(expected.b64, 'base64'));
  return createHash('sha256').update(buffer).digest('hex') === expected.sha256;
}

function keyOf(at: string, tag: TruthTag): string {
  return `${at.slice(0, at.indexOf(':'))}:${tag.id}`;
}

function indexEntries(entries: readonly TagEntry[]): { first: Map<string, TagEntry>; repeated: readonly TagEntry[] } {
  const first = new Map<string, TagEntry>();
  const repeated: TagEntry[] = [];
  for (const entry of entries) {
    const key = `${groupOf(entry.ifd)}:${entry.tag}`;
    if (first.has(key)) repeated.push(entry);
    else first.set(key, entry);
  }
  return { first, repeated };
}

/** Repetitions that the truth does not list. */
function unknownRepeats(repeated: readonly TagEntry[], truth: Truth): readonly TagEntry[] {
  const left = new Map<string, number>();
  for (const [at, tags] of Object.entries(truth.exif_dups ?? {})) {
    const [tag] = tags;
    if (tag !== undefined) left.set(keyOf(at, tag), tags.length);
  }
  return repeated.filter((entry) => {
    const key = `${groupOf(entry.ifd)}:${entry.tag}`;
    const count = left.get(key) ?? 0;
    left.set(key, count - 1);
    return count <= 0;
  });
}

function describeExtra(entry: TagEntry, context: ViewContext): Difference {
  const at = `${groupOf(entry.ifd)}:0x${entry.tag.toString(16).padStart(4, '0')}`;
  return { at, kind: 'extra', ours: describe(exifToolView(entry, context), entry.type), truth: '' };
}

function describe({ bytes }: View, type: number): string {
  return `type ${type} ${JSON.stringify(Buffer.from(bytes.subarray(0, 80)).toString())}`;
}

function describeTruth({ fmt, rat, raw, val }: TruthTag): string {
  return `${fmt ?? '?'} ${JSON.stringify(rat ?? raw ?? val).slice(0, 120)}`;
}
