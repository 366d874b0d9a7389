import { compareFile, compareStyle } from '../../check/corpus/compare-file';
import type { ExifRecord } from '../../lib/types';
import { bytes, document, entry, truthOf } from './entries';

const record: ExifRecord = {
  stat: { size: 100, etag: '"1"', lastModified: null },
  parser: '1',
  container: 'tiff',
  shape: { width: 4, height: 3, frames: 1, animated: false },
  document: document(entry(0x10f, 2, bytes('A\0'))),
};
const truth = truthOf({ 'IFD0:Make': { id: 0x10f, val: 'A', fmt: 'string' } });

test('a file that agrees has no difference', () => {
  const comparison = compareFile(record, truth, { Make: 'A' });
  expect(comparison).toMatchObject({ found: true, style: { agreeing: 1, total: 1 }, differences: [] });
});

test('each wrong side, order or finding is a difference', () => {
  const kinds = (more: Partial<typeof truth>) =>
    compareFile(record, { ...truth, ...more }, undefined).differences.map(({ at }) => at);
  expect(kinds({ width: 5 })).toEqual(['width']);
  expect(kinds({ height: 5, frames: 2 })).toEqual(['height', 'frames']);
  expect(kinds({ byte_order: 'MM' })).toEqual(['byte order']);
  expect(kinds({ has_exif: false })).toEqual(['exif']);
  expect(kinds({ width: null, height: null, frames: null })).toEqual([]);
});

test('members that differ, lack or are too many are differences, and count in the total', () => {
  const { style, differences } = compareFile(record, truth, { Make: 'B', Model: '' });
  expect(style).toEqual({ agreeing: 0, total: 2 });
  expect(differences.map(({ at }) => at)).toEqual(['style:Make', 'style:Model']);
  const extra = compareFile(record, truth, {});
  expect(extra.style).toEqual({ agreeing: 0, total: 1 });
  expect(compareStyle({ A: '' }, { A: '' })).toEqual([]);
  expect(compareStyle({}, { A: '' })).toHaveLength(1);
});
