// Which boxes of a HEIF file are read, and where the walk over them ends.
import { heif } from '../../../lib/container/heif';
import { maxBoxBytes } from '../../../lib/limits';
import { ProblemError } from '../../../lib/problem';
import { box, free, ftyp, fullBox } from '../../../testing/build/bmff';
import { concat, noise, u16 } from '../../../testing/build/bytes';
import { tiny } from '../../../testing/build/containers';
import { buildMoov, exifItem, type HeifOptions, type Item, photo } from '../../../testing/build/heif';
import { buildMini } from '../../../testing/build/mini';
import { locateIn, still } from '../../../testing/compare/located';
import { problemOf } from '../../../testing/compare/problem';
import { readBytes } from '../../../testing/compare/read';
import { countingReader } from '../../../testing/fakes/counting-reader';

const image: Item = { id: 1, type: 'hvc1', size: [640, 480], data: [noise(8)] };
const inIdat: Item = { id: 2, type: 'Exif', hidden: true, method: 1, data: [exifItem(tiny)] };
const fileOf = (options: Partial<HeifOptions>) =>
  photo(tiny, { items: [{ ...image, data: undefined }, inIdat] as Item[], iloc: 1, ...options });
const moov = buildMoov([{ handler: 'pict', width: 64, height: 48, samples: 5 }]);
const mini = buildMini({ width: 5, height: 4 }).subarray(16);
const moving = { width: 640, height: 480, frames: 5, animated: true };

describe('the heads of boxes that are read', () => {
  const sequence = { ftyp: ftyp('avis') };
  test.each<[string, Partial<HeifOptions>, number]>([
    ['of a picture, up to meta', { parts: [free(1), 'meta', free(2), free(3)] }, 3],
    ['of a picture with moov first, up to meta', { parts: [moov, 'meta', free(2), free(3)] }, 3],
    ['of a sequence, up to moov after meta', { ...sequence, parts: ['meta', free(1), moov, free(2)] }, 4],
    ['of a sequence, up to meta after moov', { ...sequence, parts: [moov, free(1), 'meta', free(2)] }, 4],
    ['of a sequence without moov, all', { ...sequence, parts: ['meta', free(1), free(2)] }, 5],
  ])('%s', async (_name, options, heads) => {
    const { ranges } = await locateIn(heif, fileOf(options));
    expect(ranges.slice(1).filter(({ start, end }) => end - start <= 16)).toHaveLength(heads);
  });

  test('of a picture with mini, up to that', async () => {
    const bytes = concat(buildMini({ width: 5, height: 4 }), free(1), free(2));
    const { ranges } = await locateIn(heif, bytes);
    expect(ranges.map(({ start }) => start)).toEqual([0, 0, 16, 24]);
  });
});

describe('meta, mini and moov in one file', () => {
  test.each<[string, Uint8Array, object]>([
    ['the first of meta and mini counts: meta', fileOf({ parts: ['meta', mini] }), still(640, 480)],
    ['the first of meta and mini counts: mini', fileOf({ parts: [mini, 'meta'] }), still(5, 4)],
    ['meta counts in a sequence', fileOf({ ftyp: ftyp('avis'), parts: [mini, 'meta'] }), still(640, 480)],
    [
      'a track counts before mini',
      concat(ftyp('avis'), mini, moov),
      { width: 64, height: 48, frames: 5, animated: true },
    ],
    ['the first meta counts', fileOf({ parts: ['meta', box('meta', noise(9))], ftyp: ftyp('avis') }), still(640, 480)],
    ['the first mini counts', concat(ftyp('avis'), mini, buildMini({ width: 9, height: 8 }).subarray(16)), still(5, 4)],
  ])('%s', async (_name, bytes, shape) => {
    expect((await locateIn(heif, bytes)).shape).toEqual(shape);
  });
});

describe('a box of the longest length that is read', () => {
  const padded = (bytes: Uint8Array, length: number) =>
    box('moov', concat(bytes.subarray(8), free(length - bytes.length)));

  test.each([
    ['moov', maxBoxBytes, moving],
    ['a longer moov, which is left out', maxBoxBytes + 1, still(640, 480)],
  ])('%s', async (_name, length, shape) => {
    const bytes = fileOf({ ftyp: ftyp('avis'), parts: [free(9), 'meta', padded(moov, length)] });
    expect((await locateIn(heif, bytes)).shape).toEqual(shape);
  });

  test('meta', async () => {
    const { length } = fileOf({ ftyp: new Uint8Array(0), parts: ['meta'] });
    const bytes = fileOf({ parts: ['meta'], extra: free(maxBoxBytes - (length - 8) - 8) });
    expect((await locateIn(heif, bytes)).exif).toEqual(tiny);
  });
});

describe('where the budget ends before moov', () => {
  const far = [free(100_000), moov] as const;

  test('a sequence with meta is shown as its still', async () => {
    const bytes = fileOf({ ftyp: ftyp('avis'), parts: ['meta', ...far] });
    expect(await readBytes(bytes, { requests: 1 })).toMatchObject({
      shape: still(640, 480),
      entries: expect.arrayContaining(['Exif:a001 [1]']),
    });
    expect((await readBytes(bytes, { requests: 2 })).shape).toEqual(moving);
  });

  test('one without meta is BudgetExceeded', async () => {
    const bytes = concat(ftyp('avis'), ...far);
    expect(await problemOf(() => readBytes(bytes, { requests: 1 }))).toBe('BudgetExceeded');
  });

  test.each([new ProblemError('ObjectChanged', 'Cannot go on'), new TypeError('a fault')])(
    'another error stays that error: %p',
    async (error) => {
      const { reader } = countingReader(fileOf({ ftyp: ftyp('avis'), parts: ['meta', ...far] }));
      const failing: typeof reader = {
        size: reader.size,
        read: (ranges) => (ranges.some(({ end }) => end > 100_000) ? Promise.reject(error) : reader.read(ranges)),
      };
      await expect(heif.locate(failing)).rejects.toBe(error);
    },
  );
});

describe('damage', () => {
  // Fields of 3 bytes do not exist.
  const iloc = fullBox('iloc', 0, 0, concat(u16(0x3300), u16(1), noise(20)));
  const damaged = { without: ['iloc'], extra: iloc } as const;

  test('in iloc costs the EXIF, not the size', async () => {
    const { shape, blocks } = await locateIn(heif, fileOf({ ...damaged, parts: ['meta'] }));
    expect({ shape, blocks }).toEqual({ shape: still(640, 480), blocks: [new Uint8Array(0)] });
  });

  test('in iloc costs the EXIF, not the track', async () => {
    const bytes = fileOf({ ...damaged, ftyp: ftyp('avis'), primary: null, parts: ['meta', moov] });
    expect((await locateIn(heif, bytes)).shape).toMatchObject({ width: 64, height: 48, frames: 5 });
  });

  test('in iloc of a picture without a size is DamagedImage', async () => {
    expect(await problemOf(() => locateIn(heif, fileOf({ ...damaged, primary: null, parts: ['meta'] })))).toBe(
      'DamagedImage',
    );
  });

  test('of other parts leaves the EXIF that can be read', async () => {
    const bytes = fileOf({
      primary: null,
      extra: box('iref', new Uint8Array(0)),
      without: ['iref', 'pitm'],
      parts: ['meta'],
    });
    expect(await locateIn(heif, bytes)).toMatchObject({ shape: still(null, null), exif: tiny });
  });
});

describe('the format', () => {
  test.each([
    ['avif', 'avif'],
    ['avis', 'avif'],
    ['heix', 'heic'],
    ['hevc', 'heic'],
    ['hevs', 'heic'],
    ['mif1', undefined],
    ['vvic', undefined],
  ])('of the brand %s: %p', async (brand, format) => {
    expect((await locateIn(heif, fileOf({ ftyp: ftyp(brand), parts: ['meta'] }))).stated.format).toBe(format);
  });

  test('is that of the first brand that names a codec', async () => {
    const head = ftyp('mif1', ['miaf', 'avif', 'heic']);
    expect((await locateIn(heif, fileOf({ ftyp: head, parts: ['meta'] }))).stated.format).toBe('avif');
  });

  test('is looked for in the first 1024 bytes', () => {
    const after = (count: number) => ftyp('isom', [...Array.from({ length: count }, () => 'abcd'), 'heic']);
    expect(heif.matches(after(251))).toBe(true);
    expect(heif.matches(after(252))).toBe(false);
  });
});
