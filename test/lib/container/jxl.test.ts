import { brotliCompressSync } from 'node:zlib';
import { jxl } from '../../../lib/container/jxl';
import { maxBlockBytes } from '../../../lib/limits';
import { box, free } from '../../../testing/build/bmff';
import { concat, latin1, noise } from '../../../testing/build/bytes';
import { tiny } from '../../../testing/build/containers';
import { exifItem } from '../../../testing/build/heif';
import {
  brob,
  buildJxl,
  codestream,
  jxlc,
  jxlp,
  type Metadata,
  metadata,
  type SizeCode,
  sizeHeader,
} from '../../../testing/build/jxl';
import { locateIn, still } from '../../../testing/compare/located';
import { problemOf } from '../../../testing/compare/problem';
import { readBytes } from '../../../testing/compare/read';

const KiB = 1024;
const stream = codestream([...sizeHeader(640, 480), ...metadata()]);
const image = jxlc(stream);
const exif = box('Exif', exifItem(tiny));

test.each([
  ['a codestream', '\xff\x0a', true],
  ['boxes', '\0\0\0\x0cJXL \r\n\x87\n', true],
  ['JPEG', '\xff\xd8\xff', false],
  ['JPEG 2000', '\0\0\0\x0cjP  \r\n\x87\n', false],
])('matches %s: %p', (_name, head, expected) => {
  expect(jxl.matches(latin1(head))).toBe(expected);
});

describe('a bare codestream has no EXIF and states its size', () => {
  const sizes: readonly (readonly [width: number, height: number, code: SizeCode])[] = [
    [1, 1, {}],
    [512, 512, { selector: 0 }],
    [640, 480, { selector: 1 }],
    [8192, 8192, { selector: 1 }],
    [29_999, 30_000, { selector: 2 }],
    [262_144, 262_144, { selector: 2 }],
    [2 ** 30, 2 ** 30, { selector: 3 }],
    [256, 8, { small: true }],
    [8, 256, { small: true }],
    [480, 480, { selector: 1, ratio: 1 }],
    [576, 480, { selector: 1, ratio: 2 }],
    [640, 480, { selector: 1, ratio: 3 }],
    [720, 480, { selector: 1, ratio: 4 }],
    [853, 480, { selector: 1, ratio: 5 }],
    [600, 480, { selector: 1, ratio: 6 }],
    [960, 480, { selector: 1, ratio: 7 }],
    [341, 256, { small: true, ratio: 3 }],
    [2 ** 31, 2 ** 30, { selector: 3, ratio: 7 }],
  ];
  test.each(sizes)('%i x %i as %j', async (width, height, code) => {
    const bytes = codestream([...sizeHeader(width, height, code), ...metadata()]);
    expect(await locateIn(jxl, bytes)).toMatchObject({ shape: still(width, height), exif: null });
  });

  const extras: readonly (readonly [name: string, extra: Metadata])[] = [
    ['nothing else', {}],
    ['an orientation', { orientation: 8 }],
    ['an intrinsic size', { intrinsic: sizeHeader(99, 77, { selector: 1 }) }],
    ['an intrinsic size of a ratio', { intrinsic: sizeHeader(64, 64, { small: true, ratio: 1 }) }],
    // PreviewHeader [18181-1 D.4]: divided by 8 or not, each side by a selector, the width by a ratio or not
    [
      'a preview of 16 x 32',
      {
        preview: [
          [1, 1],
          [0, 2],
          [0, 3],
          [1, 2],
        ],
      },
    ],
    [
      'a preview of coded eighths',
      {
        preview: [
          [1, 1],
          [2, 2],
          [31, 5],
          [0, 3],
          [3, 2],
          [511, 9],
        ],
      },
    ],
    [
      'a preview of sides',
      {
        preview: [
          [0, 1],
          [0, 2],
          [63, 6],
          [0, 3],
          [3, 2],
          [4095, 12],
        ],
      },
    ],
    [
      'a preview of a ratio',
      {
        preview: [
          [0, 1],
          [1, 2],
          [255, 8],
          [3, 3],
        ],
      },
    ],
    [
      'all of them',
      {
        orientation: 3,
        intrinsic: sizeHeader(9, 7),
        preview: [
          [0, 1],
          [2, 2],
          [9, 10],
          [1, 3],
        ],
      },
    ],
  ];
  test.each(extras)('and whether it is animated, after %s', async (_name, extra) => {
    for (const animated of [false, true]) {
      // the bits behind the flag are of the other value
      const header = [...sizeHeader(640, 480, { selector: 1 }), ...metadata({ ...extra, animated })];
      const bytes = codestream([...header, [animated ? 0 : 0xff, 8]]);
      expect((await locateIn(jxl, bytes)).shape).toEqual({
        ...still(640, 480),
        animated,
        ...(animated ? { moreFrames: true } : {}),
      });
    }
  });

  test('and does not move without extra fields', async () => {
    const bytes = codestream([...sizeHeader(640, 480, { selector: 1 }), ...metadata('none'), [0xff, 8]]);
    expect((await locateIn(jxl, bytes)).shape).toEqual(still(640, 480));
  });

  test.each([2, 3])('cut to %i bytes is DamagedImage', async (length) => {
    expect(await problemOf(() => locateIn(jxl, stream.subarray(0, length)))).toBe('DamagedImage');
  });
});

describe('finds EXIF and size', () => {
  const wide = codestream([...sizeHeader(640, 480, { selector: 1 }), ...metadata()]);
  const picture = jxlc(wide);
  test.each<[string, readonly Uint8Array[]]>([
    ['Exif before jxlc', [exif, picture]],
    ['Exif behind jxlc', [picture, exif]],
    ['Exif between parts', [jxlp(0, wide), exif, jxlp(1, noise(9), true)]],
    ['Exif behind a first part without a codestream', [jxlp(1, noise(9)), jxlp(0, wide), exif]],
    ['Exif with the identifier of JPEG', [box('Exif', exifItem(tiny, 'Exif\0\0')), picture]],
    [
      'Exif with the identifier behind an offset of 0',
      [box('Exif', concat(new Uint8Array(4), latin1('Exif\0\0'), tiny)), picture],
    ],
    ['Exif without the offset field', [box('Exif', tiny), picture]],
    ['Exif without it, with the identifier', [box('Exif', concat(latin1('Exif\0\0'), tiny)), picture]],
    ['brob of Exif without it', [brob('Exif', tiny), picture]],
    ['Exif with another prefix', [box('Exif', exifItem(tiny, 'abc')), picture]],
    ['Exif up to the end', [picture, box('Exif', exifItem(tiny), { form: 'open' })]],
    ['Exif of 64-bit size', [picture, box('Exif', exifItem(tiny), { form: 'long' })]],
    ['jxlc of 64-bit size', [box('jxlc', wide, { form: 'long' }), exif]],
    ['jxlc up to the end', [exif, box('jxlc', wide, { form: 'open' })]],
    ['brob of Exif', [brob('Exif', exifItem(tiny)), picture]],
    ['brob of Exif with the identifier', [picture, brob('Exif', exifItem(tiny, 'Exif\0\0'))]],
    ['brob of others before it', [brob('xml ', noise(40)), picture, brob('Exif', exifItem(tiny))]],
    ['an Exif box that holds none before it', [box('Exif', noise(40)), box('Exif', noise(3)), exif, picture]],
    ['a brob that does not unpack before it', [box('brob', concat(latin1('Exif'), noise(40))), exif, picture]],
    ['an empty brob before it', [box('brob', noise(0)), box('brob', latin1('Exif')), exif, picture]],
    ['other boxes before it', [free(0), box('xml ', noise(9)), picture, box('jbrd', noise(9)), exif]],
  ])('%s', async (_name, boxes) => {
    const { shape, exif: found } = await locateIn(jxl, buildJxl(...boxes));
    expect(shape).toEqual(still(640, 480));
    expect(found).toEqual(tiny);
  });

  test('when the object ends inside the box, as far as it goes', async () => {
    const bytes = buildJxl(picture, exif);
    expect((await locateIn(jxl, bytes.subarray(0, -9))).exif).toEqual(tiny.subarray(0, -9));
  });

  test.each<[string, Uint8Array, number]>([
    ['brob of others', brob('xml ', noise(40)), 0],
    ['an empty brob', box('brob', noise(0)), 0],
    ['a brob of its type alone', box('brob', latin1('Exif')), 0],
    ['a brob that does not unpack', box('brob', latin1('Exif!')), 1],
    ['an Exif box without bytes', box('Exif', noise(0)), 1],
  ])('%s: %i broken blocks', async (_name, one, count) => {
    const { blocks } = await locateIn(jxl, buildJxl(one, picture));
    expect(blocks).toHaveLength(count);
  });

  test('reads the start of the codestream, and no byte after its box', async () => {
    const start = buildJxl().length + 8;
    const short = buildJxl(picture, free(99));
    expect((await locateIn(jxl, short)).ranges).toContainEqual({ start, end: start + picture.length - 8 });
    const long = buildJxl(jxlc(concat(wide, noise(99))));
    expect((await locateIn(jxl, long)).ranges).toContainEqual({ start, end: start + 64 });
  });

  test('without a codestream, no size', async () => {
    expect(await locateIn(jxl, buildJxl(exif))).toMatchObject({ shape: still(null, null), exif: tiny });
  });
});

describe('finds no EXIF', () => {
  const bomb = Uint8Array.from(brotliCompressSync(concat(exifItem(tiny), new Uint8Array(maxBlockBytes))));
  test.each<[string, readonly Uint8Array[]]>([
    ['where there is none', []],
    ['in a stream of Brotli that unpacks to more than the limit', [box('brob', concat(latin1('Exif'), bomb))]],
    ['at an offset behind the end', [box('Exif', concat(Uint8Array.of(0xff, 0xff, 0xff, 0xff), new Uint8Array(40)))]],
    ['behind a box of 64-bit size 0', [free(4, { form: 'long', claims: 0 }), exif]],
    ['behind a box beyond safe integers', [free(4, { form: 'long', claims: 2n ** 64n - 1n }), exif]],
    ['behind a box up to the end', [free(4, { form: 'open' }), exif]],
    ['behind a box of 7 bytes', [free(4, { claims: 7 }), exif]],
  ])('%s', async (_name, boxes) => {
    const bytes = buildJxl(jxlc(codestream([...sizeHeader(3, 2), ...metadata()])), ...boxes);
    const { shape, exif: found, ranges } = await locateIn(jxl, bytes);
    expect({ shape, found }).toEqual({ shape: still(3, 2), found: null });
    expect(ranges.length).toBeLessThanOrEqual(10);
  });
});

test.each([
  ['no box', buildJxl()],
  ['no codestream and no EXIF', buildJxl(free(9), box('jxlc', noise(40)), box('Exif', noise(40)))],
  ['more boxes than the limit', buildJxl(...Array.from({ length: 2100 }, () => free(0)), image)],
  ['a codestream cut short', buildJxl(box('jxlc', stream.subarray(0, 3)))],
])('%s is DamagedImage', async (_name, bytes) => {
  expect(await problemOf(() => locateIn(jxl, bytes))).toBe('DamagedImage');
});

describe('requests', () => {
  const small = codestream([...sizeHeader(3, 2), ...metadata()]);
  const long = jxlc(concat(small, new Uint8Array(300 * KiB)));
  test.each<[string, Uint8Array, number, boolean]>([
    ['one for a bare codestream of any length', concat(small, new Uint8Array(300 * KiB)), 1, false],
    ['one where EXIF stands before the image', buildJxl(exif, long), 1, true],
    ['two where it stands behind', buildJxl(long, exif), 2, true],
    ['one where there is none and the image goes to the end', buildJxl(long), 1, false],
  ])('%s', async (_name, bytes, requests, hasExif) => {
    const result = await readBytes(bytes);
    expect(result).toMatchObject({ container: 'jxl', shape: still(3, 2), requests });
    expect(result.entries !== null).toBe(hasExif);
    expect(result.bytes).toBeLessThanOrEqual(64 * KiB + 16 * KiB * (requests - 1));
  });
});
