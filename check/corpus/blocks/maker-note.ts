// Compares the answers of maker notes with those of ExifTool.
import type { MakerNoteAnswers } from '../../../lib/maker-note';

/** The stored value of a tag and the printed one. Serial numbers have their leading zeros only when they are printed. */
type TruthValue = Readonly<{ n: unknown; p: unknown }>;

/** The members of a row of truth_meta.jsonl that are about maker notes. */
export type MakerNoteTruth = Readonly<{
  path: string;
  makernotes?: Readonly<Record<string, TruthValue>>;
  lens_id?: TruthValue;
}>;

type AnswerName = Exclude<keyof MakerNoteAnswers, 'maker' | 'warnings'>;

/** One answer that we or ExifTool have. `ours` null: not claimed. `reason`: why a difference is acceptable. */
export type MakerNoteClaim = Readonly<{
  answer: AnswerName;
  maker: string;
  ours: string | null;
  truth: string | null;
  equal: boolean;
  reason: string | null;
}>;

/** Our name of a maker -> ExifTool's group. */
const groups: Readonly<Record<string, string>> = { Fujifilm: 'FujiFilm' };
/** LensType of every RF lens. */
const anyRfLens = 61_182;
/** LensType of every E-mount lens. */
const anyELens = 65_535;

/** Answers, and the tags that ExifTool has for them; the first one that is in the truth counts. */
const tags: readonly (readonly [answer: AnswerName, tags: readonly string[]])[] = [
  ['lens', ['LensModel', 'Panasonic:LensType']],
  ['lensId', ['LensType2', 'LensType']],
  ['serialNumber', ['SerialNumber']],
  ['lensSerialNumber', ['LensSerialNumber']],
  ['internalSerialNumber', ['InternalSerialNumber']],
  ['shutterCount', ['ShutterCount']],
  ['livePhotoId', ['ContentIdentifier']],
];

/** Values of ExifTool that mean that there is none: bodies write 65535 for a lens that is not known. */
const nothing: readonly string[] = ['', '0', '0 0', '0 00 00', '65535', '00 00 00 00 00 00 00 00', '0x00000000'];

type Known = Readonly<{ path: RegExp; answer: AnswerName; reason: string }>;
const knownDifferences: readonly Known[] = [
  {
    path: /exiftool__Panasonic\.rw2$/,
    answer: 'internalSerialNumber',
    reason: 'The text ends at its first NUL; ExifTool adds a byte that is stored after it.',
  },
  {
    path: /go-exif__NDM_8901\.jpg\.exif$/,
    answer: 'internalSerialNumber',
    reason: 'ExifTool looks for the number of this model at another place, which is empty.',
  },
];

/** Every answer that one side or both have. */
export function compareMakerNote(truth: MakerNoteTruth, ours: MakerNoteAnswers | null): readonly MakerNoteClaim[] {
  const values = truth.makernotes ?? {};
  const maker = ours?.maker ?? Object.keys(values)[0]?.split(':')[0] ?? '';
  const group = groups[maker] ?? maker;
  return tags.flatMap(([answer, names]): MakerNoteClaim[] => {
    const expected = truthsOf(answer, names, group, truth);
    const own = ours?.[answer];
    const claim = own === undefined ? null : String(own);
    const equal = claim !== null && expected.includes(claim);
    const known = knownDifferences.find((row) => row.answer === answer && row.path.test(truth.path));
    if (expected.length === 0 && (claim === null || isUnnamed(answer, truth))) return [];
    const reason = equal ? null : (known?.reason ?? null);
    return [{ answer, maker, ours: claim, truth: expected[0] ?? null, equal, reason }];
  });
}

/** The texts that are right for an answer; empty when ExifTool has none. */
function truthsOf(
  answer: AnswerName,
  names: readonly string[],
  group: string,
  { makernotes = {}, lens_id: lensId }: MakerNoteTruth,
): readonly string[] {
  const named = names.map((name) => (name.includes(':') ? name : `${group}:${name}`));
  const found = named.map((name) => makernotes[name]).find((value) => value !== undefined);
  if (group === 'Nikon' && answer === 'lens') return nikonLens(makernotes);
  const value = group === 'Nikon' && answer === 'lensId' ? lensId : found;
  if (value === undefined || isUnnamed(answer, { makernotes })) return [];
  return [value.p, value.n].map((one) => String(one).trim()).filter((text) => !nothing.includes(text));
}

/** Whether the truth has only the number of any lens for a mount, and not that of the lens. */
function isUnnamed(answer: AnswerName, { makernotes = {} }: Pick<MakerNoteTruth, 'makernotes'>): boolean {
  if (answer !== 'lensId') return false;
  const isAnyE = Number(makernotes['Sony:LensType']?.n) === anyELens && makernotes['Sony:LensType2'] === undefined;
  return isAnyE || Number(makernotes['Canon:LensType']?.n) === anyRfLens;
}

/** ExifTool has the range and the letters in two tags; `AF` means that there is no letter. */
function nikonLens(makernotes: Readonly<Record<string, TruthValue>>): readonly string[] {
  const range = makernotes['Nikon:Lens']?.p;
  const letters = makernotes['Nikon:LensType']?.p;
  if (range === undefined) return [];
  return [[range, ...(letters === undefined || letters === 'AF' ? [] : [letters])].join(' ')];
}
