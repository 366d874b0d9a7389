// Where IFDs and values may be, which are followed, and in what order they come.
import { memoryReader, windowedReader } from '../../../lib/bytes/reader';
import { maxIfds, readAhead } from '../../../lib/limits';
import { readDocument } from '../../../lib/tiff/document';
import { concat } from '../../../testing/build/bytes';
import {
  ascii,
  buildTiff,
  type Ifd,
  integers,
  long,
  pointer,
  rational,
  short,
  type TiffOptions,
} from '../../../testing/build/tiff';
import { entriesOf, readTiff, warningsOf } from '../../../testing/compare/document';
import { countingReader } from '../../../testing/fakes/counting-reader';

const places = ['ifd-values', 'values-ifd', 'values-last', 'ifds-last'] as const;
const layouts: readonly TiffOptions[] = places.flatMap((place) =>
  [true, false].flatMap((littleEndian) => [true, false].map((big) => ({ place, littleEndian, big }))),
);

/** Every IFD that is known, each with a value in its entry and one out of it. */
function fullTree(): Ifd {
  const about = (n: number) => [short(0xc000, n), ascii(0xc001, `out of line ${n}`)];
  const interop: Ifd = { fields: about(5) };
  const exif: Ifd = { fields: [...about(3), pointer(0xa005, [interop])] };
  const gps: Ifd = { fields: about(4) };
  const subIfds: Ifd[] = [{ fields: about(6) }, { fields: about(7) }];
  const pages: Ifd = { fields: about(1), next: { fields: about(2) } };
  return {
    fields: [...about(0), pointer(0x014a, subIfds), pointer(0x8769, [exif]), pointer(0x8825, [gps])],
    next: pages,
  };
}

function about(ifd: string, n: number): string[] {
  const text = [...new TextEncoder().encode(`out of line ${n}\0`)];
  return [`${ifd}:c000 [${n}]`, `${ifd}:c001 ${JSON.stringify(text)}`];
}

describe.each(layouts)('%o', (layout) => {
  test('every IFD and every value is read', async () => {
    const document = await readTiff(buildTiff(fullTree(), layout));
    const pointers = /:(014a|8769|8825|a005) /;
    const found = entriesOf(document).filter((entry) => !pointers.test(entry));
    const names = ['IFD0', 'IFD1', 'IFD2', 'Exif', 'GPS', 'Interop', 'SubIFD0', 'SubIFD1'];
    expect(found.toSorted()).toEqual(names.flatMap(about).toSorted());
    expect(document.warnings).toEqual([]);
    expect(document.pages).toBe(3);
  });

  test('a gap of a megabyte after the header is not read', async () => {
    const bytes = buildTiff(fullTree(), { ...layout, gap: 1024 * 1024 });
    const { reader, rounds } = countingReader(bytes);
    const kept = windowedReader(reader, bytes.subarray(0, 1024), readAhead);
    const document = await readDocument({ streams: [{ reader: kept, root: 'IFD0' }] });
    expect(document.entries).toHaveLength(20);
    expect(rounds.flat()).toHaveLength(1);
    expect(rounds.flat().reduce((sum, { start, end }) => sum + end - start, 0)).toBeLessThan(20_000);
  });
});

test('entries keep the order of the file, IFD by IFD', async () => {
  const fields = [short(0xc005, 1), short(0xc001, 2), short(0xc005, 3), pointer(0x8769, [{ fields: [short(1, 4)] }])];
  const document = await readTiff(buildTiff({ fields }));
  expect(entriesOf(document)).toEqual([
    'IFD0:c005 [1]',
    'IFD0:c001 [2]',
    'IFD0:c005 [3]',
    'IFD0:8769 [62]',
    'Exif:0001 [4]',
  ]);
});

describe('pointers', () => {
  test.each([4, 13, 16, 18])('of type %i lead to their IFD', async (type) => {
    const fields = [pointer(0x8769, [{ fields: [short(0xc000, 1)] }], type)];
    expect(entriesOf(await readTiff(buildTiff({ fields }, { big: true })))).toContain('Exif:c000 [1]');
  });

  test('to Interoperability are followed from IFD0 too', async () => {
    const fields = [pointer(0xa005, [{ fields: [ascii(1, 'R98')] }])];
    expect(entriesOf(await readTiff(buildTiff({ fields })))).toContain('Interop:0001 [82,57,56,0]');
  });

  test('to SubIFDs may lead to a chain when there is only one offset', async () => {
    const last: Ifd = { fields: [short(0xc000, 3)] };
    const first: Ifd = { fields: [short(0xc000, 1)], next: { fields: [short(0xc000, 2)], next: last } };
    const document = await readTiff(buildTiff({ fields: [pointer(0x014a, [first])] }));
    expect(entriesOf(document).slice(1)).toEqual(['SubIFD0:c000 [1]', 'SubIFD1:c000 [2]', 'SubIFD2:c000 [3]']);
    expect(document.pages).toBe(1);
  });

  test('to SubIFDs in an array do not lead to chains', async () => {
    const first: Ifd = { fields: [short(0xc000, 1)], next: { fields: [short(0xc000, 9)] } };
    const second: Ifd = { fields: [short(0xc000, 2)] };
    const document = await readTiff(buildTiff({ fields: [pointer(0x014a, [first, second])] }));
    expect(entriesOf(document).slice(1)).toEqual(['SubIFD0:c000 [1]', 'SubIFD1:c000 [2]']);
  });

  test('of a SubIFD to its own SubIFDs are followed', async () => {
    const inner: Ifd = { fields: [short(0xc000, 2)] };
    const outer: Ifd = { fields: [pointer(0x014a, [inner])] };
    const document = await readTiff(buildTiff({ fields: [pointer(0x014a, [outer])] }));
    expect(entriesOf(document)).toContain('SubIFD1:c000 [2]');
  });

  test('to SubIFDs in the Exif IFD, where the tag means nothing, are not followed', async () => {
    const exif: Ifd = { fields: [pointer(0x014a, [{ fields: [short(0xc000, 9)] }])] };
    const document = await readTiff(buildTiff({ fields: [pointer(0x8769, [exif])] }));
    expect(document.entries.map(({ ifd }) => ifd)).toEqual(['IFD0', 'Exif']);
    expect(warningsOf(document)).toEqual(['bad-entry 28']);
  });

  test('of an Exif or GPS IFD to a next IFD are not followed', async () => {
    const exif: Ifd = { fields: [short(0xc000, 1)], next: { fields: [short(0xc000, 9)] } };
    const document = await readTiff(buildTiff({ fields: [pointer(0x8769, [exif])] }));
    expect(entriesOf(document).slice(1)).toEqual(['Exif:c000 [1]']);
    expect(document.warnings).toMatchObject([{ code: 'bad-entry', detail: 'the next IFD of Exif is not read' }]);
    expect(document.pages).toBe(1);
  });

  test.each([4, 9999, 8])(
    'of an Exif IFD to a next IFD at %i, where none can be or one was read, are no loss',
    async (next) => {
      const document = await readTiff(buildTiff({ fields: [pointer(0x8769, [{ fields: [short(0xc000, 1)], next }])] }));
      expect(document.warnings).toEqual([]);
    },
  );

  test('of a second page to another Exif IFD: the first wins', async () => {
    const exif = (n: number) => pointer(0x8769, [{ fields: [short(0xc000, n)] }]);
    const document = await readTiff(buildTiff({ fields: [exif(1)], next: { fields: [exif(2)] } }));
    expect(entriesOf(document).filter((entry) => entry.startsWith('Exif'))).toEqual(['Exif:c000 [1]']);
    expect(document.warnings).toMatchObject([
      { code: 'bad-entry', detail: 'Exif at 62 is not read: there is one before it' },
    ]);
  });

  test.each(layouts)('of an Exif IFD to a further Exif IFD are followed, %o', async (layout) => {
    const third: Ifd = { fields: [short(0xc000, 3), ascii(0xc002, 'third of them')] };
    const second: Ifd = { fields: [short(0xc000, 2), short(0xc001, 2), pointer(0x8769, [third])] };
    const first: Ifd = { fields: [short(0xc000, 1), pointer(0x8769, [second])] };
    const document = await readTiff(buildTiff({ fields: [pointer(0x8769, [first])] }, layout));
    const found = entriesOf(document).filter((entry) => /^Exif:c00/.test(entry));
    expect(found.slice(0, 4)).toEqual(['Exif:c000 [1]', 'Exif:c000 [2]', 'Exif:c001 [2]', 'Exif:c000 [3]']);
    expect(found).toHaveLength(5);
    expect(document.warnings).toEqual([]);
  });

  test('of IFD0 to two Exif IFDs are followed: the first of a tag comes first', async () => {
    const exif = (tag: number, n: number) => pointer(0x8769, [{ fields: [short(0xc000, n), short(tag, n)] }]);
    const document = await readTiff(buildTiff({ fields: [exif(0xc001, 1), exif(0xc002, 2)] }));
    expect(entriesOf(document).slice(2)).toEqual(['Exif:c000 [1]', 'Exif:c001 [1]', 'Exif:c000 [2]', 'Exif:c002 [2]']);
    expect(document.warnings).toEqual([]);
  });

  test('of two pages to one Exif IFD lose nothing', async () => {
    const exif = pointer(0x8769, [{ fields: [short(0xc000, 1)] }]);
    const document = await readTiff(buildTiff({ fields: [exif], next: { fields: [exif] } }));
    expect(entriesOf(document)).toContain('Exif:c000 [1]');
    expect(document.warnings).toEqual([]);
  });

  test('in a ring of Exif IFDs end, and a chain of 1,000 of them too', async () => {
    const ring: Ifd = { fields: [short(0xc000, 1)] };
    ring.fields.push(pointer(0x8769, [{ fields: [short(0xc000, 2), pointer(0x8769, [ring])] }]));
    const found = entriesOf(await readTiff(buildTiff({ fields: [pointer(0x8769, [ring])] })));
    expect(found.filter((entry) => entry.startsWith('Exif:c000'))).toEqual(['Exif:c000 [1]', 'Exif:c000 [2]']);
    let chain: Ifd = { fields: [short(0xc000, 0)] };
    for (let n = 1; n < 1000; n++) chain = { fields: [short(0xc000, n), pointer(0x8769, [chain])] };
    const document = await readTiff(buildTiff({ fields: [pointer(0x8769, [chain])] }));
    expect(document.entries).toHaveLength(1 + 2 * (maxIfds - 1));
    expect(document.warnings).toMatchObject([{ code: 'limit' }]);
  });

  test.each([
    ['the end of the header', 8, true],
    ['the last two bytes', 98, true],
    ['the last byte', 99, false],
  ])('of an Exif IFD to a next IFD at %s: a warning where an IFD can be', async (_name, next, isLoss) => {
    const bytes = buildTiff({ fields: [pointer(0x8769, [{ fields: [], next }])] }, { gap: 20 });
    const document = await readTiff(concat(bytes, new Uint8Array(100 - bytes.length)));
    expect(warningsOf(document)).toEqual(isLoss ? ['bad-entry 46'] : []);
  });

  test('without an offset lead nowhere', async () => {
    const document = await readTiff(buildTiff({ fields: [long(0x8769), long(0x014a)] }));
    expect(entriesOf(document)).toEqual(['IFD0:8769 []', 'IFD0:014a []']);
    expect(document.warnings).toEqual([]);
  });

  test.each([
    ['bytes', { ...long(0x8769, 8), type: 7, count: 4 }, 'bad-type 10'],
    ['a rational', rational(0x8769, [8, 1]), 'bad-type 10'],
    ['two offsets', long(0x8825, 8, 8), 'bad-entry 10'],
  ])('that hold %s cost a warning', async (_name, field, warning) => {
    expect(warningsOf(await readTiff(buildTiff({ fields: [field, short(0xc000, 1)] })))).toContain(warning);
  });

  test.each([0x8825, 0xa005])('to a second IFD of the name, by 0x%x, cost a warning', async (tag) => {
    const ifd = (n: number) => pointer(tag, [{ fields: [short(0xc000, n)] }]);
    const document = await readTiff(buildTiff({ fields: [ifd(1), pointer(0x8769, [{ fields: [ifd(2)] }])] }));
    expect(entriesOf(document).filter((entry) => /^(GPS|Interop)/.test(entry))).toHaveLength(1);
    expect(document.warnings).toMatchObject([{ code: 'bad-entry' }]);
  });

  test.each([
    ['0', 0, 'bad-entry'],
    ['the end of the header but one byte', 7, 'bad-entry'],
    ['the end', 1000, 'truncated'],
    ['beyond the end', 2 ** 32 - 1, 'truncated'],
  ])('to %s cost a warning at most', async (_name, offset, code) => {
    const bytes = buildTiff({ fields: [long(0x8769, offset), short(0xc000, 1)] });
    const document = await readTiff(concat(bytes, new Uint8Array(1000 - bytes.length)));
    expect(entriesOf(document)).toEqual([`IFD0:8769 [${offset}]`, 'IFD0:c000 [1]']);
    expect(warningsOf(document)).toEqual([`${code} 10`]);
  });
});

describe('values that are not read', () => {
  test('a maker note, XMP, ICC profile of more than 2 KiB is an entry without a value', async () => {
    const tags = [0x02bc, 0x83bb, 0x8649, 0x8773, 0x927c, 0x935c, 0xc4a5, 0xc634, 0xc68c];
    const fields = tags.map((tag) => ({ ...ascii(tag, 'x'.repeat(2048)), type: 7 }));
    const bytes = buildTiff({ fields });
    const { reader, rounds } = countingReader(bytes);
    const document = await readDocument({ streams: [{ reader, root: 'IFD0' }] });
    expect(entriesOf(document)).toEqual(tags.map((tag) => `IFD0:${tag.toString(16).padStart(4, '0')} null`));
    expect(document.warnings).toEqual([]);
    expect(Math.max(...rounds.flat().map(({ end }) => end))).toBeLessThan(600);
  });

  test('one of 2 KiB is read', async () => {
    const fields = [{ ...ascii(0x927c, 'x'.repeat(2047)), type: 7 }];
    expect((await readTiff(buildTiff({ fields }))).entries[0]?.value).toHaveLength(2048);
  });
});

describe('an IFD at the end of the stream', () => {
  const whole = buildTiff({ fields: [short(0xc000, 1), short(0xc001, 2), ascii(0xc002, 'abc')] });

  test.each([
    ['all', 0, 3, []],
    ['no pointer to a next IFD', 4, 3, []],
    ['half a pointer', 2, 3, []],
    ['half the last entry', 4 + 6, 2, ['truncated 8']],
    ['all but a byte of the last entry', 4 + 1, 2, ['truncated 8']],
    ['nothing but its count', 4 + 36, 0, ['truncated 8']],
    ['half its count', 4 + 37, 0, ['truncated 0']],
  ])('with %s', async (_name, cut, entries, warnings) => {
    const document = await readTiff(whole.subarray(0, whole.length - cut));
    expect(document.entries).toHaveLength(entries);
    expect(warningsOf(document)).toEqual(warnings);
  });
});

describe('the first IFD', () => {
  const readRoot = (bytes: Uint8Array, root: 'IFD0' | 'Raw') =>
    readDocument({ streams: [{ reader: memoryReader(bytes), root }], isFile: true });

  test.each([
    ['inside the header', 7],
    ['at the end of the stream', 14],
  ])('%s makes the stream a damaged one', async (_name, ifd0) => {
    const bytes = buildTiff({ fields: [] }, { ifd0 });
    expect(bytes).toHaveLength(14);
    await expect(readRoot(bytes, 'IFD0')).rejects.toMatchObject({ code: 'DamagedImage' });
  });

  test('of a raw block is not a page, and the next one is not read', async () => {
    const document = await readRoot(buildTiff({ fields: [short(0xc000, 1)], next: { fields: [] } }), 'Raw');
    expect(entriesOf(document)).toEqual(['Raw:c000 [1]']);
    expect(document.pages).toBe(0);
    expect(warningsOf(document)).toEqual(['bad-entry 8']);
  });

  test('may be nothing but a count of 0', async () => {
    const document = await readTiff(buildTiff({ fields: [] }).subarray(0, 10));
    expect(document).toMatchObject({ entries: [], warnings: [], pages: 1 });
  });

  test.each([
    ['cut inside its count', (bytes: Uint8Array) => bytes.subarray(0, 20), 'truncated 16'],
    ['with a count beyond safe integers', (bytes: Uint8Array) => bytes.fill(0xff, 16, 24), 'limit 16'],
  ])('of BigTIFF, %s', async (_name, change, warning) => {
    const document = await readTiff(change(buildTiff({ fields: [] }, { big: true })));
    expect(document.entries).toEqual([]);
    expect(warningsOf(document)).toEqual([warning]);
  });
});

describe('the plan', () => {
  const values: Ifd = {
    fields: [
      rational(0x011a, [72, 1]),
      pointer(0x8769, [{ fields: [rational(0x829a, [1, 50]), ascii(0x9003, '2026:05:17 20:42:09')] }]),
      pointer(0x8825, [{ fields: [rational(2, [1, 1], [2, 1], [3, 1])] }]),
    ],
    next: { fields: [rational(0x011a, [96, 1])] },
  };

  test('takes a round for each step of the tree, values with the IFDs of the next step', async () => {
    const { reader, rounds } = countingReader(buildTiff(values));
    await readDocument({ streams: [{ reader, root: 'IFD0' }] });
    // the header; IFD0; its value with Exif, GPS and IFD1; their values
    expect(rounds.map((round) => round.length)).toEqual([1, 1, 4, 4]);
  });

  test('reads an IFD of more entries than are likely a second time, whole', async () => {
    const fields = Array.from({ length: 50 }, (_, i) => integers(0xc000 + i, 3, i));
    const { reader, rounds } = countingReader(buildTiff({ fields }, { gap: 10 }));
    expect((await readDocument({ streams: [{ reader, root: 'IFD0' }] })).entries).toHaveLength(50);
    expect(rounds.slice(1).map(([range]) => (range?.end ?? 0) - (range?.start ?? 0))).toEqual([486, 606]);
  });

  test('needs no read but the header to see that IFD0 lies outside', async () => {
    const { reader, rounds } = countingReader(buildTiff({ fields: [] }, { ifd0: 5000 }));
    await expect(readDocument({ streams: [{ reader, root: 'IFD0' }], isFile: true })).rejects.toMatchObject({
      code: 'DamagedImage',
    });
    expect(rounds).toHaveLength(1);
  });

  test('fails with what the reader fails with while nothing is read', async () => {
    const broken = { size: buildTiff(values).length, read: () => Promise.reject(new Error('reset')) };
    await expect(readDocument({ streams: [{ reader: broken, root: 'IFD0' }] })).rejects.toThrow('reset');
  });
});

describe('an IFD that a GPS pointer leads to is GPS, whatever leads to it first', () => {
  const gps = (): Ifd => ({ fields: [ascii(1, 'S'), rational(2, [52, 1], [30, 1], [0, 1]), ascii(0x010e, 'secret')] });

  /** Ways to a GPS IFD: IFD0 of each, of which the entries of the GPS IFD must come out as GPS. */
  const ways: readonly (readonly [name: string, ifd0: (gps: Ifd) => Ifd])[] = [
    ['GPS alone', (ifd) => ({ fields: [pointer(0x8825, [ifd])] })],
    ['Interop, then GPS', (ifd) => ({ fields: [pointer(0xa005, [ifd]), pointer(0x8825, [ifd])] })],
    ['Interop of Exif, before GPS', (ifd) => ({ fields: [exif(pointer(0xa005, [ifd])), pointer(0x8825, [ifd])] })],
    ['Exif, then GPS', (ifd) => ({ fields: [pointer(0x8769, [ifd]), pointer(0x8825, [ifd])] })],
    ['a nested Exif, then GPS of it', (ifd) => ({ fields: [exif(pointer(0x8769, [ifd]), pointer(0x8825, [ifd]))] })],
    ['SubIFD, then GPS', (ifd) => ({ fields: [pointer(0x014a, [ifd]), pointer(0x8825, [ifd])] })],
    ['SubIFDs, then GPS', (ifd) => ({ fields: [pointer(0x014a, [{ fields: [] }, ifd]), pointer(0x8825, [ifd])] })],
    ['the chain, then GPS of Exif', (ifd) => ({ fields: [exif(pointer(0x8825, [ifd]))], next: ifd })],
    ['the chain, without GPS', (ifd) => ({ fields: [], next: ifd })],
    ['Interop, without GPS', (ifd) => ({ fields: [pointer(0xa005, [ifd])] })],
    ['SubIFD, without GPS', (ifd) => ({ fields: [pointer(0x014a, [ifd])] })],
    ['GPS of the thumbnail', (ifd) => ({ fields: [], next: { fields: [pointer(0x8825, [ifd])] } })],
    ['GPS of a SubIFD', (ifd) => ({ fields: [pointer(0x014a, [{ fields: [pointer(0x8825, [ifd])] }])] })],
    [
      'a second GPS pointer',
      (ifd) => ({ fields: [pointer(0xa005, [ifd]), pointer(0x8825, [{ fields: [] }, ifd]), pointer(0x8825, [ifd])] }),
    ],
  ];
  const exif = (...fields: Ifd['fields']) => pointer(0x8769, [{ fields }]);

  test.each(ways)('%s', async (_name, ifd0) => {
    const found = entriesOf(await readTiff(buildTiff(ifd0(gps()))));
    expect(found.filter((entry) => /:(0001|0002|010e) /.test(entry)).every((entry) => entry.startsWith('GPS'))).toBe(
      true,
    );
    expect(found.filter((entry) => /^GPS:(0001|0002|010e) /.test(entry)).length).toBeGreaterThanOrEqual(3);
  });
});

test('a GPS pointer that leads to an IFD without GPS tags makes no GPS of it', async () => {
  const exif: Ifd = { fields: [short(0xc000, 2)] };
  const document = await readTiff(
    buildTiff({
      fields: [short(0xc000, 1), long(0x8825, 8), pointer(0x8769, [exif])],
      next: { fields: [pointer(0x8825, [exif])] },
    }),
  );
  expect(entriesOf(document).filter((entry) => entry.includes(':c000'))).toEqual(['IFD0:c000 [1]', 'Exif:c000 [2]']);
});

test('coordinates in an image IFD are GPS, the rest of it is not', async () => {
  const page: Ifd = { fields: [rational(2, [52, 1]), ascii(0x010f, 'A'), ascii(0x0110, 'B')] };
  expect(entriesOf(await readTiff(buildTiff({ fields: [], next: page })))).toEqual([
    'GPS:0002 [[52,1]]',
    'IFD1:010f [65,0]',
    'IFD1:0110 [66,0]',
  ]);
});

test('a real Interoperability IFD is not taken for a GPS IFD', async () => {
  const interop: Ifd = { fields: [ascii(1, 'R98'), { ...ascii(2, '010'), type: 7 }, short(0x1001, 5)] };
  const document = await readTiff(buildTiff({ fields: [pointer(0xa005, [interop])] }));
  expect(document.entries.map(({ ifd }) => ifd)).toEqual(['IFD0', 'Interop', 'Interop', 'Interop']);
});
