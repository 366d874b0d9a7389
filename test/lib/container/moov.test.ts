// Image sequences: files of HEIF and AVIF with a track in the `moov` box.
import { heif } from '../../../lib/container/heif';
import { box, ftyp, fullBox } from '../../../testing/build/bmff';
import { concat, latin1, noise, u32 } from '../../../testing/build/bytes';
import { tiny } from '../../../testing/build/containers';
import { buildMoov, exifItem, type Item, photo } from '../../../testing/build/heif';
import { locateIn, still } from '../../../testing/compare/located';

const image: Item = { id: 1, type: 'hvc1', size: [640, 480], data: [noise(8)] };
const exif: Item = { id: 2, type: 'Exif', hidden: true, data: [exifItem(tiny)] };
const items = [image, exif];

describe('a sequence', () => {
  const track = { handler: 'pict', width: 640, height: 480, samples: 5 };
  const moving = { width: 640, height: 480, frames: 5, animated: true };
  const ftyps = ['avis', 'msf1', 'hevc', 'hevx'].map((brand) => [brand, ftyp(brand, ['mif1'])] as const);

  test.each(ftyps)('%s has one frame per sample', async (_brand, head) => {
    const bytes = photo(tiny, { ftyp: head, parts: ['meta', buildMoov([track]), 'mdat'], items });
    expect(await locateIn(heif, bytes)).toMatchObject({ shape: moving, exif: tiny });
  });

  test.each([
    ['before meta', { parts: [buildMoov([track]), 'meta', 'mdat'] } as const],
    ['behind mdat', { parts: ['meta', 'mdat', buildMoov([track])] } as const],
    [
      'with a track of sound and one of alpha first',
      {
        parts: [
          'meta',
          buildMoov([{ ...track, handler: 'soun', samples: 99 }, { ...track, handler: 'auxv', samples: 98 }, track]),
          'mdat',
        ],
      } as const,
    ],
    ['with a track of video', { parts: ['meta', buildMoov([{ ...track, handler: 'vide' }]), 'mdat'] } as const],
    ['with times of 64 bits', { parts: ['meta', buildMoov([{ ...track, tkhd: 1 }]), 'mdat'] } as const],
  ])('moov %s', async (_name, options) => {
    const bytes = photo(tiny, { ftyp: ftyp('avis'), items, ...options });
    expect(await locateIn(heif, bytes)).toMatchObject({ shape: moving, exif: tiny });
  });

  test('without meta has the size of its track', async () => {
    const bytes = concat(ftyp('avis'), buildMoov([track]), box('mdat', noise(9)));
    expect(await locateIn(heif, bytes)).toMatchObject({ shape: moving, exif: null });
  });

  test.each([
    ['the item states the size where it does', items, { ...moving, width: 640, height: 480 }],
    [
      'the track where the item has none',
      [{ ...image, size: undefined }, exif] as Item[],
      { ...moving, width: 64, height: 48 },
    ],
  ])('%s', async (_name, all, shape) => {
    const moov = buildMoov([{ ...track, width: 64, height: 48 }]);
    const bytes = photo(tiny, { ftyp: ftyp('avis'), items: all, parts: ['meta', moov, 'mdat'] });
    expect((await locateIn(heif, bytes)).shape).toEqual(shape);
  });

  test.each([
    ['without a track of pictures', buildMoov([{ ...track, handler: 'soun' }])],
    ['of no track', buildMoov([])],
    ['of noise', box('moov', noise(60))],
    ['of empty boxes', box('moov', box('trak', concat(box('tkhd', noise(0)), box('mdia', noise(0)))))],
  ])('%s is shown as its still image', async (_name, moov) => {
    const bytes = photo(tiny, { ftyp: ftyp('avis'), items, parts: ['meta', moov, 'mdat'] });
    expect(await locateIn(heif, bytes)).toMatchObject({ shape: still(640, 480), exif: tiny });
  });

  const tkhd = fullBox('tkhd', 1, 3, concat(new Uint8Array(84), u32(64 * 65_536), u32(48 * 65_536)));
  const hdlr = fullBox('hdlr', 0, 0, concat(u32(0), latin1('pict'), new Uint8Array(13)));
  const stbl = box('minf', box('stbl', fullBox('stsz', 0, 0, concat(u32(9), u32(7)))));
  const trak = (type: string, ...boxes: readonly Uint8Array[]) => box(type, concat(...boxes));

  test.each([
    ['whole', trak('trak', tkhd, box('mdia', concat(hdlr, stbl))), { width: 64, height: 48, frames: 7 }],
    ['of another type', trak('trac', tkhd, box('mdia', concat(hdlr, stbl))), moving],
    ['without tkhd', trak('trak', box('mdia', concat(hdlr, stbl))), moving],
    ['without hdlr', trak('trak', tkhd, box('mdia', stbl)), moving],
    ['without stsz', trak('trak', tkhd, box('mdia', hdlr)), moving],
  ])('with a first track %s', async (_name, one, shape) => {
    const bytes = concat(ftyp('avis'), box('moov', concat(one, buildMoov([track]).subarray(8))));
    expect((await locateIn(heif, bytes)).shape).toEqual({ ...moving, ...shape });
  });

  test('that is a picture by its major brand is shown as one, and moov is not looked for', async () => {
    const bytes = photo(tiny, { ftyp: ftyp('avif', ['avis']), items, parts: ['meta', 'mdat', buildMoov([track])] });
    expect(await locateIn(heif, bytes)).toMatchObject({ shape: still(640, 480), exif: tiny });
  });
});
