import { maxAnswerBytes, maxTypedBytes } from '../../../lib/limits';
import { styles } from '../../../lib/style';
import { typed } from '../../../lib/style/typed';
import type { ExifDocument, ExifRecord, TagEntry } from '../../../lib/types';
import { latin1 } from '../../../testing/build/bytes';
import {
  ascii,
  buildTiff,
  bytesField,
  type Field,
  floats,
  type Ifd,
  integers,
  lying,
  pointer,
  rationals,
  short,
  type TiffOptions,
  undefinedField,
} from '../../../testing/build/tiff';
import { cpuMsSince } from '../../../testing/compare/cpu-time';
import { readTiff } from '../../../testing/compare/document';
import { recordOf } from '../../../testing/fakes/record';

// biome-ignore lint/suspicious/noExplicitAny: what JSON holds
type Json = any;

async function shown(ifd0: Ifd, options: TiffOptions = {}): Promise<Json> {
  return JSON.parse(typed.render(recordOf(await readTiff(buildTiff(ifd0, options)))));
}

/** The one tag of an IFD0 with that field. */
async function tagOf(field: Field, options: TiffOptions = {}): Promise<Json> {
  return (await shown({ fields: [field] }, options)).ifds.IFD0[0];
}

function documentOf(entries: readonly TagEntry[]): ExifDocument {
  return { littleEndian: true, entries, warnings: [], pages: 1 };
}

function entryOf(tag: number, type: number, value: TagEntry['value']): TagEntry {
  return { ifd: 'IFD0', tag, type, count: value?.length ?? 0, offset: 0, value };
}

describe('a value beyond the limits is an entry without it', () => {
  test.each([
    { littleEndian: true },
    { littleEndian: false },
    { littleEndian: true, big: true },
    { littleEndian: false, big: true },
  ])('a ColorMap of 16 bits, %o', async (options) => {
    const map = { ...short(0x0140, 0), count: 196_608, encode: () => new Uint8Array(393_216) };
    const answer = await shown({ fields: [short(0x0100, 5), map] }, options);
    expect(answer.ifds.IFD0).toEqual([
      { id: 0x0100, name: 'ImageWidth', type: 'SHORT', count: 1, value: 5 },
      { id: 0x0140, name: 'ColorMap', type: 'SHORT', count: 196_608, omitted: true },
    ]);
    expect(answer.warnings).toMatchObject([{ code: 'limit' }]);
  });
});

test('it is a style', async () => {
  expect(await styles.get('typed')?.render(recordOf(null))).toBe(typed.render(recordOf(null)));
});

test('the same version, written again, gives the same answer with the same ETag', () => {
  const record = recordOf(null);
  const anew = { ...record, stat: { ...record.stat, lastModified: new Date(1e12) } };
  expect(typed.render(anew)).toBe(typed.render(record));
});

describe('what is known of the object comes first', () => {
  test('of one without EXIF', () => {
    expect(JSON.parse(typed.render(recordOf(null)))).toEqual({
      format: 'jpeg',
      size: 1000,
      etag: '"v1"',
      width: 3,
      height: 2,
      frames: 1,
      animated: false,
      byteOrder: null,
      ifds: {},
      warnings: [],
      derived: { width: 3, height: 2 },
    });
  });

  test('what is not known is null, and frames that were not counted to the end are said to be', () => {
    const record: ExifRecord = {
      ...recordOf(null),
      stat: { size: 1, etag: null, lastModified: null },
      shape: { width: null, height: null, frames: 9, animated: true, moreFrames: true },
    };
    expect(JSON.parse(typed.render(record))).toMatchObject({
      etag: null,
      width: null,
      height: null,
      frames: 9,
      animated: true,
      moreFrames: true,
      derived: {},
    });
  });

  test.each([
    [true, 'little'],
    [false, 'big'],
  ])('the byte order, little %s', async (littleEndian, order) => {
    expect((await shown({ fields: [short(0x0112, 1)] }, { littleEndian })).byteOrder).toBe(order);
  });
});

describe('every IFD has its tags in the order found, with names where they have one', () => {
  test('IFD0, Exif, GPS, Interop, IFD1, SubIFDs', async () => {
    const interop = pointer(0xa005, [{ fields: [ascii(1, 'R98')] }]);
    const { ifds } = await shown({
      fields: [
        ascii(0x010f, 'Eg'),
        pointer(0x014a, [{ fields: [short(0x0100, 9)] }, { fields: [short(0x0100, 8)] }]),
        pointer(0x8769, [{ fields: [undefinedField(0x927c, [1]), interop, short(0xfffe, 1)] }]),
        pointer(0x8825, [{ fields: [ascii(1, 'N'), short(0x010f, 1)] }]),
      ],
      next: { fields: [short(0x0103, 6)] },
    });
    const names = Object.entries(ifds).map(([ifd, tags]) => [ifd, (tags as Json[]).map(({ name }) => name)]);
    expect(Object.fromEntries(names)).toEqual({
      IFD0: ['Make', 'SubIFDs', 'ExifTag', 'GPSTag'],
      IFD1: ['Compression'],
      SubIFD0: ['ImageWidth'],
      SubIFD1: ['ImageWidth'],
      Exif: ['MakerNote', 'InteroperabilityTag', null],
      GPS: ['GPSLatitudeRef', null],
      Interop: ['InteroperabilityIndex'],
    });
  });

  test("a camera maker's own numbers have no names, and repeated tags are all there", () => {
    const raw = { ...entryOf(0x0100, 3, [1]), ifd: 'Raw' } as const;
    const { ifds } = JSON.parse(typed.render(recordOf(documentOf([raw, raw]))));
    expect(ifds.Raw).toEqual([
      { id: 256, name: null, type: 'SHORT', count: 1, value: 1 },
      { id: 256, name: null, type: 'SHORT', count: 1, value: 1 },
    ]);
  });
});

describe('a value is what is stored', () => {
  const nan = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0.1];
  const cases: readonly (readonly [name: string, field: Field, type: string, value: unknown])[] = [
    ['BYTE', bytesField(0xc000, 1, [0, 255]), 'BYTE', [0, 255]],
    ['SBYTE', bytesField(0xc000, 6, [-128, 127]), 'SBYTE', [-128, 127]],
    ['one BYTE', bytesField(0xc000, 1, [7]), 'BYTE', 7],
    ['SHORT', short(0xc000, 65_535), 'SHORT', 65_535],
    ['SSHORT', integers(0xc000, 8, -1, 2), 'SSHORT', [-1, 2]],
    ['SLONG', integers(0xc000, 9, -2_147_483_648), 'SLONG', -2_147_483_648],
    ['RATIONAL', rationals(0xc000, 5, [2, 4]), 'RATIONAL', [2, 4]],
    [
      'RATIONAL of zeros',
      rationals(0xc000, 5, [0, 0], [1, 0]),
      'RATIONAL',
      [
        [0, 0],
        [1, 0],
      ],
    ],
    [
      'SRATIONAL',
      rationals(0xc000, 10, [-1, 3], [1, -3]),
      'SRATIONAL',
      [
        [-1, 3],
        [1, -3],
      ],
    ],
    ['DOUBLE', floats(0xc000, 12, ...nan), 'DOUBLE', ['NaN', 'Infinity', '-Infinity', -0, 0.1]],
    ['FLOAT', floats(0xc000, 11, 0.1), 'FLOAT', Math.fround(0.1)],
    ['nothing', integers(0xc000, 3), 'SHORT', []],
  ];
  test.each(cases)('%s', async (_name, field, type, value) => {
    expect(await tagOf(field)).toEqual({ id: 0xc000, name: null, type, count: field.count, value });
  });

  test('LONG8 and SLONG8 of a BigTIFF', async () => {
    const big = { big: true };
    expect(await tagOf(integers(0xc000, 16, Number.MAX_SAFE_INTEGER), big)).toMatchObject({
      type: 'LONG8',
      value: Number.MAX_SAFE_INTEGER,
    });
    expect(await tagOf(integers(0xc000, 17, -5, 6), big)).toMatchObject({ type: 'SLONG8', value: [-5, 6] });
  });

  test('bytes that are not text are base64', async () => {
    expect(await tagOf(undefinedField(0xc000, [0, 255, 1]))).toEqual({
      id: 0xc000,
      name: null,
      type: 'UNDEFINED',
      count: 3,
      base64: 'AP8B',
    });
    expect(await tagOf(undefinedField(0xc000, []))).toMatchObject({ count: 0, base64: '' });
  });

  test('one that was left unread is said to be, and has nothing else', async () => {
    const { ifds } = await shown({
      fields: [pointer(0x8769, [{ fields: [undefinedField(0x927c, latin1('x'.repeat(3000)))] }])],
    });
    expect(ifds.Exif).toEqual([{ id: 0x927c, name: 'MakerNote', type: 'UNDEFINED', count: 3000, omitted: true }]);
  });

  test('warnings say what was wrong, and where', async () => {
    const { warnings, ifds } = await shown({ fields: [lying(ascii(0x010f, 'Eg'), { type: 99 }), short(0x0112, 1)] });
    expect(warnings).toEqual([{ code: 'bad-type', at: expect.any(Number), detail: expect.stringContaining('99') }]);
    expect(ifds.IFD0).toHaveLength(1);
  });
});

describe('an answer keeps to its limit', () => {
  const render = (...entries: TagEntry[]): string => typed.render(recordOf(documentOf(entries)));
  const fill = (length: number, byte: number) => new Uint8Array(length).fill(byte);
  const tagsOf = (text: string): Json[] => JSON.parse(text).ifds.IFD0;

  test('a value longer than the cap is named without its value', () => {
    const [fits, tooLong, numbers] = tagsOf(
      render(
        entryOf(1, 7, fill(maxTypedBytes, 1)),
        entryOf(2, 7, fill(maxTypedBytes + 1, 1)),
        entryOf(3, 12, new Array<number>(maxTypedBytes / 8 + 1).fill(1)),
      ),
    );
    expect(fits.base64).toHaveLength(Math.ceil(maxTypedBytes / 3) * 4);
    expect([tooLong, numbers]).toEqual([
      { id: 2, name: null, type: 'UNDEFINED', count: maxTypedBytes + 1, omitted: true },
      { id: 3, name: null, type: 'DOUBLE', count: maxTypedBytes / 8 + 1, omitted: true },
    ]);
  });

  const many = (count: number, entry: (i: number) => TagEntry) => Array.from({ length: count }, (_, i) => entry(i));
  const hostile: readonly (readonly [name: string, entries: readonly TagEntry[]])[] = [
    ['control characters, six bytes each in JSON', many(64, (i) => entryOf(i, 2, fill(65_536, 1)))],
    ['bytes that are no UTF-8', many(64, (i) => entryOf(i, 2, fill(65_536, 0x81)))],
    ['half characters of UTF-16', many(2000, () => entryOf(0x9c9b, 1, fill(2000, 0xd8)))],
    [
      'texts of one character',
      many(64, (i) =>
        entryOf(
          i,
          2,
          Uint8Array.from({ length: 65_536 }, (_, at) => at % 2),
        ),
      ),
    ],
    ['numbers', many(64, (i) => entryOf(i, 1, fill(65_536, 255)))],
    ['long numbers', many(128, (i) => entryOf(i, 12, new Array<number>(4096).fill(-1.234567890123456e-300)))],
    ['values that get shorter', many(3000, (i) => entryOf(i, 2, fill(Math.max(1, Math.floor(40_000 * 0.99 ** i)), 1)))],
    ['more tags than fit', many(20_000, (i) => entryOf(i, 3, [1]))],
    ['more IFDs than are walked', many(20_000, (i) => ({ ...entryOf(0xfffe, 3, [1]), ifd: `SubIFD${i}` }) as const)],
  ];
  test.each(hostile)('%s: well-formed, in time', (_name, entries) => {
    const start = process.cpuUsage();
    const text = render(...entries);
    expect(cpuMsSince(start)).toBeLessThan(2000); // a twentieth of it on a quiet machine
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(maxAnswerBytes);
    expect(Buffer.byteLength(text)).toBeGreaterThan(maxAnswerBytes / 2);
    expect(text.isWellFormed()).toBe(true);
    expect(Object.keys(JSON.parse(text))).toContain('derived');
  });

  test('when tags are left out, a warning says how many', () => {
    const answer = JSON.parse(render(...many(20_000, (i) => entryOf(i, 3, [1]))));
    const left = 20_000 - answer.ifds.IFD0.length;
    expect(left).toBeGreaterThan(0);
    expect(answer.warnings).toEqual([{ code: 'limit', at: 0, detail: `${left} tags are left out of a long answer` }]);
  });

  test('a long value costs only itself: later short ones are shown', () => {
    const long = many(12, (i) => entryOf(i + 1, 7, fill(60_000, 1)));
    const tags = tagsOf(render(...long, entryOf(0x010f, 2, latin1('Eg\0'))));
    expect(tags.filter(({ omitted }) => omitted === true).length).toBeGreaterThan(5);
    expect(tags.at(-1)).toMatchObject({ name: 'Make', value: 'Eg' });
  });

  test('the ETag and warnings count too', () => {
    const detail = 'x'.repeat(1000);
    const warnings = many(100, () => entryOf(0, 3, [0])).map(() => ({ code: 'loop', at: 0, detail }) as const);
    const document = { ...documentOf(many(20_000, (i) => entryOf(i, 3, [1]))), warnings };
    expect(Buffer.byteLength(typed.render(recordOf(document)))).toBeLessThanOrEqual(maxAnswerBytes);
  });
});
