import { type CborValue, readCbor } from '../../../lib/block/cbor';
import { maxCborDepth, maxCborItems, maxCborText } from '../../../lib/block/limits';
import { concat } from '../../../testing/build/bytes';
import { type CborSource, cbor, cborHead } from '../../../testing/build/jumbf';

const read = (bytes: Uint8Array, items = 0) => readCbor(bytes, { items });
const hex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

const map = (members: Readonly<Record<string, CborValue>>) => new Map(Object.entries(members));

// The examples of RFC 8949, Appendix A, that do not have floats.
test.each<[string, CborValue]>([
  ['00', 0],
  ['17', 23],
  ['1818', 24],
  ['1903e8', 1000],
  ['1a000f4240', 1_000_000],
  ['1b000000e8d4a51000', 1_000_000_000_000],
  ['1bffffffffffffffff', null],
  ['c249010000000000000000', hex('010000000000000000')],
  ['20', -1],
  ['3863', -100],
  ['3903e7', -1000],
  ['3bffffffffffffffff', null],
  ['3b001fffffffffffff', null],
  ['3b001ffffffffffffe', -Number.MAX_SAFE_INTEGER],
  ['f4', false],
  ['f5', true],
  ['f6', null],
  ['f7', null],
  ['f0', null],
  ['f8ff', null],
  ['f97c00', null],
  ['fb3ff199999999999a', null],
  ['c074323031332d30332d32315432303a30343a30305a', '2013-03-21T20:04:00Z'],
  ['c11a514b67b0', 1_363_896_240],
  ['d818456449455446', hex('6449455446')],
  ['40', hex('')],
  ['4401020304', hex('01020304')],
  ['60', ''],
  ['6161', 'a'],
  ['62225c', '"\\'],
  ['62c3bc', 'ü'],
  ['63e6b0b4', '水'],
  ['64f0908591', '𐅑'],
  ['80', []],
  ['83010203', [1, 2, 3]],
  ['8301820203820405', [1, [2, 3], [4, 5]]],
  ['a0', map({})],
  ['a26161016162820203', map({ a: 1, b: [2, 3] })],
  ['826161a161626163', ['a', map({ b: 'c' })]],
  ['5f42010243030405ff', hex('0102030405')],
  ['7f657374726561646d696e67ff', 'streaming'],
  ['9fff', []],
  ['9f018202039f0405ffff', [1, [2, 3], [4, 5]]],
  ['83018202039f0405ff', [1, [2, 3], [4, 5]]],
  ['bf61610161629f0203ffff', map({ a: 1, b: [2, 3] })],
  ['bf6346756ef563416d7421ff', map({ Fun: true, Amt: -2 })],
])('reads %s', (bytes, value) => {
  expect(read(hex(bytes))).toEqual({ value, defect: null });
});

test('only members with a text as key are kept', () => {
  expect(read(hex('a201020304')).value).toEqual(map({}));
  expect(read(hex('a2010261610a')).value).toEqual(map({ a: 10 }));
});

test('names of JavaScript are keys like others', () => {
  const members = { ['__proto__']: 'a', constructor: 'b', toString: 'c' };
  expect(read(cbor(members)).value).toEqual(map(members));
});

test('bytes after the first item are not read', () => {
  expect(read(hex('0100ff'))).toEqual({ value: 1, defect: null });
});

test.each<[string, string, CborValue | undefined, string]>([
  ['nothing', '', undefined, '0 bytes are left, more are needed'],
  ['a cut length', '19ff', undefined, '1 bytes are left, more are needed'],
  ['a cut text', '63 61', undefined, '1 bytes are left, more are needed'],
  ['a text of 2^53 bytes', '7b0020000000000000 61', undefined, '1 bytes are left, more are needed'],
  ['a text of 2^64 bytes', '7bffffffffffffffff 61', undefined, '1 bytes are left, more are needed'],
  ['a list of 2^64 items', '9bffffffffffffffff 01', [1], '0 bytes are left, more are needed'],
  ['a map of 2^64 members', 'bbffffffffffffffff 6161 01', map({ a: 1 }), '0 bytes are left, more are needed'],
  ['a list without an end', '9f 01', [1], '0 bytes are left, more are needed'],
  ['a text without an end', '7f 6161', undefined, '0 bytes are left, more are needed'],
  ['a map with half a member', 'a2 6161 01 6162', map({ a: 1 }), '0 bytes are left, more are needed'],
  ['a break without a start', 'ff', undefined, 'the byte 0xff does not start an item'],
  ['a number without an end', '1f', undefined, 'the byte 0x1f does not start an item'],
  ['a reserved length', '82 01 1c', [1], 'the byte 0x1c does not start an item'],
  ['a text in a text of pieces in pieces', '7f 7f 6161 ff ff', undefined, '4 bytes are left, more are needed'],
  ['bytes in a text of pieces', '7f 6161 4162 ff', undefined, 'a piece of a string has another type'],
  ['a key twice', 'a3 6161 01 6161 02 6162 03', map({ a: 1 }), 'a map has a key twice'],
  ['a defect in the depth', '82 a1 6161 82 01 1c 02', [map({ a: [1] })], 'the byte 0x1c does not start an item'],
])('%s: the value up to the defect', (_name, bytes, value, defect) => {
  expect(read(hex(bytes.replaceAll(' ', '')))).toEqual({ value, defect });
});

describe('limits', () => {
  const nested = (depth: number, start: number) => new Uint8Array(depth).fill(start);

  test.each([
    ['lists', 0x81],
    ['maps', 0xa1],
    ['tags', 0xc1],
    ['lists without a length', 0x9f],
  ])('the depth of %s', (_name, start) => {
    expect(read(nested(100_000, start)).defect).toBe(`items are nested deeper than ${maxCborDepth}`);
  });

  test('the deepest list', () => {
    expect(read(concat(nested(maxCborDepth - 1, 0x81), cbor(1))).defect).toBeNull();
    expect(read(concat(nested(maxCborDepth, 0x81), cbor(1))).defect).not.toBeNull();
  });

  test('items, of all blocks together', () => {
    const list = (length: number) => concat(cborHead(4, length), new Uint8Array(length));
    expect(read(list(maxCborItems - 1)).defect).toBeNull();
    expect(read(list(maxCborItems)).defect).toBe(`there are more than ${maxCborItems} items`);
    expect(read(list(5), maxCborItems - 3)).toEqual({ value: [0, 0], defect: expect.any(String) });
  });

  test('pieces of a string count as items', () => {
    const pieces = concat(Uint8Array.of(0x7f), new Uint8Array(maxCborItems + 1).fill(0x60));
    expect(read(pieces)).toEqual({ value: undefined, defect: `there are more than ${maxCborItems} items` });
  });

  test('the part of a text that is kept', () => {
    const text = 'x'.repeat(maxCborText + 1);
    expect(read(cbor([text, 1])).value).toEqual([text.slice(1), 1]);
  });
});

describe('damage', () => {
  const source: CborSource = { a: [1, -500, 'text', new Uint8Array(30)], b: { c: null, d: true }, e: 70_000 };
  const bytes = cbor(source);

  test('cut at every length: members are complete or absent', () => {
    const whole = read(bytes).value;
    for (let length = 0; length < bytes.length; length++) {
      const { value, defect } = read(bytes.subarray(0, length));
      expect(defect).not.toBeNull();
      expect(keysOf(whole)).toEqual(expect.arrayContaining(keysOf(value)));
    }
  });

  test('every byte changed: an answer', () => {
    for (let at = 0; at < bytes.length; at++) {
      for (const mask of [0x01, 0x1f, 0x20, 0xe0, 0xff]) {
        const flipped = bytes.slice();
        flipped[at] = (flipped[at] ?? 0) ^ mask;
        const count = { items: 0 };
        readCbor(flipped, count);
        expect(count.items).toBeLessThanOrEqual(bytes.length + 1);
      }
    }
  });
});

function keysOf(value: CborValue | undefined): string[] {
  return value instanceof Map ? Array.from(value.keys()) : [];
}
