// Compares what a file says about AI with the table of reference values.
import { isDeepStrictEqual } from 'node:util';
import type { AiLabel, AiStatement } from '../../../lib/metadata/ai';
import type { FoundLabel } from '../../../lib/metadata/aigc';
import { sourceTypeCode } from '../../../lib/metadata/digital-source-type';
import type { GeneratorText } from '../../../lib/metadata/generator-text';
import type { C2paTruth } from './c2pa';

/** A member that is absent has no value in the file. `text_hints`: `png:<keyword>` or `exif:<tag>`. */
type AiTruth = Readonly<{
  xmp_dst?: readonly string[];
  c2pa_dst?: readonly string[];
  aigc?: object;
  aigc_where?: string;
  text_hints?: readonly string[];
}>;

/** A row of the table. */
export type AiRow = Readonly<{ ai?: AiTruth; c2pa?: C2paTruth }>;

/** A value that is not as in the table. `reason`: why it is accepted; null when it is not. */
export type AiDifference = Readonly<{ at: string; truth: unknown; ours: unknown; reason: string | null }>;

type Found = Readonly<{ ai: AiLabel | null; aigc: FoundLabel | null; texts: readonly GeneratorText[] }>;

/** Texts that the table does not look at. */
const others: readonly string[] = ['text Software', 'EXIF Software', 'EXIF Model', 'XMP xmp:CreatorTool'];
const unreadStore = 'The table could not read the compressed store.';
const otherPlace = 'The table does not look for the name of a generating program in this text.';

/** The number of values that were compared, and those that differ. */
export function compareAi({ ai: truth = {}, c2pa }: AiRow, { ai, aigc, texts }: Found) {
  const stated = ai?.sources ?? [];
  // Of a video, the table has only the label.
  const ofImage = truth.aigc_where?.startsWith('QuickTime') !== true;
  const places = texts.map(({ where }) => where).concat(aigc === null || !ofImage ? [] : placeOf(aigc));
  const pairs: readonly (readonly [at: string, truth: unknown, ours: unknown])[] = [
    ['IPTC', codes(truth.xmp_dst ?? []), codesOf(stated, 'IPTC DigitalSourceType')],
    ['C2PA', codes(truth.c2pa_dst ?? []), codesOf(stated, 'C2PA')],
    ['GB 45438', truth.aigc ?? null, aigc?.label ?? null],
    ['says something', Object.keys(truth).length > 0, ai !== null],
    [
      'texts',
      sorted((truth.text_hints ?? []).map(placeOfHint)),
      sorted(places.filter((name) => !others.includes(name))),
    ],
  ];
  const differences = pairs
    .filter(([, expected, value]) => !isDeepStrictEqual(expected, value))
    .map(([at, expected, value]): AiDifference => {
      const isStore = at === 'C2PA' || (at === 'says something' && value === true);
      const isOther = at === 'says something' && places.length > 0 && places.every((name) => others.includes(name));
      const reason = isStore && isUnread(c2pa) ? unreadStore : isOther ? otherPlace : null;
      return { at, truth: expected, ours: value, reason };
    });
  return { compared: pairs.length, differences };
}

function isUnread(c2pa: C2paTruth | undefined): boolean {
  return c2pa !== undefined && c2pa.manifests === undefined;
}

function codesOf(stated: readonly AiStatement[], source: AiStatement['source']): readonly string[] {
  return codes(stated.flatMap((one) => (one.source === source ? (one.digitalSourceType ?? []) : [])));
}

function codes(stored: readonly string[]): readonly string[] {
  return sorted(stored.map(sourceTypeCode));
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}

/** The table has labels in texts as hints, too. */
function placeOf({ where }: FoundLabel): readonly string[] {
  return where.startsWith('XMP') ? [] : [where];
}

function placeOfHint(hint: string): string {
  return hint.replace(/^png:/, 'text ').replace(/^exif:/, 'EXIF ');
}
