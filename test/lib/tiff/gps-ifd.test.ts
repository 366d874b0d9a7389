// Which entries of an IFD that no GPS pointer led to first are about the place, and so have the path GPS.
import { memoryReader } from '../../../lib/bytes/reader';
import { readDocument } from '../../../lib/tiff/document';
import {
  ascii,
  buildTiff,
  bytesField,
  type Field,
  floats,
  long,
  pointer,
  rationals,
  short,
} from '../../../testing/build/tiff';
import { readTiff } from '../../../testing/compare/document';

/** The paths of the entries of an IFD with `fields`, to which pointers of the `tags` lead. */
async function pathsOf(fields: Field[], ...tags: number[]): Promise<readonly string[]> {
  const ifd = { fields };
  const { entries } = await readTiff(buildTiff({ fields: tags.map((tag) => pointer(tag, [ifd])) }));
  return entries.slice(tags.length).map((entry) => entry.ifd);
}

describe('without a GPS pointer', () => {
  const cases: readonly (readonly [name: string, field: Field, isGps: boolean])[] = [
    ['latitude as fractions', rationals(2, 5, [52, 1]), true],
    ['longitude as fractions', rationals(4, 5, [13, 1]), true],
    ['latitude as signed fractions', rationals(2, 10, [-52, 1]), true],
    ['latitude as a float', floats(2, 11, 52.5), true],
    ['latitude as three whole numbers', short(2, 52, 30, 0), true],
    ['two whole numbers', short(2, 52, 30), false],
    ['a text of five bytes', ascii(2, '52.5'), true],
    ['four bytes', bytesField(2, 7, [48, 49, 48, 48]), false],
    ['the altitude as a fraction', rationals(6, 5, [100, 1]), false],
  ];
  test.each(cases)('a SubIFD with %s', async (_name, field, isGps) => {
    expect(await pathsOf([field], 0x014a)).toEqual([isGps ? 'GPS' : 'SubIFD0']);
  });

  test.each([
    ['a version of more than four bytes', bytesField(2, 7, [48, 49, 48, 48, 0]), false],
    ['an index', ascii(1, 'R98'), false],
    ['a tag that only GPS has', bytesField(0, 1, [2, 3, 0, 0]), true],
    ['the last GPS tag', rationals(0x1f, 5, [1, 1]), true],
    ['the tag after the last GPS tag', rationals(0x20, 5, [1, 1]), false],
  ])('an Interoperability IFD with %s', async (_name, field, isGps) => {
    expect(await pathsOf([field], 0xa005)).toEqual([isGps ? 'GPS' : 'Interop']);
  });

  test('of an IFD of which half has GPS numbers, only that half', async () => {
    expect(await pathsOf([rationals(2, 5, [52, 1]), short(0xc000, 1)], 0x014a)).toEqual(['GPS', 'SubIFD0']);
  });

  test('the first IFD has other tags with these numbers', async () => {
    const bytes = buildTiff({ fields: [rationals(2, 5, [52, 1])] });
    for (const root of ['IFD0', 'Raw'] as const) {
      const { entries } = await readDocument({ streams: [{ reader: memoryReader(bytes), root }] });
      expect(entries.map(({ ifd }) => ifd)).toEqual([root]);
    }
  });
});

describe('with a GPS pointer after another one', () => {
  test.each([0x8769, 0x014a])('all entries, by content that no other rule finds, after 0x%x', async (tag) => {
    expect(await pathsOf([short(0x1e, 1), short(0xc000, 1)], tag, 0x8825)).toEqual(['GPS', 'GPS']);
  });

  test('two pointers of which none is for GPS do not make it GPS', async () => {
    expect(await pathsOf([short(0x1e, 1)], 0x8769, 0x014a)).toEqual(['Exif']);
  });

  test('a wrong one to an IFD0 with ProcessingSoftware, which has the number of a GPS tag', async () => {
    const { entries } = await readTiff(buildTiff({ fields: [ascii(0x000b, 'editor'), long(0x8825, 8)] }));
    expect(entries.map(({ ifd }) => ifd)).toEqual(['IFD0', 'IFD0']);
  });
});
