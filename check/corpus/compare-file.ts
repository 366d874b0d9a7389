// Compares all that the reader says of one file with the truth: found, shape, tags, and what two styles make of them.
import { defaultStyle } from '../../lib/style';
import type { ExifRecord } from '../../lib/types';
import { compareTags, type Difference, type Score, type TagComparison } from './compare-tags';
import { compareTyped, type TypedComparison } from './compare-typed';
import type { StyleTruth, Truth } from './truth';

export type FileComparison = Readonly<{
  found: boolean;
  tags: TagComparison;
  shape: Readonly<{ width: Score; height: Score; frames: Score }>;
  style: Score;
  typed: Omit<TypedComparison, 'differences'>;
  differences: readonly Difference[];
}>;

const none: Score = { agreeing: 0, total: 0 };

/** `styleTruth` undefined = exiv2 could not read the file, and the style is not compared. */
export function compareFile(record: ExifRecord, truth: Truth, styleTruth: StyleTruth | undefined): FileComparison {
  const found = record.document !== null && record.document.entries.length > 0;
  const tags = compareTags(record.document, truth);
  const shape = compareShape(record, truth);
  const style = styleTruth === undefined ? [] : compareStyle(membersOf(record), styleTruth);
  const total = styleTruth === undefined ? none : styleScore(style, styleTruth);
  const { differences: inTyped, ...typed } = compareTyped(record, truth, tags.differences);
  const ours = [...compareFound(record, found, truth), ...shape.differences, ...tags.differences];
  return { found, tags, shape: shape.scores, style: total, typed, differences: [...ours, ...style, ...inTyped] };
}

/** Members that differ in name or text, or that only one side has. */
export function compareStyle(ours: StyleTruth, truth: StyleTruth): readonly Difference[] {
  const names = [...new Set([...Object.keys(truth), ...Object.keys(ours)])];
  return names
    .filter((name) => ours[name] !== truth[name])
    .map((name) => ({ at: `style:${name}`, kind: 'style', ours: show(ours[name]), truth: show(truth[name]) }));
}

function styleScore(differences: readonly Difference[], truth: StyleTruth): Score {
  const extra = differences.filter(({ truth: text }) => text === '').length;
  const total = Object.keys(truth).length + extra;
  return { agreeing: total - differences.length, total };
}

function membersOf(record: ExifRecord): StyleTruth {
  const body = JSON.parse(defaultStyle.render(record)) as Readonly<Record<string, { val: string } | string>>;
  const members: Record<string, string> = {};
  for (const [name, member] of Object.entries(body)) if (typeof member !== 'string') members[name] = member.val;
  return members;
}

function compareFound({ document }: ExifRecord, found: boolean, truth: Truth): readonly Difference[] {
  if (found !== truth.has_exif) {
    return [{ at: 'exif', kind: 'found', ours: found ? 'EXIF' : 'none', truth: truth.has_exif ? 'EXIF' : 'none' }];
  }
  const order = document?.littleEndian === true ? 'II' : 'MM';
  if (!found || truth.byte_order === null || truth.byte_order === order) return [];
  return [{ at: 'byte order', kind: 'found', ours: order, truth: truth.byte_order }];
}

function compareShape({ shape }: ExifRecord, truth: Truth) {
  const differences: Difference[] = [];
  const score = (at: 'width' | 'height' | 'frames'): Score => {
    const expected = truth[at];
    if (expected === null) return none;
    if (shape[at] === expected) return { agreeing: 1, total: 1 };
    differences.push({ at, kind: 'shape', ours: String(shape[at]), truth: String(expected) });
    return { agreeing: 0, total: 1 };
  };
  return { scores: { width: score('width'), height: score('height'), frames: score('frames') }, differences };
}

function show(text: string | undefined): string {
  return text === undefined ? '' : JSON.stringify(text).slice(0, 200);
}
