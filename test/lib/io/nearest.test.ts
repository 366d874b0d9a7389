import { editDistance, nearest } from '../../../lib/io/nearest';

test.each([
  ['', '', 0],
  ['', 'abc', 3],
  ['abc', '', 3],
  ['kitten', 'sitting', 3],
  ['regoin', 'region', 1],
  ['ab', 'ba', 1],
  ['abc', 'cba', 2],
  ['same', 'same', 0],
])('from %j to %j: %d edits', (a, b, edits) => {
  expect(editDistance(a, b)).toBe(edits);
});

test.each([
  ['EXIF_MAX_FRAME', 'EXIF_MAX_FRAMES'],
  ['EXIF_BUKET', 'EXIF_BUCKET'],
  ['tabel', 'table'],
  ['EXIF_FACES', null],
  ['', null],
])('nearest to %j: %j', (text, name) => {
  expect(nearest(text, ['EXIF_BUCKET', 'EXIF_CACHE_CONTROL', 'EXIF_MAX_FRAMES', 'table'])).toBe(name);
});
