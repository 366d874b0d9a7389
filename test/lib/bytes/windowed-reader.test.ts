import fc from 'fast-check';
import { readRange, windowedReader } from '../../../lib/bytes/reader';
import type { ByteRange } from '../../../lib/types';
import { noise } from '../../../testing/build/bytes';
import { problemOf } from '../../../testing/compare/problem';
import { countingReader, readTwice } from '../../../testing/fakes/counting-reader';

const bytes = noise(10_000);
const options = { minRead: 100, maxRead: 400, mergeGap: 50 };

/** A windowed reader that holds the first 200 bytes. */
function open(given = options, delay?: (call: number) => number) {
  const { reader, rounds } = countingReader(bytes, delay);
  return { reader: windowedReader(reader, bytes.subarray(0, 200), given), rounds };
}

describe('what it asks for', () => {
  const cases: readonly (readonly [string, [number, number][], [number, number][]])[] = [
    ['nothing for what the first reply held', [[0, 200]], []],
    ['minRead for a short range', [[1000, 1010]], [[1000, 1100]]],
    ['a long range as it is', [[1000, 1500]], [[1000, 1500]]],
    [
      'ranges one gap apart together',
      [
        [1000, 1200],
        [1250, 1400],
      ],
      [[1000, 1400]],
    ],
    [
      'ranges more than a gap apart each',
      [
        [1000, 1200],
        [1251, 1400],
      ],
      [
        [1000, 1200],
        [1251, 1400],
      ],
    ],
    [
      'ranges in any order',
      [
        [1250, 1400],
        [1000, 1200],
      ],
      [[1000, 1400]],
    ],
    [
      'a range inside another once',
      [
        [1000, 1400],
        [1100, 1150],
      ],
      [[1000, 1400]],
    ],
    [
      'the same range once',
      [
        [1000, 1400],
        [1000, 1400],
      ],
      [[1000, 1400]],
    ],
    ['only what the head lacks', [[150, 400]], [[200, 400]]],
    ['what touches the head', [[200, 400]], [[200, 400]]],
    ['bytes before a short range at the end', [[9990, 10_000]], [[9900, 10_000]]],
    [
      'nothing for no bytes, held or not',
      [
        [100, 100],
        [5000, 5000],
        [10_000, 10_000],
      ],
      [],
    ],
    [
      'only the range that is missing',
      [
        [0, 10],
        [1000, 1200],
      ],
      [[1000, 1200]],
    ],
  ];
  test.each(cases)('%s', async (_name, ranges, expected) => {
    const { reader, rounds } = open();
    const read = await reader.read(ranges.map(([start, end]) => ({ start, end })));
    expect(read).toEqual(ranges.map(([start, end]) => bytes.subarray(start, end)));
    expect(rounds.flat()).toEqual(expected.map(([start, end]) => ({ start, end })));
  });

  test('all the ranges of one call go out in one round', async () => {
    const { reader, rounds } = open();
    await reader.read([1000, 3000, 5000].map((start) => ({ start, end: start + 10 })));
    expect(rounds.map((round) => round.length)).toEqual([3]);
  });

  test('minRead doubles with each round that reads, up to maxRead', async () => {
    const { reader, rounds } = open();
    for (const start of [1000, 1001, 2000, 3000, 4000, 5000]) await readRange(reader, start, start + 1);
    expect(rounds.flat().map(({ start, end }) => end - start)).toEqual([100, 200, 400, 400, 400]);
  });

  test('reads widened at once do not run into each other', async () => {
    const { reader, rounds } = open();
    await reader.read([1000, 1060].map((start) => ({ start, end: start + 5 })));
    expect(rounds).toHaveLength(1);
    expect(readTwice(rounds.flat())).toBe(0);
  });

  test('a read that is extended towards a window stops there', async () => {
    const { reader, rounds } = open();
    await readRange(reader, 1050, 1150);
    await readRange(reader, 1000, 1010);
    expect(readTwice(rounds.flat())).toBe(0);
  });
});

describe('a range across what was read', () => {
  test('the head and one window', async () => {
    const { reader, rounds } = open();
    await readRange(reader, 200, 500);
    expect(await readRange(reader, 100, 450)).toEqual(bytes.subarray(100, 450));
    expect(rounds).toHaveLength(1);
  });

  test('many windows, one after the other', async () => {
    const { reader, rounds } = open();
    for (const start of [200, 700, 1200]) await readRange(reader, start, start + 500);
    expect(await readRange(reader, 0, 1700)).toEqual(bytes.subarray(0, 1700));
    expect(rounds).toHaveLength(3);
  });

  test('windows read from the back to the front', async () => {
    const { reader, rounds } = open();
    for (const start of [2000, 1500, 1000]) await readRange(reader, start, start + 500);
    expect(await readRange(reader, 1000, 2500)).toEqual(bytes.subarray(1000, 2500));
    expect(readTwice(rounds.flat())).toBe(0);
  });

  test('two windows with a hole between', async () => {
    const { reader, rounds } = open();
    await readRange(reader, 1000, 1400);
    await readRange(reader, 1600, 2000);
    expect(await readRange(reader, 1000, 2000)).toEqual(bytes.subarray(1000, 2000));
    expect(readTwice(rounds.flat())).toBe(0);
  });
});

test('outside is DamagedImage, and nothing is asked for', async () => {
  const { reader, rounds } = open();
  for (const [start, end] of [
    [-1, 5],
    [20, 10],
    [0, 10_001],
    [10_001, 10_001],
  ] as const) {
    expect(await problemOf(() => readRange(reader, start, end))).toBe('DamagedImage');
  }
  expect(rounds).toHaveLength(0);
});

test('a read that fails keeps nothing and can be done again', async () => {
  const source = countingReader(bytes);
  let failing = true;
  const reader = windowedReader(
    {
      size: bytes.length,
      read: (ranges) => (failing ? Promise.reject(new Error('reset')) : source.reader.read(ranges)),
    },
    bytes.subarray(0, 200),
    options,
  );
  await expect(readRange(reader, 1000, 1010)).rejects.toThrow('reset');
  failing = false;
  expect(await readRange(reader, 1000, 1010)).toEqual(bytes.subarray(1000, 1010));
});

test.each([
  ['no bytes', () => []],
  ['too few bytes', () => [new Uint8Array(9)]],
])('a source that answers %s is our bug: InternalError', async (_name, answer) => {
  const source = { size: bytes.length, read: async () => answer() };
  const reader = windowedReader(source, bytes.subarray(0, 200), options);
  expect(await problemOf(() => readRange(reader, 1000, 1010))).toBe('InternalError');
});

test('the first bytes are asked for where none are held', async () => {
  const { reader, rounds } = countingReader(bytes);
  const windowed = windowedReader(reader, new Uint8Array(0), options);
  expect(await readRange(windowed, 0, 10)).toEqual(bytes.subarray(0, 10));
  expect(rounds.flat()).toEqual([{ start: 0, end: 100 }]);
});

function isAsSource(read: readonly Uint8Array[], ranges: readonly ByteRange[]): boolean {
  return (
    read.length === ranges.length &&
    ranges.every(({ start, end }, i) => Buffer.compare(bytes.subarray(start, end), read[i] ?? bytes) === 0)
  );
}

/** The number of runs of bytes that are in `ranges` and not in `held`. */
function holesIn(ranges: readonly ByteRange[], held: readonly ByteRange[]): number {
  const wanted = new Uint8Array(bytes.length + 1);
  for (const { start, end } of ranges) wanted.fill(1, start, end);
  for (const { start, end } of held) wanted.fill(0, start, end);
  return wanted.reduce((count, flag, at) => count + (flag === 1 && wanted[at - 1] !== 1 ? 1 : 0), 0);
}

const anyRange = fc
  .tuple(fc.nat(bytes.length), fc.oneof(fc.nat(40), fc.nat(2000)))
  .map(([start, length]) => ({ start, end: Math.min(bytes.length, start + length) }));
const anyReads = fc.array(fc.array(anyRange, { minLength: 1, maxLength: 5 }), { maxLength: 10 });
const anyOptions = fc.record({
  minRead: fc.integer({ min: 1, max: 500 }),
  maxRead: fc.integer({ min: 500, max: 3000 }),
  mergeGap: fc.nat(500),
});

describe('whatever is read', () => {
  test('is what the source holds, each byte asked for once, in at most a request a hole', async () => {
    await fc.assert(
      fc.asyncProperty(anyReads, anyOptions, async (reads, given) => {
        const { reader, rounds } = open(given);
        for (const ranges of reads) {
          const before = rounds.length;
          const holes = holesIn(ranges, [{ start: 0, end: 200 }, ...rounds.flat()]);
          const read = await reader.read(ranges);
          expect(isAsSource(read, ranges)).toBe(true);
          expect(rounds.length - before).toBe(holes === 0 ? 0 : 1);
          expect(rounds[before]?.length ?? 0).toBeLessThanOrEqual(holes);
        }
        expect(rounds.flat().every(({ start, end }) => end > start)).toBe(true);
        expect(readTwice([{ start: 0, end: 200 }, ...rounds.flat()])).toBe(0);
      }),
      { numRuns: 200, seed: 1, endOnFailure: true },
    );
  });

  test('is right also when reads overtake each other', async () => {
    await fc.assert(
      fc.asyncProperty(anyReads, anyOptions, fc.array(fc.nat(2), { minLength: 10 }), async (reads, given, delays) => {
        const { reader } = open(given, (call) => delays[call % delays.length] ?? 0);
        const answers = await Promise.all(reads.map((ranges) => reader.read(ranges)));
        answers.forEach((answer, i) => {
          expect(isAsSource(answer, reads[i] ?? [])).toBe(true);
        });
      }),
      { numRuns: 40, seed: 2, endOnFailure: true },
    );
  });
});
