import { fitsUtf8 } from '../../../lib/bytes/utf8';

test.each([
  ['', 0, true],
  ['a', 0, false],
  ['aaaa', 4, true],
  ['aaaaa', 4, false],
  ['éé', 4, true],
  ['ééa', 4, false],
  ['图图', 6, true],
  ['图图', 5, false],
  ['😀', 4, true],
  ['😀', 3, false],
  ['\ud800', 3, true],
])('whether %j fits into %i bytes: %s', (text, maxBytes, fits) => {
  expect(fitsUtf8(text, maxBytes)).toBe(fits);
});
