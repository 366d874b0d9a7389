import { hasImageSuffix, imageSuffixes, suffixOf } from '../../bin/image-suffixes';
import { containers } from '../../lib/container';

test('each container has its suffixes', () => {
  expect(Object.keys(imageSuffixes)).toEqual(containers.map(({ name }) => name));
  expect(Object.values(imageSuffixes).filter((suffixes) => suffixes.length === 0)).toEqual([]);
});

test.each([
  ['a.jpg', true],
  ['a/b.JPEG', true],
  ['x.Cr3', true],
  ['photo.heic', true],
  ['a.txt', false],
  ['jpg', false],
  ['.jpg', false],
  ['a/.jpg', false],
  ['a.jpg/', false],
  ['a.jpg/b', false],
  ['', false],
])('%j is an image by its suffix: %s', (key, taken) => {
  expect(hasImageSuffix(key)).toBe(taken);
});

test('a suffix', () => {
  expect(['a.JPG', 'a.b.c', 'a', 'a.b/c', 'a.12345678901', '.x'].map(suffixOf)).toEqual([
    'jpg',
    'c',
    null,
    null,
    null,
    null,
  ]);
});
