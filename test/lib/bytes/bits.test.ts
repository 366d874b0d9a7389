import { bitsOf } from '../../../lib/bytes/bits';
import { problemOf } from '../../../testing/compare/problem';

const bytes = Uint8Array.of(0b1010_0110, 0b1111_0000, 0xff, 0xff, 0xff, 0xff, 0x81);

test('fields follow each other, the highest bit first, across bytes', () => {
  const bits = bitsOf(bytes);
  expect([bits.take(1), bits.take(3), bits.take(0), bits.take(8), bits.take(4)]).toEqual([1, 0b010, 0, 0b0110_1111, 0]);
  expect(bits.take(32)).toBe(0xffffffff);
  expect(bits.take(8)).toBe(0x81);
});

test('a flag is one bit', () => {
  const bits = bitsOf(bytes);
  expect([bits.flag(), bits.flag(), bits.flag(), bits.flag()]).toEqual([true, false, true, false]);
});

test.each([
  [0, 0, 1],
  [1, 1, 0],
  [7, 1, 0],
  [8, 1, 1],
  [9, 2, 1],
])('after %i bits are skipped, the next whole byte is %i and the next bit %i', (count, byteOffset, bit) => {
  const bits = bitsOf(bytes);
  bits.skip(count);
  expect(bits.byteOffset()).toBe(byteOffset);
  expect(bits.take(1)).toBe(bit);
});

test('a field past the end is DamagedImage', async () => {
  const bits = bitsOf(bytes);
  bits.skip(8 * bytes.length - 1);
  expect(await problemOf(() => bits.take(2))).toBe('DamagedImage');
});
