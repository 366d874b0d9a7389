import type { FileComparison } from '../../check/corpus/compare-file';
import type { Difference } from '../../check/corpus/compare-tags';
import { matchesLabel } from '../../check/corpus/known-differences';
import { type FileResult, formatRow, locateDifferences, unusedRows } from '../../check/corpus/score-board';

const wrong: Difference = { at: 'IFD0:Make', kind: 'value', ours: 'a', truth: 'b' };
const one = { agreeing: 1, total: 1 };
const comparison: FileComparison = {
  found: true,
  tags: { total: 2, agreeing: 1, partial: 1, differences: [wrong] },
  shape: { width: one, height: one, frames: { agreeing: 0, total: 0 } },
  style: one,
  typed: { tags: one, lossless: one, derived: { latitude: one, iso: { agreeing: 0, total: 1 } } },
  differences: [wrong],
};
const result = (path: string, more: Partial<FileResult> = {}): FileResult => ({
  path,
  format: 'tiff',
  hasExif: true,
  supported: true,
  comparison,
  differences: [wrong],
  requests: 2,
  bytes: 10,
  oracleRequests: 1,
  ...more,
});

test('only the row about this file and label explains a difference', () => {
  const results = [result('a'), result('b')];
  const reasons = locateDifferences(results, [
    { file: 'a', at: 'IFD0:Make', reason: 'so' },
    { file: 'b', at: 'IFD0:Model', reason: 'no' },
  ]).map(({ known }) => known);
  expect(reasons).toEqual(['so', null]);
});

test('a label with a star at its end means all labels with that beginning', () => {
  expect(matchesLabel('SubIFD1:*', 'SubIFD1:0x0100')).toBe(true);
  expect(matchesLabel('SubIFD1:*', 'SubIFD:0x0100')).toBe(false);
  expect(matchesLabel('*', 'width')).toBe(true);
  expect(matchesLabel('IFD0:Make', 'IFD0:MakeX')).toBe(false);
});

test('rows that nothing needs are named, except about files that were not read', () => {
  const row = (file: string, at: string) => ({ file, at, reason: '' });
  const rows = [row('a', 'IFD0:Make'), row('a', 'width'), row('elsewhere', 'width')];
  expect(unusedRows([result('a')], rows)).toEqual([row('a', 'width')]);
});

test('a row adds up its files; what is not supported is counted apart', () => {
  const failed = result('b', { comparison: null, requests: 4, oracleRequests: null });
  const unsupported = result('c', { supported: false, comparison: null, requests: 1 });
  const row = formatRow('tiff', [result('a'), failed, unsupported], locateDifferences([result('a')], []));
  expect(row).toMatchObject({
    files: 3,
    unsupported: 1,
    failed: 1,
    found: { agreeing: 1, total: 2 },
    tags: { agreeing: 1, total: 2 },
    partial: 1,
    typed: one,
    lossless: one,
    derived: new Map([
      ['latitude', one],
      ['iso', { agreeing: 0, total: 1 }],
    ]),
    requests: { mean: 3, max: 4, ratio: 2 },
    differences: 1,
    known: 0,
  });
});
