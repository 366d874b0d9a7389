// Box headers: which bytes are a box, where its payload starts and where it ends.
import { memoryBytes } from '../../../lib/bytes/held';
import { type Box, boxesIn, boxesOf, findBox, visitBoxes } from '../../../lib/container/bmff';
import { box } from '../../../testing/build/bmff';
import { concat, latin1, noise, u32 } from '../../../testing/build/bytes';

const four = new Uint8Array(4);
const after = box('next', four);
const next = (offset: number): Box => ({ type: 'next', offset: offset + 8, end: offset + 12 });
const long = { form: 'long' } as const;
const open = { form: 'open' } as const;
const test1 = (offset: number, end: number): Box => ({ type: 'test', offset, end });

const cases: readonly (readonly [name: string, bytes: Uint8Array, boxes: readonly Box[]])[] = [
  ['nothing', new Uint8Array(0), []],
  ['a box of its head alone', concat(box('test', new Uint8Array(0)), after), [test1(8, 8), next(8)]],
  ['a box with a payload', concat(box('test', four), after), [test1(8, 12), next(12)]],
  ['a size of 64 bits', concat(box('test', four, long), after), [test1(16, 20), next(20)]],
  [
    'a size of 64 bits without a payload',
    concat(box('test', new Uint8Array(0), long), after),
    [test1(16, 16), next(16)],
  ],
  ['size 0: up to the end', concat(box('test', four, open), after), [test1(8, 24)]],
  ['a size beyond the end', box('test', four, { claims: 13 }), [test1(8, 12)]],
  ['a size of 64 bits beyond the end', box('test', four, { ...long, claims: 21 }), [test1(16, 20)]],
  ['a size of 7', concat(after, box('test', four, { claims: 7 }), after), [next(0)]],
  ['a size of 64 bits of 15', concat(after, box('test', four, { ...long, claims: 15 }), after), [next(0)]],
  ['a size that no number holds', concat(after, box('test', four, { ...long, claims: 2n ** 60n })), [next(0)]],
  ['a size of 64 bits cut short', concat(after, box('test', four, long).subarray(0, 15)), [next(0)]],
  ['7 bytes after the last box', concat(after, noise(7)), [next(0)]],
  ['the head of a box at the end', concat(after, u32(9), latin1('test')), [next(0), test1(20, 20)]],
];

test.each(cases)('boxes of bytes: %s', (_name, bytes, boxes) => {
  expect(boxesIn(bytes, 0, bytes.length)).toEqual(boxes);
  const visited: Box[] = [];
  visitBoxes(bytes, 0, bytes.length, (box) => visited.push(box));
  expect(visited).toEqual(boxes);
});

test.each(cases)('boxes of an object: %s', (_name, bytes, boxes) => {
  expect([...boxesOf(memoryBytes(bytes))]).toEqual(boxes);
});

describe('a part of bytes', () => {
  const bytes = concat(noise(3), box('test', concat(after, four)), after);

  test('is read from its start, and cut at its end', () => {
    expect(boxesIn(bytes, 3, 20)).toEqual([test1(11, 20)]);
    expect(boxesIn(bytes, 11, 27)).toEqual([next(11)]);
  });

  test('that starts after its end has no boxes', () => {
    expect(boxesIn(bytes, 27, 11)).toEqual([]);
  });

  test('that ends after the bytes is cut there', () => {
    expect(boxesIn(box('test', four, open), 0, 100)).toEqual([test1(8, 12)]);
  });

  test('finds the first box of a type', () => {
    const twice = concat(after, box('test', four), box('test', noise(9)));
    expect(findBox(twice, 0, twice.length, 'test')).toEqual(test1(20, 24));
    expect(findBox(twice, 0, 12, 'test')).toBeNull();
  });
});
