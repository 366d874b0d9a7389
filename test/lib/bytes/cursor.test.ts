import { hasAt, latin1, need, slice, u8, u16, u32, u64 } from '../../../lib/bytes/cursor';
import { problemOf } from '../../../testing/compare/problem';

const bytes = Uint8Array.of(0x01, 0x82, 0x03, 0x84, 0xf5, 0x06, 0x07, 0x88, 0x09);

test.each([
  ['u8', u8(bytes, 1), 0x82],
  ['u16 big-endian', u16(bytes, 0, false), 0x0182],
  ['u16 little-endian', u16(bytes, 0, true), 0x8201],
  ['u16 at the end', u16(bytes, 7, true), 0x0988],
  ['u32 big-endian, above 31 bits', u32(bytes, 3, false), 0x84f50607],
  ['u32 little-endian, above 31 bits', u32(bytes, 0, true), 0x84038201],
])('%s', (_name, got, expected) => {
  expect(got).toBe(expected);
});

describe('u64', () => {
  test.each([
    ['small', [0, 0, 0, 0, 0, 0, 0x12, 0x34], 0x1234],
    ['beyond 32 bits', [0, 0, 1, 2, 3, 4, 5, 6], 0x010203040506],
    ['the greatest safe integer', [0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], Number.MAX_SAFE_INTEGER],
    ['one above', [0, 0x20, 0, 0, 0, 0, 0, 0], null],
    ['all ones', [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], null],
  ])('%s, in both orders', (_name, big, expected) => {
    expect(u64(Uint8Array.from(big), 0, false)).toBe(expected);
    expect(u64(Uint8Array.from(big.toReversed()), 0, true)).toBe(expected);
  });
});

describe('past the end is DamagedImage, at every offset', () => {
  test.each([
    ['u8', 1, (at: number) => u8(bytes, at)],
    ['u16', 2, (at: number) => u16(bytes, at, true)],
    ['u32', 4, (at: number) => u32(bytes, at, false)],
    ['u64', 8, (at: number) => u64(bytes, at, false)],
    ['slice', 3, (at: number) => slice(bytes, at, 3)],
    ['latin1', 3, (at: number) => latin1(bytes, at, 3)],
  ])('%s', async (_name, length, read) => {
    for (let at = 0; at <= bytes.length - length; at++) expect(() => read(at)).not.toThrow();
    for (const at of [-1, bytes.length - length + 1, bytes.length, 2 ** 40]) {
      expect(await problemOf(() => read(at))).toBe('DamagedImage');
    }
  });

  test('a negative length', async () => {
    expect(await problemOf(() => need(bytes, 4, -1))).toBe('DamagedImage');
    expect(await problemOf(() => slice(bytes, 4, -4))).toBe('DamagedImage');
  });

  test('no bytes at the very end are there', () => {
    expect(() => need(bytes, bytes.length, 0)).not.toThrow();
    expect(slice(bytes, bytes.length, 0)).toHaveLength(0);
  });
});

test('reads of a view stay inside it', async () => {
  const view = bytes.subarray(2, 6);
  expect(u32(view, 0, false)).toBe(0x0384f506);
  expect(await problemOf(() => u32(view, 1, false))).toBe('DamagedImage');
  expect(slice(view, 1, 2)).toEqual(Uint8Array.of(0x84, 0xf5));
});

test('latin1 shows a character a byte', () => {
  expect(latin1(Uint8Array.of(0x41, 0x00, 0xe9, 0xff), 0, 4)).toBe('A\0\u00e9\u00ff');
});

test.each([
  [0, 'abc', true],
  [1, 'bc', true],
  [1, 'ab', false],
  [1, 'bcd', false],
  [3, '', true],
  [4, '', false],
  [-1, 'a', false],
])('hasAt %i %p is %p', (at, text, expected) => {
  expect(hasAt(Uint8Array.of(0x61, 0x62, 0x63), at, text)).toBe(expected);
});
