// What containers state of an image beside its size: bits of a sample, density, orientation, format. And that it costs nothing.

import { containers } from '../../../lib/container';
import type { ImageShape } from '../../../lib/types';
import { box, ftyp, fullBox } from '../../../testing/build/bmff';
import { concat, latin1, noise, patched, u16, u32 } from '../../../testing/build/bytes';
import { tiny } from '../../../testing/build/containers';
import { buildBmp, buildGif, buildIco, buildPsd, gifImage } from '../../../testing/build/gif-bmp-psd';
import { buildHeif, type HeifOptions, type Item, photo } from '../../../testing/build/heif';
import { buildJp2, codestream, jp2c, jp2h } from '../../../testing/build/jp2';
import { buildJpeg, comment, exifSegment, frameHeader, jfif, type Segment } from '../../../testing/build/jpeg';
import { codestream as jxlStream, type Metadata, metadata, sizeHeader } from '../../../testing/build/jxl';
import { buildPng, type Chunk, exifChunk, idat, iend, ihdr, phys } from '../../../testing/build/png';
import { ascii, buildTiff, type Field, pointer, short } from '../../../testing/build/tiff';
import { buildWebp, vp8, vp8l, vp8x } from '../../../testing/build/webp';
import { locateIn } from '../../../testing/compare/located';
import { readBytes } from '../../../testing/compare/read';

type StatedShape = Partial<ImageShape>;
type Row = readonly [name: string, bytes: Uint8Array, stated: StatedShape];

const jpegOf = (...segments: readonly Segment[]) => buildJpeg([...segments, frameHeader(3, 2)]);
const pngOf = (...chunks: readonly Chunk[]) => buildPng([ihdr(3, 2), ...chunks, idat(), iend]);
const jxlOf = (extra: Metadata | 'default' | 'none', width = 3) =>
  jxlStream([...sizeHeader(width, 2), ...metadata(extra)], 64);
const tiffOf = (...fields: readonly Field[]) => buildTiff({ fields: [short(0x0100, 3), short(0x0101, 2), ...fields] });
const bmpOf = (pixelBits: number, x: number, y: number) => {
  const density = concat(u32(x, true), u32(y, true));
  return patched(patched(buildBmp(3, 2), 28, u16(pixelBits, true)), 38, density);
};
const hvcC = (depth: number) => box('hvcC', concat(new Uint8Array(17), Uint8Array.of(0xf8 | (depth - 8)), noise(5)));
const av1C = (profile: number, flags: number) => box('av1C', Uint8Array.of(0x81, profile << 5, flags, 0));
const pixi = (...bits: number[]) => fullBox('pixi', 0, 0, Uint8Array.of(bits.length, ...bits));
const item = (more: Partial<Item>): Item => ({ id: 1, type: 'hvc1', size: [3, 2], data: [noise(8)], ...more });
const heifOf = (more: Partial<Item>, options: Partial<HeifOptions> = {}) =>
  buildHeif({ items: [item(more)], ...options });
const depth8 = { bitDepth: 8 };
const heic = { format: 'heic', orientation: 1 } as const;

const rows: readonly Row[] = [
  ['JPEG', jpegOf(), depth8],
  ['JPEG of 12 bits', buildJpeg([frameHeader(3, 2, 0xc1, 12)]), { bitDepth: 12 }],
  ['JPEG, dots per inch', jpegOf(jfif(1, 300, 72)), { ...depth8, dpi: [300, 72] }],
  ['JPEG, dots per centimetre', jpegOf(jfif(2, 118, 100)), { ...depth8, dpi: [299.72, 254] }],
  ['JPEG, a density without a unit', jpegOf(jfif(0, 4, 3)), { ...depth8, density: [4, 3] }],
  ['JPEG, a density of 0 across', jpegOf(jfif(1, 0, 72)), depth8],
  ['JPEG, a density of 0 down', jpegOf(jfif(1, 72, 0)), depth8],
  ['JPEG, a unit that is none', jpegOf(jfif(3, 72, 72)), depth8],
  ['JPEG, the first JFIF counts', jpegOf(jfif(1, 1, 1), jfif(1, 2, 2)), { ...depth8, dpi: [1, 1] }],
  [
    'JPEG, an APP0 of another kind',
    jpegOf({ marker: 0xe0, payload: latin1('JFXX\0\x01\x02\x01\0\x48\0\x48\0\0') }),
    depth8,
  ],
  ['JPEG, an APP0 too short', jpegOf({ marker: 0xe0, payload: latin1('JFIF\0\x01\x02\x01\x01') }), depth8],
  ['PNG', pngOf(), depth8],
  ['PNG of 16 bits', buildPng([ihdr(3, 2, 16), idat(), iend]), { bitDepth: 16 }],
  ['PNG, pixels per metre', pngOf(phys(11_811, 2835)), { ...depth8, dpi: [300, 72.01] }],
  ['PNG, a density without a unit', pngOf(phys(2, 1, 0)), { ...depth8, density: [2, 1] }],
  ['PNG, a density of 0', pngOf(phys(0, 1)), depth8],
  ['PNG, a density of 0 down', pngOf(phys(1, 0)), depth8],
  ['PNG, a pHYs too short', pngOf({ type: 'pHYs', data: new Uint8Array(8).fill(1) }), depth8],
  ['PNG, pHYs behind the image data', buildPng([ihdr(3, 2), idat(), phys(11_811, 11_811), iend]), depth8],
  ['lossy WebP', buildWebp([vp8(3, 2)]), depth8],
  ['lossless WebP', buildWebp([vp8l(3, 2)]), depth8],
  ['extended WebP', buildWebp([vp8x(3, 2), vp8(3, 2)]), depth8],
  ['GIF', buildGif(3, 2, [gifImage()], { table: 3 }), { bitDepth: 4 }],
  ['GIF without a global colour table', buildGif(3, 2, [gifImage()], { table: -1 }), {}],
  ['BMP of an index', bmpOf(4, 0, 0), { bitDepth: 4 }],
  ['BMP with a density', bmpOf(24, 11_811, 2835), { ...depth8, dpi: [300, 72.01] }],
  ['BMP of 16 bits a pixel', bmpOf(16, 0, 0), {}],
  ['BMP with a negative density', bmpOf(32, 0xffffffff, 1), depth8],
  ['BMP of OS/2', patched(buildBmp(3, 2, 12), 24, u16(24, true)), depth8],
  ['an icon', buildIco([[3, 2]]), depth8],
  ['a cursor', buildIco([[3, 2]], 2), {}],
  ['PSD', buildPsd(3, 2, []), depth8],
  ['JPEG 2000 boxes', buildJp2(jp2h(3, 2), jp2c(codestream(3, 2))), depth8],
  ['JPEG 2000 codestream', codestream(3, 2), { bitDepth: 1 }],
  ['JPEG 2000 codestream, signed', patched(codestream(3, 2), 42, Uint8Array.of(0x8b)), { bitDepth: 12 }],
  ['JPEG XL, all default', jxlOf('default'), { ...depth8, orientation: 1 }],
  ['TIFF', tiffOf(short(0x0102, 16, 16, 16)), { bitDepth: 16 }],
  ['TIFF that does not say', tiffOf(), {}],
  [
    'TIFF, of the full image',
    buildTiff({
      fields: [
        short(0x00fe, 1),
        short(0x0100, 1),
        short(0x0101, 1),
        short(0x0102, 8),
        pointer(0x014a, [{ fields: [short(0x00fe, 0), short(0x0100, 3), short(0x0101, 2), short(0x0102, 14)] }]),
      ],
    }),
    { bitDepth: 14 },
  ],
  ['HEIC', photo(tiny), { ...heic, ...depth8 }],
  ['HEIF of no known brand', photo(tiny, { ftyp: ftyp('mif1', ['mif1']) }), { orientation: 1, ...depth8 }],
  ['AVIF', photo(tiny, { ftyp: ftyp('mif1', ['avif']) }), { orientation: 1, format: 'avif', ...depth8 }],
  ['HEIC, depth of the decoder', heifOf({ bare: true, properties: [hvcC(10)] }), { ...heic, bitDepth: 10 }],
  ['HEIC, depth of no property', heifOf({ bare: true }), heic],
  ['HEIC, an hvcC too short', heifOf({ bare: true, properties: [box('hvcC', noise(17))] }), heic],
  ['HEIC, a pixi of no channel', heifOf({ bare: true, properties: [pixi()] }), heic],
  ['HEIC, a pixi', heifOf({ bare: true, properties: [pixi(12, 10, 10)] }), { ...heic, bitDepth: 12 }],
  ['HEIC without a size', heifOf({ properties: [box('irot', Uint8Array.of(1))] }, { primary: 7 }), { format: 'heic' }],
  ['AV1 of 8 bits', heifOf({ bare: true, properties: [av1C(2, 0x20)] }), { ...heic, bitDepth: 8 }],
  ['AV1 of 10 bits', heifOf({ bare: true, properties: [av1C(0, 0x60)] }), { ...heic, bitDepth: 10 }],
  ['AV1 of 12 bits', heifOf({ bare: true, properties: [av1C(2, 0x60)] }), { ...heic, bitDepth: 12 }],
  [
    'a grid, depth of its first tile',
    buildHeif({
      items: [item({ type: 'grid', bare: true }), item({ id: 2, bare: true, hidden: true, properties: [hvcC(12)] })],
      references: [{ type: 'dimg', from: 1, to: [2] }],
    }),
    { ...heic, bitDepth: 12 },
  ],
];

test.each(rows)('%s', async (_name, bytes, stated) => {
  expect((await readBytes(bytes)).stated).toEqual(stated);
});

describe('JPEG XL metadata', () => {
  const intrinsic = sizeHeader(5, 5);
  const depths: readonly (readonly [name: string, bits: [number, number][], depth: number])[] = [
    [
      '8 bits',
      [
        [0, 1],
        [0, 2],
      ],
      8,
    ],
    [
      '10 bits',
      [
        [0, 1],
        [1, 2],
      ],
      10,
    ],
    [
      '12 bits',
      [
        [0, 1],
        [2, 2],
      ],
      12,
    ],
    [
      'another number of bits',
      [
        [0, 1],
        [3, 2],
        [13, 6],
      ],
      14,
    ],
    [
      'floats',
      [
        [1, 1],
        [0, 2],
      ],
      32,
    ],
    [
      'half floats',
      [
        [1, 1],
        [1, 2],
      ],
      16,
    ],
    [
      'other floats',
      [
        [1, 1],
        [3, 2],
        [23, 6],
      ],
      24,
    ],
  ];
  test.each(depths)('%s', async (_name, depth, bitDepth) => {
    const stated = async (extra: Metadata) => (await readBytes(jxlOf({ depth, ...extra }))).stated;
    expect(await stated({})).toEqual({ bitDepth, orientation: 1 });
    expect(await stated({ orientation: 6, intrinsic })).toEqual({ bitDepth, orientation: 6 });
    // 1000 ticks, 1001 apart, for ever; then 30, 10 and 32 bits, and time codes
    const short: [number, number][] = [
      [1, 2],
      [1, 2],
      [0, 2],
      [0, 1],
    ];
    const long: [number, number][] = [
      [3, 2],
      [7, 30],
      [3, 2],
      [9, 10],
      [3, 2],
      [1, 32],
      [1, 1],
    ];
    for (const animation of [short, long]) {
      const moving = await stated({ animated: true, orientation: 8, depth: [...animation, ...depth] });
      expect(moving).toEqual({ bitDepth, orientation: 8 });
    }
  });

  test('no extra fields', async () => {
    const bytes = jxlStream([...sizeHeader(3, 2), [0, 1], [0, 1], [0, 1], [2, 2]], 64);
    expect((await readBytes(bytes)).stated).toEqual({ bitDepth: 12, orientation: 1 });
  });
});

describe('turns and mirrors of HEIF', () => {
  type Grid = readonly (readonly number[])[];
  const coded: Grid = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  const flipped = (grid: Grid): Grid => grid.toReversed();
  const mirrored = (grid: Grid): Grid => grid.map((row) => row.toReversed());
  const right = (grid: Grid): Grid => (grid[0] ?? []).map((_, x) => grid.map((row) => row[x] ?? 0).toReversed());
  const times = (count: number, grid: Grid): Grid => (count === 0 ? grid : times(count - 1, right(grid)));
  /** What each EXIF orientation asks a viewer to do [EXIF 3.0 4.6.5.1.6 Orientation]. */
  const upright: readonly ((grid: Grid) => Grid)[] = [
    (grid) => grid,
    mirrored,
    (grid) => times(2, grid),
    flipped,
    (grid) => right(flipped(grid)),
    right,
    (grid) => right(mirrored(grid)),
    (grid) => times(3, grid),
  ];
  const irot = (quarters: number) => ({
    property: box('irot', Uint8Array.of(quarters)),
    apply: (grid: Grid) => times((4 - (quarters & 3)) % 4, grid),
    name: `irot ${quarters}`,
  });
  const imir = (axis: number) => ({
    property: box('imir', Uint8Array.of(axis)),
    apply: (axis & 1) === 0 ? flipped : mirrored,
    name: `imir ${axis}`,
  });
  const turns = [irot(0), irot(1), irot(2), irot(3), irot(0xfd)];
  const mirrors = [imir(0), imir(1)];
  const chains = [
    ...turns.map((turn) => [turn]),
    ...mirrors.map((mirror) => [mirror]),
    ...turns.flatMap((turn) =>
      mirrors.flatMap((mirror) => [
        [turn, mirror],
        [mirror, turn],
        [mirror, turn, turn],
      ]),
    ),
  ];

  test.each(chains.map((chain) => [chain.map(({ name }) => name).join(', '), chain] as const))(
    '%s',
    async (_, chain) => {
      const { stated } = await readBytes(heifOf({ properties: chain.map(({ property }) => property) }));
      const shown = chain.reduce((grid, { apply }) => apply(grid), coded);
      expect(upright[(stated.orientation ?? 0) - 1]?.(coded)).toEqual(shown);
    },
  );

  test('an irot without its byte turns nothing', async () => {
    expect((await readBytes(heifOf({ properties: [box('irot', new Uint8Array(0))] }))).stated).toMatchObject(heic);
  });

  test('only those of the primary item count', async () => {
    const items = [item({}), item({ id: 2, rotation: 1 })];
    expect((await readBytes(buildHeif({ items, primary: 1 }))).stated.orientation).toBe(1);
    expect((await readBytes(buildHeif({ items, primary: 2 }))).stated.orientation).toBe(8);
  });
});

describe('costs no request and no byte', () => {
  const KiB = 1024;
  const jpegs = (app0: Segment) => [
    buildJpeg([app0, exifSegment(tiny), frameHeader(3, 2)]),
    buildJpeg([exifSegment(tiny), app0, frameHeader(3, 2)]),
    buildJpeg([comment(60 * KiB), comment(5 * KiB), app0, exifSegment(tiny), comment(40 * KiB), frameHeader(3, 2)]),
  ];
  const stating = jpegs(jfif(1, 300, 300));
  const others = jpegs({ marker: 0xe2, payload: jfif(1, 300, 300).payload });

  test.each(stating.map((bytes, i) => [i, bytes] as const))('JFIF, JPEG %i', async (i, bytes) => {
    const [with_, without] = [await readBytes(bytes), await readBytes(others[i] ?? bytes)];
    expect(with_.stated.dpi).toEqual([300, 300]);
    expect(without.stated.dpi).toBeUndefined();
    expect([with_.requests, with_.bytes]).toEqual([without.requests, without.bytes]);
  });

  test('pHYs', async () => {
    const long = { type: 'iCCP', data: noise(70 * KiB) };
    const png = (chunk: Chunk) => buildPng([ihdr(3, 2), long, chunk, exifChunk(tiny), idat(), iend]);
    const with_ = await readBytes(png(phys(11_811, 11_811)));
    const without = await readBytes(png({ ...phys(11_811, 11_811), type: 'tIME' }));
    expect(with_.stated.dpi).toEqual([300, 300]);
    expect([with_.requests, with_.bytes]).toEqual([without.requests, without.bytes]);
  });

  test('HEIF properties are read from the meta box that is held', async () => {
    const heif = containers.find(({ name }) => name === 'heif');
    if (heif === undefined) throw new Error('no heif');
    const ranges = async (more: Partial<Item>) => (await locateIn(heif, heifOf(more))).ranges.length;
    expect(await ranges({ rotation: 1, properties: [hvcC(10), pixi(8)] })).toBe(await ranges({}));
  });
});

test('a file cut inside what is stated keeps the rest', async () => {
  const text = ascii(0x010f, 'Example');
  const whole = jpegOf(jfif(1, 300, 300), exifSegment(buildTiff({ fields: [text] })));
  await expect(readBytes(whole.slice(0, 12))).rejects.toMatchObject({ code: 'DamagedImage' });
  const png = pngOf(phys(1, 1));
  expect((await readBytes(png.slice(0, 8 + 16))).stated).toEqual({});
});
