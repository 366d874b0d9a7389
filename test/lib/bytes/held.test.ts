import { firstBytes, type HeldBytes, memoryBytes, parseHeld } from '../../../lib/bytes/held';
import { budgetedReader, memoryReader, subReader, windowedReader } from '../../../lib/bytes/reader';
import { ProblemError } from '../../../lib/problem';
import type { RangeReader } from '../../../lib/types';
import { problemOf } from '../../../testing/compare/problem';
import { countingReader } from '../../../testing/fakes/counting-reader';

const bytes = Uint8Array.from({ length: 100 }, (_, index) => index);

/** The sum of the first bytes of three ranges, the last two together. */
function parse(file: HeldBytes): number {
  const [first] = file.range(0, 2);
  const [second, third] = file.ranges([
    { start: 10, end: 12 },
    { start: 90, end: 95 },
  ]);
  return (first ?? 0) + (second?.[0] ?? 0) + (third?.[0] ?? 0);
}

test.each<[string, RangeReader]>([
  ['bytes in memory', memoryReader(bytes)],
  ['a part of them', subReader(memoryReader(bytes), 0, 99)],
  [
    'a window with all bytes',
    windowedReader(subReader(memoryReader(bytes), 0, 100), bytes, { minRead: 1, maxRead: 1, mergeGap: 0 }),
  ],
])('parses %s once, without a read', async (_, reader) => {
  const unread: RangeReader = { ...reader, read: () => Promise.reject(new Error('read')) };
  let calls = 0;
  const counted = (file: HeldBytes): number => {
    calls++;
    return parse(file);
  };
  expect(await parseHeld(unread, counted)).toBe(100);
  expect(calls).toBe(1);
});

test('starts over after each read, and reads nothing twice', async () => {
  const { reader, rounds } = countingReader(bytes);
  let calls = 0;
  const counted = (file: HeldBytes): number => {
    calls++;
    return parse(file);
  };
  expect(await parseHeld(reader, counted)).toBe(100);
  expect([calls, rounds]).toEqual([
    3,
    [
      [{ start: 0, end: 2 }],
      [
        { start: 10, end: 12 },
        { start: 90, end: 95 },
      ],
    ],
  ]);
});

test('throws the error of a read where the bytes are needed, each time', async () => {
  const { reader, rounds } = countingReader(bytes);
  const budgeted = budgetedReader(reader, { requests: 0, bytes: 0 }, 2, 100);
  const found = await parseHeld(budgeted, (file) => {
    const codes: string[] = [];
    for (const start of [0, 10, 20, 10, 20]) {
      try {
        codes.push(String(file.upTo(start, 1)[0]));
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        codes.push(error.code);
      }
    }
    return codes;
  });
  expect(found).toEqual(['0', '10', 'BudgetExceeded', '10', 'BudgetExceeded']);
  expect(rounds).toHaveLength(2);
});

test('an error of the parser passes', async () => {
  await expect(
    parseHeld(memoryReader(bytes), () => {
      throw new Error('mine');
    }),
  ).rejects.toThrow('mine');
});

test.each<[string, HeldBytes, number]>([
  ['memory', memoryBytes(bytes), 100],
  ['a part of it', firstBytes(memoryBytes(bytes), 50), 50],
  ['a part that is longer than all', firstBytes(memoryBytes(bytes), 500), 100],
])('bounds of %s', async (_, file, size) => {
  expect(file.size).toBe(size);
  expect(file.upTo(size - 1, 10)).toEqual(bytes.subarray(size - 1, size));
  expect(file.upTo(1000, 10)).toHaveLength(0);
  for (const [start, end] of [
    [-1, 2],
    [5, 4],
    [0, size + 1],
    [Number.NaN, 2],
  ] as const) {
    expect(await problemOf(async () => file.range(start, end))).toBe('DamagedImage');
    expect(await problemOf(async () => file.ranges([{ start, end }]))).toBe('DamagedImage');
  }
});
