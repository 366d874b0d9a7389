// Streams that lie: each costs what it touches and a warning, never the rest, never the process.
import { budgetedReader, memoryReader } from '../../../lib/bytes/reader';
import {
  maxEntries,
  maxIfdBytes,
  maxIfds,
  maxNumberBytes,
  maxValueBytes,
  maxWarnings,
  totalValueBytes,
} from '../../../lib/limits';
import { ProblemError } from '../../../lib/problem';
import { readDocument } from '../../../lib/tiff/document';
import { concat, u16, u32 } from '../../../testing/build/bytes';
import {
  ascii,
  buildTiff,
  bytesField,
  type Field,
  floats,
  type Ifd,
  integers,
  long,
  lying,
  pointer,
  rational,
  short,
  utf8Field,
} from '../../../testing/build/tiff';
import { entriesOf, readTiff, warningsOf } from '../../../testing/compare/document';
import { problemOf } from '../../../testing/compare/problem';
import { countingReader } from '../../../testing/fakes/counting-reader';

const good = short(0xc0ff, 7);
const goodEntry = 'IFD0:c0ff [7]';

describe('one bad entry costs that entry', () => {
  const cases: readonly (readonly [name: string, field: Field, warning: string])[] = [
    ['of type 0', lying(short(0xc000, 1), { type: 0 }), 'bad-type 10'],
    ['of type 14', lying(short(0xc000, 1), { type: 14 }), 'bad-type 10'],
    ['of type 65535', lying(short(0xc000, 1), { type: 65_535 }), 'bad-type 10'],
    ['of 0xffffffff components', lying(short(0xc000, 1), { count: 0xffffffff }), 'truncated 10'],
    ['of 0xffffffff rationals', lying(rational(0xc000, [1, 2]), { count: 0xffffffff }), 'truncated 10'],
    ['of 0xffffffff bytes', lying(ascii(0xc000, 'abcdef'), { count: 0xffffffff }), 'truncated 10'],
    ['with its value at the end', lying(ascii(0xc000, 'abcdef'), { offset: 4096 }), 'truncated 10'],
    ['with its value across the end', lying(ascii(0xc000, 'abcdef'), { offset: 4096 - 6 }), 'truncated 10'],
    ['with its value at 0xffffffff', lying(ascii(0xc000, 'abcdef'), { offset: 0xffffffff }), 'truncated 10'],
  ];
  test.each(cases)('%s', async (_name, field, warning) => {
    const bytes = buildTiff({ fields: [field, good] });
    const document = await readTiff(concat(bytes, new Uint8Array(4096 - bytes.length)));
    expect(entriesOf(document)).toEqual([goodEntry]);
    expect(warningsOf(document)).toEqual([warning]);
    expect(document.warnings[0]?.detail).toContain('0xc000');
  });

  test('in BigTIFF: offsets and counts beyond safe integers', async () => {
    const fields = [
      lying(ascii(0xc000, 'beyond any file'), { offset: 2n ** 53n }),
      lying(ascii(0xc001, 'beyond any file'), { offset: 2n ** 64n - 1n }),
      lying(ascii(0xc002, 'beyond any file'), { count: 2n ** 63n }),
      good,
    ];
    for (const littleEndian of [true, false]) {
      const document = await readTiff(buildTiff({ fields }, { big: true, littleEndian }));
      expect(entriesOf(document)).toEqual([goodEntry]);
      expect(warningsOf(document)).toEqual(['truncated 24', 'truncated 44', 'bad-entry 64']);
    }
  });

  test('in BigTIFF: a pointer to an IFD and a chain beyond safe integers', async () => {
    const fields = [integers(0x8769, 18, 2n ** 53n), good];
    const document = await readTiff(buildTiff({ fields, next: Number.MAX_SAFE_INTEGER }, { big: true }));
    expect(entriesOf(document)).toEqual([goodEntry]);
    expect(warningsOf(document).toSorted()).toEqual(['bad-entry 24', 'truncated 16']);
  });
});

test('a warning names the tag in four digits', async () => {
  const { warnings } = await readTiff(buildTiff({ fields: [lying(short(0x000b, 1), { type: 0 })] }));
  expect(warnings[0]?.detail).toContain('0x000b');
});

describe('odd but sound entries are kept', () => {
  const cases: readonly (readonly [name: string, fields: Field[], entries: string[]])[] = [
    ['type 129 of EXIF 3.0', [utf8Field(0x013b, 'é')], ['IFD0:013b [195,169,0]']],
    ['two components of a GPS coordinate', [rational(2, [52, 1], [30, 1])], ['IFD0:0002 [[52,1],[30,1]]']],
    ['1/0 and 0/0', [rational(0x829a, [1, 0], [0, 0])], ['IFD0:829a [[1,0],[0,0]]']],
    ['a NUL inside text', [ascii(0x010f, 'A\0B')], ['IFD0:010f [65,0,66,0]']],
    ['text without a NUL', [bytesField(0x010f, 2, [65])], ['IFD0:010f [65]']],
    ['the same tag twice', [ascii(0x010f, 'A'), ascii(0x010f, 'B')], ['IFD0:010f [65,0]', 'IFD0:010f [66,0]']],
    ['tags out of order', [short(0xc001, 1), short(0x0100, 2)], ['IFD0:c001 [1]', 'IFD0:0100 [2]']],
    ['a value inside the header', [lying(ascii(0xc000, 'abcdef'), { offset: 0 })], ['IFD0:c000 [73,73,42,0,8,0,0]']],
  ];
  test.each(cases)('%s', async (_name, fields, entries) => {
    const document = await readTiff(buildTiff({ fields }));
    expect(entriesOf(document)).toEqual(entries);
    expect(document.warnings).toEqual([]);
  });
});

describe('a pointer of a floating-point type', () => {
  test.each([Number.NaN, 26.5, 1e300, Number.NEGATIVE_INFINITY])('%d leads nowhere', async (offset) => {
    for (const tag of [0x8769, 0x8825, 0xa005, 0x014a]) {
      const document = await readTiff(buildTiff({ fields: [floats(tag, 12, offset), good] }));
      expect(entriesOf(document)).toContain(goodEntry);
      expect(warningsOf(document)).toEqual(['bad-entry 10']);
    }
  });
});

describe('loops end', () => {
  test('an Exif IFD that points to itself', async () => {
    const exif: Ifd = { fields: [short(0xc000, 1)] };
    exif.fields.push(pointer(0xa005, [exif]), pointer(0x8769, [exif]));
    const document = await readTiff(buildTiff({ fields: [pointer(0x8769, [exif])] }));
    expect(entriesOf(document)).toContain('Exif:c000 [1]');
    expect(document.warnings).toMatchObject([{ code: 'loop', at: 40, detail: 'Interop at 26 was read before' }]);
  });

  test('an Exif IFD that is IFD0', async () => {
    const document = await readTiff(buildTiff({ fields: [long(0x8769, 8), good] }));
    expect(entriesOf(document)).toEqual(['IFD0:8769 [8]', goodEntry]);
    expect(warningsOf(document)).toEqual(['loop 10']);
  });

  test('a chain of IFDs that leads back to its start', async () => {
    const first: Ifd = { fields: [short(0xc000, 1)] };
    first.next = { fields: [short(0xc000, 2)], next: first };
    const document = await readTiff(buildTiff(first));
    expect(entriesOf(document)).toEqual(['IFD0:c000 [1]', 'IFD1:c000 [2]']);
    expect(warningsOf(document)).toEqual(['loop 26']);
    expect(document.pages).toBe(2);
  });

  test('an IFD that is its own next and its own SubIFD', async () => {
    const document = await readTiff(buildTiff({ fields: [long(0x014a, 8)], next: 8 }));
    expect(warningsOf(document)).toEqual(['loop 10', 'loop 8']);
  });

  test('a chain of more IFDs than the limit', async () => {
    const link = (n: number) => concat(u16(0), u32(8 + 6 * (n + 1)));
    const links = Array.from({ length: 1000 }, (_, n) => link(n));
    const document = await readTiff(concat(buildTiff({ fields: [] }).subarray(0, 8), ...links).map(swapToBigEndian));
    expect(document.pages).toBe(maxIfds);
    expect(warningsOf(document)).toEqual([`limit ${8 + 6 * (maxIfds - 1)}`]);
  });

  test('an array of 5,000 SubIFDs', async () => {
    const offsets = Array.from({ length: 5000 }, (_, i) => i);
    const document = await readTiff(buildTiff({ fields: [long(0x014a, ...offsets), good] }));
    expect(entriesOf(document)).toContain(goodEntry);
    expect(document.warnings.length).toBeLessThanOrEqual(maxWarnings);
  });
});

/** The header of a built stream is little-endian; the links of the long chain are written big-endian. */
function swapToBigEndian(byte: number, at: number): number {
  return [0x4d, 0x4d, 0, 42, 0, 0, 0, 8][at] ?? byte;
}

describe('numbers of entries', () => {
  test('65,535 entries are more than the limit: that IFD is left out, the next is read', async () => {
    const exif: Ifd = { fields: [short(0xc000, 1)], claims: 65_535 };
    const document = await readTiff(buildTiff({ fields: [pointer(0x8769, [exif]), good] }));
    expect(entriesOf(document)).toEqual(['IFD0:8769 [38]', goodEntry]);
    expect(warningsOf(document)).toEqual(['limit 38']);
  });

  test('a count of more entries than the stream has gives those that it has', async () => {
    const document = await readTiff(buildTiff({ fields: [good, good], claims: 100 }));
    expect(entriesOf(document)).toEqual([goodEntry, goodEntry]);
    expect(warningsOf(document)).toEqual(['truncated 8']);
  });

  test('entries of all IFDs together are limited', async () => {
    const many = (): Field[] => Array.from({ length: 10_001 }, () => good);
    const document = await readTiff(buildTiff({ fields: many(), next: { fields: many() } }));
    expect(document.entries).toHaveLength(maxEntries);
    expect(document.warnings).toMatchObject([{ code: 'limit' }]);
  });

  test.each([
    ['to the limit', 5, 0],
    ['beyond it', 6, 1],
  ])('long IFDs over the same bytes are read up to a limit: %s', async (_name, count, warnings) => {
    const claims = Math.floor((maxIfdBytes / 5 - 6) / 12);
    const offsets = Array.from({ length: count }, (_, i) => 100 + i * 12);
    const bytes = buildTiff({ fields: [long(0x014a, ...offsets)] });
    const padded = concat(bytes, new Uint8Array(maxIfdBytes));
    for (const offset of offsets) padded.set(u16(claims).toReversed(), offset);
    const codes = (await readTiff(padded)).warnings.map(({ code }) => code);
    expect(codes.filter((code) => code === 'limit')).toHaveLength(warnings);
  });

  test('2,700 text entries over the same bytes are views of them', async () => {
    const overlapping = Array.from({ length: 2700 }, () => lying(ascii(0xc000, ''), { offset: 8, count: 60_000 }));
    const bytes = concat(buildTiff({ fields: overlapping }), new Uint8Array(60_000));
    const document = await readTiff(bytes);
    // ... as far as their sum stays within the limit: views cost nothing, but copies of them would
    const values = document.entries.map(({ value }) => value).filter((value) => value !== null);
    expect(values).toHaveLength(Math.floor(totalValueBytes / 60_000));
    expect(document.warnings.map(({ code }) => code)).toContain('limit');
    for (const value of values) expect(value instanceof Uint8Array && value.buffer === bytes.buffer).toBe(true);
  });

  test('numbers over the same bytes are decoded up to the limit', async () => {
    const overlapping = Array.from({ length: 100 }, (_, i) => {
      return lying({ ...short(0xc000 + i, 0), count: 60_000 }, { offset: 8 });
    });
    const bytes = concat(buildTiff({ fields: overlapping }), new Uint8Array(120_000));
    const document = await readTiff(bytes);
    const unread = document.entries.filter(({ value }) => value === null);
    expect(document.entries).toHaveLength(100);
    expect(unread).toHaveLength(100 - Math.floor(maxNumberBytes / 120_000));
    expect(document.warnings.every(({ code }) => code === 'limit')).toBe(true);
    expect(document.warnings).toHaveLength(unread.length);
  });

  test.each([
    ['bytes', { ...ascii(0xc000, ''), count: maxValueBytes }, totalValueBytes],
    ['numbers', { ...short(0xc000, 0), count: maxValueBytes / 2 }, maxNumberBytes],
  ])('%s are read up to exactly the limit for one document', async (_name, field, limit) => {
    const fits = limit / maxValueBytes;
    for (const count of [fits, fits + 1]) {
      const fields = Array.from({ length: count }, () => lying(field, { offset: 8 }));
      const document = await readTiff(concat(buildTiff({ fields }), new Uint8Array(maxValueBytes)));
      expect(document.entries.filter(({ value }) => value !== null)).toHaveLength(fits);
      expect(document.warnings).toHaveLength(count - fits);
    }
  });

  test('a value of the longest length is read, a longer one is an entry without its value', async () => {
    const fields = [
      bytesField(0xc000, 7, new Uint8Array(maxValueBytes)),
      bytesField(0xc001, 7, new Uint8Array(maxValueBytes + 1)),
      good,
    ];
    const bytes = buildTiff({ fields });
    const { reader, rounds } = countingReader(bytes);
    const document = await readDocument({ streams: [{ reader, root: 'IFD0' }] });
    expect(document.entries.map(({ tag, value }) => [tag, value?.length])).toEqual([
      [0xc000, maxValueBytes],
      [0xc001, undefined],
      [0xc0ff, 1],
    ]);
    expect(document.warnings).toMatchObject([{ code: 'limit', at: 22 }]);
    expect(rounds.flat().reduce((sum, { start, end }) => sum + end - start, 0)).toBeLessThan(maxValueBytes + 1000);
  });

  test.each([true, false])(
    'a ColorMap of 16 bits is an entry without its value, little-endian %s',
    async (littleEndian) => {
      const map = { ...short(0x0140, 0), count: 3 * 65_536, encode: () => new Uint8Array(3 * 65_536 * 2) };
      const document = await readTiff(buildTiff({ fields: [map, good] }, { littleEndian }));
      expect(document.entries[0]).toMatchObject({ tag: 0x0140, type: 3, count: 3 * 65_536, value: null });
      expect(entriesOf(document)).toContain(goodEntry);
      expect(warningsOf(document)).toEqual(['limit 10']);
    },
  );

  test('20,000 entries beyond the limit hold no bytes', async () => {
    const fields = Array.from({ length: maxEntries }, () => lying(ascii(0xc000, ''), { offset: 8, count: 300_000 }));
    const document = await readTiff(concat(buildTiff({ fields }), new Uint8Array(300_000)));
    expect(document.entries).toHaveLength(maxEntries);
    expect(document.entries.every(({ value }) => value === null)).toBe(true);
    expect(document.warnings).toHaveLength(maxWarnings);
  });

  test('warnings are limited', async () => {
    const fields = Array.from({ length: 200 }, () => lying(good, { type: 99 }));
    const document = await readTiff(buildTiff({ fields: [...fields, good] }));
    expect(document.warnings).toHaveLength(maxWarnings);
    expect(entriesOf(document)).toEqual([goodEntry]);
  });
});

describe('a budget that ends in the middle', () => {
  const exif: Ifd = { fields: [short(0xc000, 1), ascii(0x9003, '2026:05:17 20:42:09')] };
  const bytes = buildTiff({
    fields: [good, ascii(0x010f, 'Example'), pointer(0x8769, [exif])],
    next: { fields: [good] },
  });

  /** What a reader that may do `requests` finds. */
  const read = (requests: number) =>
    readDocument({
      streams: [
        {
          reader: budgetedReader(memoryReader(bytes), { requests: 0, bytes: 0 }, requests, bytes.length * 4),
          root: 'IFD0',
        },
      ],
    });

  test.each([
    [2, [goodEntry, 'IFD0:010f null', 'IFD0:8769 [58]'], 'the value of Make, the Exif IFD and IFD1 are lost'],
    [
      5,
      [
        goodEntry,
        'IFD0:010f [69,120,97,109,112,108,101,0]',
        'IFD0:8769 [58]',
        'Exif:c000 [1]',
        'Exif:9003 null',
        'IFD1:c0ff [7]',
      ],
      'the value of DateTimeOriginal is lost',
    ],
  ])('after %i reads keeps what was read: %j, %s', async (requests, entries) => {
    const document = await read(requests);
    expect(entriesOf(document)).toEqual(entries);
    expect(document.warnings).toMatchObject([{ code: 'limit' }]);
  });

  test('gives no warning when it is large enough', async () => {
    expect((await read(6)).warnings).toEqual([]);
  });

  test('before the first entry is BudgetExceeded', async () => {
    expect(await problemOf(() => read(0))).toBe('BudgetExceeded');
    expect(await problemOf(() => read(1))).toBe('BudgetExceeded');
  });

  test('is distinguished from other errors, which are thrown', async () => {
    const { reader } = countingReader(bytes);
    let calls = 0;
    const failing: typeof reader.read = (ranges) =>
      calls++ < 2 ? reader.read(ranges) : Promise.reject(new ProblemError('ObjectChanged', 'changed'));
    expect(
      await problemOf(() => readDocument({ streams: [{ reader: { ...reader, read: failing }, root: 'IFD0' }] })),
    ).toBe('ObjectChanged');
  });
});
