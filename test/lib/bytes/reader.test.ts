import { budgetedReader, memoryReader, readRange, readUpTo, subReader } from '../../../lib/bytes/reader';
import { noise } from '../../../testing/build/bytes';
import { problemOf } from '../../../testing/compare/problem';
import { countingReader } from '../../../testing/fakes/counting-reader';

const bytes = noise(100);

const outside = [
  [-1, 1],
  [5, 4],
  [0, 101],
  [101, 101],
  [Number.NaN, Number.NaN],
  [0, Number.NaN],
] as const;

describe('memoryReader', () => {
  test('answers every range in its order, as views', async () => {
    const read = await memoryReader(bytes).read([
      { start: 90, end: 100 },
      { start: 0, end: 1 },
      { start: 100, end: 100 },
    ]);
    expect(read).toEqual([bytes.subarray(90), bytes.subarray(0, 1), new Uint8Array(0)]);
    expect(read[0]?.buffer).toBe(bytes.buffer);
  });

  test.each(outside)('%i to %i of 100 is DamagedImage', async (start, end) => {
    expect(await problemOf(() => readRange(memoryReader(bytes), start, end))).toBe('DamagedImage');
  });
});

describe('subReader', () => {
  test('counts from its start', async () => {
    const { reader, rounds } = countingReader(bytes);
    const sub = subReader(subReader(reader, 10, 60), 5, 25);
    expect(sub.size).toBe(20);
    expect(await readRange(sub, 0, 20)).toEqual(bytes.subarray(15, 35));
    expect(rounds).toEqual([[{ start: 15, end: 35 }]]);
  });

  test.each([
    [-1, 5],
    [0, 21],
    [4, 3],
  ])('%i to %i is DamagedImage though the bytes exist', async (start, end) => {
    const sub = subReader(memoryReader(bytes), 10, 30);
    expect(await problemOf(() => readRange(sub, start, end))).toBe('DamagedImage');
  });

  test.each(outside)('cannot be made of %i to %i', async (start, end) => {
    expect(await problemOf(() => subReader(memoryReader(bytes), start, end))).toBe('DamagedImage');
  });
});

describe('readUpTo', () => {
  test.each([
    [0, 10, 0, 10],
    [95, 10, 95, 100],
    [100, 10, 100, 100],
    [2 ** 40, 10, 100, 100],
    [0, 2 ** 40, 0, 100],
  ])('at %i, at most %i bytes', async (start, length, from, to) => {
    expect(await readUpTo(memoryReader(bytes), start, length)).toEqual(bytes.subarray(from, to));
  });
});

test('a reader that answers no bytes is our bug: InternalError', async () => {
  expect(await problemOf(() => readRange({ size: 9, read: async () => [] }, 0, 1))).toBe('InternalError');
});

describe('budgetedReader', () => {
  const twoRanges = [
    { start: 0, end: 10 },
    { start: 50, end: 60 },
  ];

  test.each([
    ['all that is left', 2, 20, true],
    ['one request too many', 1, 20, false],
    ['one byte too many', 2, 19, false],
  ])('%s', async (_name, maxRequests, maxBytes, fits) => {
    const { reader, rounds } = countingReader(bytes);
    const cost = { requests: 0, bytes: 0 };
    const read = () => budgetedReader(reader, cost, maxRequests, maxBytes).read(twoRanges);
    if (fits) expect(await read()).toEqual([bytes.subarray(0, 10), bytes.subarray(50, 60)]);
    else expect(await problemOf(read)).toBe('BudgetExceeded');
    expect(rounds).toHaveLength(fits ? 1 : 0);
    expect(cost).toEqual(fits ? { requests: 2, bytes: 20 } : { requests: 0, bytes: 0 });
  });

  test('goes on counting what was spent before', async () => {
    const cost = { requests: 1, bytes: 5 };
    const reader = budgetedReader(memoryReader(bytes), cost, 3, 30);
    await reader.read(twoRanges);
    expect(cost).toEqual({ requests: 3, bytes: 25 });
    expect(await problemOf(() => readRange(reader, 0, 1))).toBe('BudgetExceeded');
    expect(cost).toEqual({ requests: 3, bytes: 25 });
  });

  test('reads at the same time cannot overdraw it together', async () => {
    const cost = { requests: 0, bytes: 0 };
    const reader = budgetedReader(memoryReader(bytes), cost, 16, 25);
    const results = await Promise.allSettled([0, 20, 40].map((start) => readRange(reader, start, start + 10)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(cost).toEqual({ requests: 2, bytes: 20 });
  });
});
