// Adds the comparisons of files up to one row a format.

import type { FileComparison } from './compare-file';
import type { Difference, Score } from './compare-tags';
import { findKnown, type KnownDifference, matchesLabel } from './known-differences';

/** One file's outcome. `comparison` null = refused; `oracle` null = the truth does not say which bytes are needed. */
export type FileResult = Readonly<{
  path: string;
  format: string;
  hasExif: boolean;
  supported: boolean;
  comparison: FileComparison | null;
  differences: readonly Difference[];
  requests: number;
  bytes: number;
  oracleRequests: number | null;
}>;

export type LocatedDifference = Difference & Readonly<{ file: string; format: string; known: string | null }>;

export type FormatRow = Readonly<{
  format: string;
  files: number;
  unsupported: number;
  failed: number;
  found: Score;
  tags: Score;
  partial: number;
  extra: number;
  shape: Readonly<{ width: Score; height: Score; frames: Score }>;
  requests: Readonly<{ mean: number; max: number; ratio: number }>;
  meanBytes: number;
  style: Score;
  typed: Score;
  lossless: Score;
  /** Member of `derived` -> files. */
  derived: ReadonlyMap<string, Score>;
  differences: number;
  known: number;
}>;

/** Every difference with its file and, where the table has it, its reason. */
export function locateDifferences(
  results: readonly FileResult[],
  table: readonly KnownDifference[],
): readonly LocatedDifference[] {
  return results.flatMap(({ path, format, differences }) =>
    differences.map((difference) => {
      const known = findKnown(table, path, difference.at)?.reason ?? null;
      return { file: path, format, ...difference, known };
    }),
  );
}

/** Rows about files of `results` that no difference needs. */
export function unusedRows(
  results: readonly FileResult[],
  table: readonly KnownDifference[],
): readonly KnownDifference[] {
  return table.filter(({ file, at }) => {
    const result = results.find(({ path }) => path === file);
    return result !== undefined && !result.differences.some((difference) => matchesLabel(at, difference.at));
  });
}

/** The row of one format, or of several together. */
export function formatRow(
  format: string,
  results: readonly FileResult[],
  differences: readonly LocatedDifference[],
): FormatRow {
  const read = results.filter(({ supported }) => supported);
  const compared = read.flatMap(({ comparison }) => (comparison === null ? [] : [comparison]));
  const files = new Set(results.map(({ path }) => path));
  const here = differences.filter(({ file }) => files.has(file));
  const shape = (side: 'width' | 'height' | 'frames') => sumScores(compared.map((c) => c.shape[side]));
  return {
    format,
    files: results.length,
    unsupported: results.length - read.length,
    failed: read.length - compared.length,
    found: foundScore(read),
    tags: sumScores(compared.map(({ tags }) => tags)),
    partial: sum(compared.map(({ tags }) => tags.partial)),
    extra: here.filter(({ kind }) => kind === 'extra').length,
    shape: { width: shape('width'), height: shape('height'), frames: shape('frames') },
    requests: requestFigures(read),
    meanBytes: mean(read.map(({ bytes }) => bytes)),
    style: sumScores(compared.map(({ style }) => style)),
    typed: sumScores(compared.map(({ typed }) => typed.tags)),
    lossless: sumScores(compared.map(({ typed }) => typed.lossless)),
    derived: derivedScores(compared),
    differences: here.length,
    known: here.filter(({ known }) => known !== null).length,
  };
}

function derivedScores(compared: readonly FileComparison[]): ReadonlyMap<string, Score> {
  const members = new Set(compared.flatMap(({ typed }) => Object.keys(typed.derived)));
  const of = (member: string) => compared.flatMap(({ typed }) => typed.derived[member] ?? []);
  return new Map([...members].map((member) => [member, sumScores(of(member))]));
}

function foundScore(read: readonly FileResult[]): Score {
  const expected = read.filter(({ hasExif }) => hasExif);
  return { agreeing: expected.filter(({ comparison }) => comparison?.found === true).length, total: expected.length };
}

function requestFigures(read: readonly FileResult[]): FormatRow['requests'] {
  const requests = read.map((result) => result.requests);
  const judged = read.filter(({ oracleRequests }) => oracleRequests !== null);
  const ratio = sum(judged.map((result) => result.requests)) / sum(judged.map((result) => result.oracleRequests ?? 0));
  return { mean: mean(requests), max: Math.max(0, ...requests), ratio };
}

/** All of them together. */
export function sumScores(scores: readonly Score[]): Score {
  return { agreeing: sum(scores.map((score) => score.agreeing)), total: sum(scores.map((score) => score.total)) };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function mean(numbers: readonly number[]): number {
  return numbers.length === 0 ? 0 : sum(numbers) / numbers.length;
}
