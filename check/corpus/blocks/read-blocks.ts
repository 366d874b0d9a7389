// Reads the metadata of every file of both corpora, and compares each block with the reference values.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { blockNames } from '../../../lib/block/block';
import type { Limits } from '../../../lib/limits';
import { aiOf } from '../../../lib/metadata/ai';
import { aigcOf } from '../../../lib/metadata/aigc';
import { generatorTexts } from '../../../lib/metadata/generator-text';
import { labelledBlocks } from '../../../lib/metadata/labelled-blocks';
import type { MetadataRecord } from '../../../lib/metadata/record';
import { ProblemError } from '../../../lib/problem';
import { readMetadata } from '../../../lib/read/metadata';
import { nothingKnown, type ReadRequest } from '../../../lib/read/object';
import { readPreview } from '../../../lib/read/preview';
import type { ReadCost } from '../../../lib/types';
import { findIn } from '../../../testing/compare/found';
import { UsageError } from '../../../testing/program/program';
import type { Difference } from '../compare-tags';
import type { KnownDifference } from '../known-differences';
import { oracleCost } from '../oracle';
import { corpusLimits, memoryBucket } from '../read-image';
import { type AiRow, compareAi } from './ai';
import { type C2paTruth, compareC2pa } from './c2pa';
import type { BlockComparison } from './comparison';
import { blockRanges, compareFound, type FoundTruth } from './found';
import { compareGainMap, type GainMapTruth, knownGainMaps } from './gain-map';
import { compareIcc, type IccTruth, knownIcc } from './icc';
import { compareIptc, type IptcTruth, knownIptc } from './iptc';
import { knownFound } from './known-found';
import { compareMakerNote, type MakerNoteTruth } from './maker-note';
import { compareMotion, knownMotion, type MotionTruth } from './motion';
import { compareMpf, type MpfTruth } from './mpf';
import { comparePreview, type PreviewTruth } from './preview';
import { compareVideo, knownVideo, type VideoTruth } from './video';
import { compareXmp, knownXmp, type XmpTruth } from './xmp';

/** A row of truth_meta.jsonl. */
type Truth = Readonly<{ path: string; size: number; fmt: string; c2pa?: C2paTruth }> &
  AiRow &
  FoundTruth &
  GainMapTruth &
  IccTruth &
  IptcTruth &
  MakerNoteTruth &
  MotionTruth &
  MpfTruth &
  PreviewTruth &
  VideoTruth &
  XmpTruth;

/** A difference, and why it is accepted; null = it is not. */
export type ExplainedDifference = Difference & Readonly<{ reason: string | null }>;

/** The comparison of one block of a file; `name` is that of a row of the table. */
export type BlockResult = Readonly<{
  name: string;
  agreeing: number;
  total: number;
  differences: readonly ExplainedDifference[];
}>;

/** `problem` is set when the file could not be read. `oracle`: the fewest GETs that have all blocks. */
export type FileBlocks = Readonly<{
  path: string;
  format: string;
  problem: string | null;
  blocks: readonly BlockResult[];
  cost: ReadCost;
  oracle: number;
}>;

const wanted = new Set(blockNames);

/** The results of all files, in the order of the table of reference values in `folder`. Throws UsageError without it. */
export async function readAllBlocks(folder: string, first: number): Promise<readonly FileBlocks[]> {
  const table = join(resolve(folder), 'corpus-meta', 'truth_meta.jsonl');
  if (!existsSync(table)) throw new UsageError(`no table of reference values at ${table}`);
  const rows = readFileSync(table, 'utf8').split('\n').filter(Boolean);
  const results: FileBlocks[] = [];
  for (const row of rows) {
    const truth = JSON.parse(row) as Truth;
    const file = join(resolve(folder), truth.path);
    if (existsSync(file)) results.push(await readFile(file, truth, first));
  }
  return results;
}

async function readFile(file: string, truth: Truth, first: number): Promise<FileBlocks> {
  const bytes = new Uint8Array(readFileSync(file));
  const cost: ReadCost = { requests: 0, bytes: 0 };
  const limits = corpusLimits(first);
  const deps = { bucket: memoryBucket(bytes, cost), limits, dropGroups: [] };
  const ref = { bucketId: 'corpus', bucket: 'corpus', key: truth.path };
  const request = {
    ref,
    deps,
    cost: { requests: 0, bytes: 0 },
    known: nothingKnown,
    signal: AbortSignal.timeout(60_000),
  };
  const base = { path: truth.path, format: truth.fmt, cost };
  try {
    const result = await readMetadata(request, { wanted });
    if (result.kind === 'fault') throw result.problem;
    if (result.kind !== 'metadata') throw new Error(`the object was not read: ${result.kind}`);
    const oracle = oracleCost(blockRanges(truth), bytes.length, first).requests;
    const { video, exif } = result.record;
    const ofImage =
      video !== null || exif.container === 'xmp'
        ? []
        : [await comparedPlaces(truth, bytes, limits), await comparedPreview(truth, bytes, request)];
    const blocks = [...compareAll(truth, result.record), ...ofImage.filter((block) => block !== null)];
    return { ...base, problem: null, blocks, oracle };
  } catch (error) {
    const problem = error instanceof ProblemError ? error.code : String(error);
    return { ...base, problem, blocks: [], oracle: 0 };
  }
}

/** The blocks as they were found: their bytes, where all of them were read. */
async function comparedPlaces(truth: Truth, bytes: Uint8Array, limits: Limits): Promise<BlockResult> {
  const { score, differences } = compareFound(truth, (await findIn(bytes, { limits })).blocks);
  const explained = differences.map((one) => ({ ...one, reason: reasonOf(one, truth.path, knownFound) }));
  return { name: 'found blocks', ...score, differences: explained };
}

/** The largest preview, byte for byte; null when neither side has one. */
async function comparedPreview(truth: Truth, bytes: Uint8Array, request: ReadRequest): Promise<BlockResult | null> {
  const deps = { ...request.deps, bucket: memoryBucket(bytes, { requests: 0, bytes: 0 }) };
  const ours = await readPreview({ ...request, deps }).then(
    (preview) => (preview.kind === 'thumbnail' ? preview.bytes : null),
    () => null,
  );
  const compared = comparePreview(truth, bytes, ours);
  if (compared === null) return null;
  const { equal, reason } = compared;
  const difference = { at: 'preview', kind: 'value', ours: compared.ours, truth: compared.truth, reason } as const;
  return { name: 'preview', agreeing: equal ? 1 : 0, total: 1, differences: equal ? [] : [difference] };
}

const noXmp = { properties: [], warnings: [] };
const noIptc = { datasets: [], charset: 'utf-8', standard: false, warnings: [] } as const;

function compareAll(truth: Truth, record: MetadataRecord): readonly BlockResult[] {
  const { blocks, makerNote, video } = record;
  const labelled = labelledBlocks(record);
  const found = { ai: aiOf(labelled), aigc: aigcOf(labelled), texts: generatorTexts(labelled) };
  const result = (name: string, { score, differences }: BlockComparison, known: readonly KnownDifference[] = []) => ({
    name,
    ...score,
    differences: differences.map((one) => ({ ...one, reason: reasonOf(one, truth.path, known) })),
  });
  return [
    result('XMP', compareXmp(truth, blocks.xmp ?? noXmp), knownXmp),
    result('IPTC', compareIptc(truth, blocks.iptc ?? noIptc), knownIptc),
    result('ICC', compareIcc(truth, blocks.icc), knownIcc),
    result('MPF', compareMpf(truth, blocks.mpf)),
    result('gain map', compareGainMap(truth, blocks.gainMap), knownGainMaps),
    result('motion photo', compareMotion(truth, blocks.motionPhoto), knownMotion),
    ...(video === null ? [] : [result('video', compareVideo(truth, video), knownVideo)]),
    ...(truth.c2pa === undefined && blocks.c2pa === null
      ? []
      : [fromPairs('C2PA', compareC2pa(truth.c2pa ?? { boxes: [] }, blocks.c2pa))]),
    fromPairs('AI label', compareAi(truth, found)),
    fromClaims(compareMakerNote(truth, makerNote)),
  ];
}

function reasonOf({ at }: Difference, path: string, known: readonly KnownDifference[]): string | null {
  const row = known.find(({ file, at: label }) => {
    return file === path && (label.endsWith('*') ? at.startsWith(label.slice(0, -1)) : at === label);
  });
  return row?.reason ?? null;
}

type Pairs = Readonly<{
  compared: number;
  differences: readonly Readonly<{ at: string; truth: unknown; ours: unknown; reason: string | null }>[];
}>;

function fromPairs(name: string, { compared, differences }: Pairs): BlockResult {
  return {
    name,
    agreeing: compared - differences.length,
    total: compared,
    differences: differences.map(({ at, truth, ours, reason }) => ({
      at,
      kind: 'value',
      ours: JSON.stringify(ours) ?? '',
      truth: JSON.stringify(truth) ?? '',
      reason,
    })),
  };
}

/** Of maker notes only the answers that we claim are counted: an answer that is missing is not wrong. */
function fromClaims(claims: ReturnType<typeof compareMakerNote>): BlockResult {
  const claimed = claims.filter(({ ours, truth }) => ours !== null && truth !== null);
  const different = claimed.filter(({ equal }) => !equal);
  return {
    name: 'maker note',
    agreeing: claimed.length - different.length,
    total: claimed.length,
    differences: different.map(({ answer, maker, ours, truth, reason }) => ({
      at: `${maker}:${answer}`,
      kind: 'value',
      ours: ours ?? '',
      truth: truth ?? '',
      reason,
    })),
  };
}
