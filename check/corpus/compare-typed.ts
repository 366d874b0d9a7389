// Compares the answer in the style `typed`, read back from its JSON, with the truth; and whether it lost anything.
import { typed } from '../../lib/style/typed';
import type { ExifRecord, TagEntry } from '../../lib/types';
import { compareTags, type Difference, type Score } from './compare-tags';
import { derivedTruth, turnsItself } from './derived-truth';
import { storedBytes } from './stored-bytes';
import type { Truth } from './truth';
import { documentOf, isComment, type TypedAnswer } from './typed-document';

export type TypedComparison = Readonly<{
  tags: Score;
  /** Entries of the record whose stored bytes come back from the JSON. */
  lossless: Score;
  /** Member of `derived` -> files in which it is right, of those in which either side has it. */
  derived: Readonly<Record<string, Score>>;
  differences: readonly Difference[];
}>;

/** Degrees, as the issue asks; other numbers relative to their size, for ExifTool shows ten digits of some. */
const nearDegrees = 1e-7;
const nearNumber = 1e-6;

/** Differences that the record itself has (`known`) are not repeated. */
export function compareTyped(record: ExifRecord, truth: Truth, known: readonly Difference[]): TypedComparison {
  const answer = JSON.parse(typed.render(record)) as TypedAnswer;
  const document = record.document === null ? null : documentOf(answer, record.document);
  const tags = compareTags(document, truth);
  const seen = new Set(known.map(labelOf));
  const own = tags.differences.filter((difference) => !seen.has(labelOf(difference)));
  const lost = (record.document?.entries ?? []).filter((entry, i) => !isKept(entry, document?.entries[i]));
  const derived = compareDerived(answer, record, truth);
  return {
    tags: { agreeing: tags.agreeing, total: tags.total },
    lossless: scoreOf(record.document?.entries.length ?? 0, lost.length),
    derived: derived.scores,
    differences: [
      ...own.map((difference) => ({ ...difference, at: `typed:${difference.at}` })),
      ...lost.map(describeLost),
      ...derived.differences,
    ],
  };
}

function labelOf({ at, kind, ours }: Difference): string {
  return `${at} ${kind} ${ours}`;
}

function scoreOf(total: number, wrong: number): Score {
  return { agreeing: total - wrong, total };
}

/** Whether tag, type, count and bytes are those of the record. Of comments, whose code is left out, all but the bytes. */
function isKept(entry: TagEntry, back: TagEntry | undefined): boolean {
  if (back === undefined || (entry.value === null) !== (back.value === null)) return false;
  if (entry.tag !== back.tag || entry.type !== back.type || entry.count !== back.count) return false;
  return isComment(entry) || Buffer.from(storedBytes(entry, true)).equals(storedBytes(back, true));
}

function describeLost({ ifd, tag, type }: TagEntry): Difference {
  const at = `typed:${ifd}:0x${tag.toString(16).padStart(4, '0')}`;
  return { at, kind: 'typed', ours: 'another value', truth: `type ${type} as stored` };
}

function compareDerived({ derived }: TypedAnswer, record: ExifRecord, truth: Truth) {
  const scores: Record<string, Score> = {};
  const differences: Difference[] = [];
  for (const [member, expected] of Object.entries({ ...derivedTruth(truth), ...uprightTruth(record, truth) })) {
    const ours = derived[member];
    if (ours === undefined && expected === undefined) continue;
    const agrees = isNear(member, ours, expected);
    scores[member] = { agreeing: agrees ? 1 : 0, total: 1 };
    if (agrees) continue;
    differences.push({ at: `derived:${member}`, kind: 'derived', ours: String(ours), truth: String(expected) });
  }
  return { scores, differences };
}

function isNear(member: string, ours: string | number | undefined, expected: string | number | undefined): boolean {
  if (typeof ours !== 'number' || typeof expected !== 'number') return ours === expected;
  const near = member.endsWith('itude') && member !== 'altitude' ? nearDegrees : nearNumber * Math.abs(expected);
  return Math.abs(ours - expected) <= near;
}

/** The size of the image once it is upright, where EXIF is what turns it and the coded size is not itself a difference. */
function uprightTruth({ shape }: ExifRecord, truth: Truth): Readonly<Record<string, number | undefined>> {
  if (turnsItself.includes(truth.format) || shape.width !== truth.width || shape.height !== truth.height) return {};
  const { width, height } = truth;
  const sides = Number(derivedTruth(truth)['orientation'] ?? 1) > 4 ? [height, width] : [width, height];
  return { width: sides[0] ?? undefined, height: sides[1] ?? undefined };
}
