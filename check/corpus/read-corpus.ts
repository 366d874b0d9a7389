// Reads and compares every file of a corpus.
import { join } from 'node:path';
import type { Limits } from '../../lib/limits';
import { ProblemError } from '../../lib/problem';
import { aheadBy, type OpenAhead } from '../../lib/read/ahead';
import { createForecast } from '../../lib/read/forecast';
import { compareFile } from './compare-file';
import { oracleCost } from './oracle';
import { corpusLimits, readCorpusImage } from './read-image';
import type { FileResult } from './score-board';
import { loadStyleTruth, loadTruth, type StyleTruth, type Truth } from './truth';

/** `formats` null = all; `first` is the size of the first read in bytes; `ahead` = one process reads ahead. */
export type Reading = Readonly<{ folder: string; formats: readonly string[] | null; first: number; ahead: boolean }>;

/** The outcome of each file, in the order of the truth: as a bucket lists its keys. */
export async function readCorpus({ folder, formats, first, ahead }: Reading): Promise<readonly FileResult[]> {
  const styles = loadStyleTruth(folder);
  const limits = corpusLimits(first);
  const openAhead = ahead ? aheadBy(createForecast(first)) : undefined;
  const results: FileResult[] = [];
  for (const truth of loadTruth(folder)) {
    if (formats !== null && !formats.includes(truth.format)) continue;
    results.push(await readOne(folder, truth, styles.get(truth.path), limits, openAhead));
  }
  return results;
}

async function readOne(
  folder: string,
  truth: Truth,
  style: StyleTruth | undefined,
  limits: Limits,
  openAhead: OpenAhead | undefined,
): Promise<FileResult> {
  const { record, problem, cost } = await readCorpusImage(join(folder, truth.path), limits, { openAhead });
  const needed = truth.min_ranges?.map(([start, end]) => ({ start, end })) ?? null;
  const comparison = record === null ? null : compareFile(record, truth, style);
  const failure = { at: '*', kind: 'failed', ours: describe(problem), truth: 'readable' } as const;
  return {
    path: truth.path,
    format: truth.format,
    hasExif: truth.has_exif,
    supported: !(problem instanceof ProblemError && problem.code === 'NotAnImage'),
    comparison,
    differences: comparison === null ? [failure] : comparison.differences,
    requests: cost.requests,
    bytes: cost.bytes,
    oracleRequests: needed === null ? null : oracleCost(needed, truth.file_size, limits.firstRead).requests,
  };
}

function describe(problem: unknown): string {
  if (problem instanceof ProblemError) return `${problem.code}: ${problem.message}`;
  return problem instanceof Error ? (problem.stack ?? problem.message) : String(problem);
}
