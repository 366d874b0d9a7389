import { joinBytes } from '../../../lib/bytes/join';

test.each([
  ['no part', [], []],
  ['two parts', [[1, 2], [3]], [1, 2, 3]],
  ['empty parts', [[], [1], []], [1]],
])('%s', (_name, parts, expected) => {
  expect(joinBytes(parts.map((part) => Uint8Array.from(part)))).toEqual(Uint8Array.from(expected));
});

test('a single part is not copied', () => {
  const part = Uint8Array.of(1, 2);
  expect(joinBytes([part])).toBe(part);
});
