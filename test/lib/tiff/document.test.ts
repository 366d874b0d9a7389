// Several TIFF streams of one EXIF block become one document.
import { budgetedReader, memoryReader } from '../../../lib/bytes/reader';
import { maxWarnings } from '../../../lib/limits';
import { ProblemError } from '../../../lib/problem';
import { readDocument } from '../../../lib/tiff/document';
import type { IfdPath, RangeReader, TiffStream } from '../../../lib/types';
import { ascii, buildTiff, bytesField, type Field, lying, short, type TiffOptions } from '../../../testing/build/tiff';
import { entriesOf, warningsOf } from '../../../testing/compare/document';
import { problemOf } from '../../../testing/compare/problem';

function streamOf(fields: Field[], root: IfdPath = 'IFD0', options: TiffOptions = {}): TiffStream {
  return { reader: memoryReader(buildTiff({ fields }, options)), root };
}

const damaged: TiffStream = { reader: memoryReader(new Uint8Array(20)), root: 'IFD0' };
const good = streamOf([short(0xc000, 7)], 'IFD0', { littleEndian: false });
const failing = (code: 'BudgetExceeded' | 'ObjectChanged'): TiffStream => {
  const reader: RangeReader = { size: 20, read: () => Promise.reject(new ProblemError(code, 'no')) };
  return { reader, root: 'IFD0' };
};

describe('a stream that cannot be read', () => {
  test.each([
    ['damaged', damaged, 'bad-header 0'],
    ['beyond the budget', failing('BudgetExceeded'), 'limit 0'],
  ])('%s is left out with a warning', async (_name, bad, warning) => {
    for (const file of [{ isFile: true as const }, {}]) {
      for (const streams of [
        [bad, good],
        [good, bad],
      ]) {
        const document = await readDocument({ streams, ...file });
        expect(entriesOf(document)).toEqual(['IFD0:c000 [7]']);
        expect(warningsOf(document)).toEqual([warning]);
        expect(document).toMatchObject({ littleEndian: false, pages: 1 });
      }
    }
  });

  test('is fatal for any other reason', async () => {
    expect(await problemOf(() => readDocument({ streams: [good, failing('ObjectChanged')] }))).toBe('ObjectChanged');
  });

  test.each([
    ['of a damaged file', [damaged], true, 'DamagedImage'],
    ['beyond the budget, after a damaged one', [damaged, failing('BudgetExceeded')], false, 'BudgetExceeded'],
    ['beyond the budget, before a damaged one', [failing('BudgetExceeded'), damaged], true, 'BudgetExceeded'],
  ])('is fatal when it is the only one: %s', async (_name, streams, isFile, code) => {
    expect(await problemOf(() => readDocument({ streams, ...(isFile ? { isFile } : {}) }))).toBe(code);
  });

  test('leaves a document without entries when it is a damaged block in an image', async () => {
    const document = await readDocument({ streams: [damaged] });
    expect(document).toMatchObject({ littleEndian: false, pages: 0, entries: [] });
    expect(warningsOf(document)).toEqual(['bad-header 0']);
  });
});

describe('streams that can be read', () => {
  const numbers = (...values: [tag: number, value: number][]) => values.map(([tag, value]) => short(tag, value));

  test('of one root: the first with a tag counts, and it may have the tag twice', async () => {
    const document = await readDocument({
      streams: [
        streamOf(numbers([0xc000, 1], [0xc000, 2])),
        streamOf(numbers([0xc000, 3], [0xc001, 4])),
        streamOf(numbers([0xc000, 5], [0xc001, 6], [0xc002, 7])),
      ],
    });
    expect(entriesOf(document)).toEqual(['IFD0:c000 [1]', 'IFD0:c000 [2]', 'IFD0:c001 [4]', 'IFD0:c002 [7]']);
  });

  test('of different roots: all tags count', async () => {
    const document = await readDocument({
      streams: [streamOf(numbers([0xc000, 1])), streamOf(numbers([0xc000, 2]), 'Raw')],
    });
    expect(entriesOf(document)).toEqual(['IFD0:c000 [1]', 'Raw:c000 [2]']);
  });

  test('a tag without its value in the first is taken from the second too', async () => {
    const long = bytesField(0xc000, 7, new Uint8Array(2 ** 19));
    const document = await readDocument({ streams: [streamOf([long]), streamOf([short(0xc000, 7)])] });
    expect(entriesOf(document)).toEqual(['IFD0:c000 null', 'IFD0:c000 [7]']);
  });

  test('have the byte order of the first, the greatest number of pages, and the warnings of all', async () => {
    const bad = lying(short(0xc000, 1), { type: 99 });
    const pages = buildTiff({ fields: [bad], next: { fields: [] } });
    const document = await readDocument({
      streams: [
        streamOf([short(0xc000, 1)]),
        { reader: memoryReader(pages), root: 'IFD0' },
        streamOf([bad], 'IFD0', { littleEndian: false }),
      ],
    });
    expect(document).toMatchObject({ littleEndian: true, pages: 2 });
    expect(warningsOf(document)).toEqual(['bad-type 10', 'bad-type 10']);
  });

  test('have no more warnings together than one may have', async () => {
    const many = streamOf(Array.from({ length: maxWarnings }, () => lying(short(0xc000, 1), { type: 99 })));
    expect((await readDocument({ streams: [many, many] })).warnings).toHaveLength(maxWarnings);
  });
});

test('no stream gives a document without entries', async () => {
  const document = await readDocument({ streams: [] });
  expect(document).toEqual({ littleEndian: false, pages: 0, entries: [], warnings: [] });
});

describe('a budget too small for the ranges of one round', () => {
  const bytes = buildTiff({ fields: [short(0xc000, 1), ascii(0xc001, 'first text'), ascii(0xc002, 'second text')] });

  test('gives the first of them', async () => {
    const reader = budgetedReader(memoryReader(bytes), { requests: 0, bytes: 0 }, 3, 4096);
    const document = await readDocument({ streams: [{ reader, root: 'IFD0' }] });
    expect(document.entries.map(({ value }) => value?.length)).toEqual([1, 11, undefined]);
    expect(warningsOf(document)).toEqual(['limit 50']);
  });

  test('does not hide another failure', async () => {
    const memory = memoryReader(bytes);
    const codes = [null, null, 'BudgetExceeded', 'ObjectChanged'] as const;
    let calls = 0;
    const read: RangeReader['read'] = (ranges) => {
      const code = codes[calls++] ?? null;
      return code === null ? memory.read(ranges) : Promise.reject(new ProblemError(code, 'no'));
    };
    const streams: TiffStream[] = [{ reader: { size: memory.size, read }, root: 'IFD0' }];
    expect(await problemOf(() => readDocument({ streams }))).toBe('ObjectChanged');
  });
});
