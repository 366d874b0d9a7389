// Reading the preview of an image: which one, from where, at what cost, and what is refused.
import { defaultLimits, type Limits } from '../../../lib/limits';
import type { ReadDeps } from '../../../lib/read/object';
import { readPreview } from '../../../lib/read/preview';
import { turnedPreview } from '../../../lib/read/previews/limits';
import { box } from '../../../testing/build/bmff';
import { concat, latin1, noise, u16, u32, unsigned } from '../../../testing/build/bytes';
import { buildPsd } from '../../../testing/build/gif-bmp-psd';
import { buildHeif } from '../../../testing/build/heif';
import { buildJpeg, comment, exifSegment, frameHeader } from '../../../testing/build/jpeg';
import { mpfSegment } from '../../../testing/build/jpeg-blocks';
import { type NoteShape, streamWithNote } from '../../../testing/build/maker-note';
import { buildCr3, buildRaf, buildRw2, buildX3f } from '../../../testing/build/raw';
import { buildMpf } from '../../../testing/build/small-blocks';
import { plainThumbnail, thumbnailIfds, thumbnailJpeg, thumbnailTiff } from '../../../testing/build/thumbnail';
import { ascii, buildTiff, type Field, type Ifd, long, pointer, short } from '../../../testing/build/tiff';
import { problemOf } from '../../../testing/compare/problem';
import { anyRef, bucketOf } from '../../../testing/fakes/counting-bucket';

type Setup = Readonly<{
  dropGroups?: ReadDeps['dropGroups'];
  previewBytes?: number;
  upright?: boolean;
  limits?: Partial<Limits>;
}>;

async function read(file: Uint8Array, { dropGroups = [], previewBytes, upright = false, limits }: Setup = {}) {
  const counting = bucketOf(file);
  const deps = { bucket: counting.bucket, limits: { ...defaultLimits, ...limits }, dropGroups, previewBytes };
  const known = { held: null, isKnown: () => false };
  const cost = { requests: 0, bytes: 0 };
  const signal = new AbortController().signal;
  const found = await readPreview({ ref: anyRef, deps, cost, known, signal }, upright);
  if (found.kind !== 'thumbnail') throw new Error(`${found.kind}, though nothing was known`);
  return { bytes: found.bytes, orientation: found.orientation, requests: cost.requests };
}

const refusal = (file: Uint8Array, setup: Setup = {}) => problemOf(() => read(file, setup));

/** A JPEG that no decoder can read, but that is laid out as one. */
const jpegOf = (width: number, height: number, length = 3000, marker = 0xc0) =>
  buildJpeg([frameHeader(width, height, marker)], length);
const preview = jpegOf(1620, 1080, 9000);

/** An IFD with one strip in JPEG. */
const stripIfd = (jpeg: Uint8Array, fields: readonly Field[] = []): Ifd => ({
  fields: [short(0x0103, 6), pointer(0x0111, [jpeg]), long(0x0117, jpeg.length), ...fields],
});
const withNote = (make: string, shape: NoteShape) =>
  buildJpeg([exifSegment(streamWithNote({ make }, shape).bytes), frameHeader(640, 480)], 4000);

/** PRVW in its box after `moov`. */
const previewBox = (jpeg: Uint8Array) => {
  const uuid = [0xea, 0xf4, 0x2b, 0x5e, 0x1c, 0x98, 0x4b, 0x88, 0xb9, 0xfb, 0xb7, 0xdc, 0x40, 0x6e, 0x4d, 0x16];
  const content = concat(noise(4), u16(1), u16(1620), u16(1080), u16(1), u32(jpeg.length), jpeg, noise(3));
  return box('uuid', concat(Uint8Array.from(uuid), noise(8), box('PRVW', content)));
};
const cr3Stream = buildTiff({ fields: [ascii(0x010f, 'Canon')] });
const thumbBox = (jpeg: Uint8Array) => concat(u32(0), u16(160), u16(120), u32(jpeg.length), u32(0x10000), jpeg);

/** A JPEG with a large thumbnail after its end; the index says where, from its own TIFF header. */
const withMpf = (large: Uint8Array, attributes = 0x010002) => {
  const built = (place: number) =>
    buildJpeg(
      [
        mpfSegment(
          buildMpf([
            [0x030000, 100, 0],
            [attributes, large.length, place],
          ]),
        ),
        frameHeader(640, 480),
      ],
      500,
    );
  const length = built(0).length;
  const header = 2 + 4 + 4;
  return concat(built(length - header), large);
};

describe('the longest JPEG, byte for byte', () => {
  test.each<[string, Uint8Array]>([
    ['IFD0 of a raw file', buildTiff(stripIfd(preview))],
    ['IFD0 of a big-endian one', buildTiff(stripIfd(preview), { littleEndian: false })],
    ['a SubIFD', buildTiff({ fields: [pointer(0x014a, [stripIfd(preview, [long(0x00fe, 1)])])] })],
    [
      'IFD0 by JPEGInterchangeFormat',
      buildTiff({ fields: [pointer(0x0201, [preview]), long(0x0202, preview.length)] }),
    ],
    ['IFD1 of a JPEG', thumbnailJpeg(preview)],
    ['JpgFromRaw of a RW2', buildRw2([short(0x0002, 640)], preview)],
    ['a RAF', buildRaf(preview)],
    ['a X3F', buildX3f(640, 480, [{ type: 'IMA2', data: preview }])],
    [
      'THMB of a CR3',
      buildCr3([
        ['CMT1', cr3Stream],
        ['THMB', thumbBox(preview)],
      ]),
    ],
    ['a PSD', buildPsd(640, 480, [{ id: 0x040c, data: concat(u32(1), noise(24), preview) }])],
    [
      'an item of a HEIF',
      buildHeif({
        items: [
          { id: 1, type: 'hvc1' },
          { id: 2, type: 'jpeg', data: [preview] },
        ],
      }),
    ],
    ['a large thumbnail of MPF', withMpf(preview)],
  ])('%s', async (_, file) => {
    expect((await read(file)).bytes).toEqual(preview);
  });

  test('PRVW of a CR3 is longer than THMB', async () => {
    const file = buildCr3([
      ['CMT1', cr3Stream],
      ['THMB', thumbBox(plainThumbnail)],
    ]);
    const moovEnd = file.length - (8 + 9);
    const withPreview = concat(file.subarray(0, moovEnd), previewBox(preview), file.subarray(moovEnd));
    expect((await read(withPreview)).bytes).toEqual(preview);
  });

  test('the only sample of the first track of a CR3', async () => {
    const build = (start: number) => {
      const sizes = box('stsz', concat(u32(0), u32(0), u32(1), u32(preview.length)));
      const offsets = box('co64', concat(u32(0), u32(1), unsigned(BigInt(start), 8, false)));
      const track = box('trak', box('mdia', box('minf', box('stbl', concat(sizes, offsets)))));
      const canon = buildCr3([['CMT1', cr3Stream]]);
      const moovAt = latin1('moov');
      const at = canon.findIndex((_, i) => moovAt.every((byte, j) => canon[i + j] === byte)) - 4;
      const length = new DataView(canon.buffer).getUint32(at);
      const moov = box('moov', concat(canon.subarray(at + 8, at + length), track));
      return concat(canon.subarray(0, at), moov, box('mdat', preview));
    };
    const length = build(0).length;
    expect((await read(build(length - preview.length))).bytes).toEqual(preview);
  });

  test('of a maker note, inside the EXIF', async () => {
    const shape = (start: number): NoteShape => ({
      header: concat(latin1('Nikon\0\x02\x10\0\0'), latin1('II'), u16(42, true), u32(8, true)),
      base: 10,
      fields: [{ tag: 0x0011, sub: [long(0x0201, start), long(0x0202, preview.length)] }],
      trailer: () => preview,
    });
    const { note } = streamWithNote({ make: 'NIKON' }, shape(1));
    expect((await read(withNote('NIKON', shape(note.length - preview.length - 10)))).bytes).toEqual(preview);
  });

  test('of a maker note of a JPEG, after the EXIF', async () => {
    const shape = (start: number): NoteShape => ({
      header: latin1('OLYMP\0\x01\0'),
      base: 'tiff',
      fields: [{ tag: 0x2020, sub: [long(0x0101, start), long(0x0102, preview.length)] }],
    });
    const { length } = withNote('OLYMPUS', shape(1));
    const header = 2 + 4 + 6;
    expect((await read(concat(withNote('OLYMPUS', shape(length - header)), preview))).bytes).toEqual(preview);
  });
});

describe('what is not a preview', () => {
  const both = (ifd: Ifd): Uint8Array =>
    buildTiff({ ...thumbnailIfds(plainThumbnail), fields: ifd.fields, next: thumbnailIfds(plainThumbnail).next ?? 0 });

  test.each<[string, Ifd]>([
    ['the image itself', stripIfd(preview, [long(0x00fe, 0)])],
    ['the data of the sensor', stripIfd(preview, [short(0x0106, 32_803)])],
    ['slices of Canon', stripIfd(preview, [short(0xc640, 1, 2, 3)])],
    ['samples of more than 8 bits', stripIfd(preview, [short(0x0102, 14)])],
    ['a strip that needs tables', stripIfd(preview, [long(0x015b, 1, 2)])],
    ['one of two strips', { fields: [short(0x0103, 7), long(0x0111, 8, 400), long(0x0117, 300, 300)] }],
    ['a lossless JPEG', stripIfd(jpegOf(640, 480, 9000, 0xc3))],
    ['bytes that are not a JPEG', stripIfd(noise(9000))],
    ['a place outside of the file', { fields: [long(0x0201, 100_000), long(0x0202, 9000)] }],
  ])('%s: the thumbnail is answered', async (_, ifd) => {
    expect((await read(both(ifd))).bytes).toEqual(plainThumbnail);
  });

  test('an image of MPF that is not a thumbnail', async () => {
    expect(await refusal(withMpf(preview, 0x020002))).toBe('PreviewMissing');
  });
});

describe('limits', () => {
  const two = buildTiff({ fields: stripIfd(preview).fields, next: thumbnailIfds(plainThumbnail).next ?? 0 });

  test('a preview beyond the limit: the largest one within it', async () => {
    expect((await read(two, { previewBytes: preview.length })).bytes).toEqual(preview);
    expect((await read(two, { previewBytes: preview.length - 1 })).bytes).toEqual(plainThumbnail);
    expect(await refusal(two, { previewBytes: 1024 })).toBe('PreviewTooLarge');
  });

  test('its bytes are read in addition to the others, and in one more GET', async () => {
    const large = jpegOf(6000, 4000, 70_000);
    const limits = { firstRead: 1024, readBytes: 20_000 };
    expect(await read(buildTiff(stripIfd(large)), { limits })).toMatchObject({ bytes: large, requests: 2 });
  });

  test('one that has too many pixels is not turned', async () => {
    const huge = jpegOf(4096, turnedPreview.pixels / 4096 + 1);
    const turned = [short(0x0112, 6)];
    const thumbnail = thumbnailIfds(jpegOf(160, 120, 100)).next ?? 0;
    const file = buildTiff({ fields: stripIfd(huge, turned).fields, next: thumbnail });
    expect((await read(file)).bytes).toEqual(huge);
    expect((await read(file, { upright: true })).bytes).toEqual(jpegOf(160, 120, 100));
    expect(await refusal(buildTiff(stripIfd(huge, turned)), { upright: true })).toBe('PreviewTooLarge');
    expect((await read(buildTiff(stripIfd(huge)), { upright: true })).bytes).toEqual(huge);
  });
});

test.each([
  ['an image without any', buildJpeg([frameHeader(640, 480)]), 'PreviewMissing'],
  ['a thumbnail that is not a JPEG', thumbnailTiff(noise(400)), 'PreviewDamaged'],
  ['a text', latin1('no image at all'), 'NotAnImage'],
])('%s is refused', async (_, file, code) => {
  expect(await refusal(file)).toBe(code);
});

test.each([
  ['that of IFD0', buildTiff(stripIfd(preview, [short(0x0112, 6)])), 6],
  ['its own', buildTiff({ fields: [short(0x0112, 6), pointer(0x014a, [stripIfd(preview, [short(0x0112, 8)])])] }), 8],
  ['upright without one', buildTiff(stripIfd(preview)), 1],
])('the orientation: %s', async (_, file, orientation) => {
  expect(await read(file)).toMatchObject({ orientation });
});

describe('dropped groups', () => {
  const withText = buildJpeg([comment(40), frameHeader(1620, 1080)], 9000);

  test('a preview has no metadata when any group is dropped', async () => {
    const { bytes } = await read(buildTiff(stripIfd(withText)), { dropGroups: ['gps'] });
    expect(bytes.length).toBe(withText.length - 44);
  });

  test('thumbnail: there is no preview', async () => {
    expect(await refusal(buildTiff(stripIfd(preview)), { dropGroups: ['thumbnail'] })).toBe('PreviewMissing');
  });

  test('makernote: that of a maker note is not answered', async () => {
    const shape: NoteShape = {
      header: latin1('OLYMP\0\x01\0'),
      base: 'tiff',
      fields: [{ tag: 0x2020, sub: [long(0x0101, 100), long(0x0102, 10)] }],
    };
    expect(await refusal(withNote('OLYMPUS', shape), { dropGroups: ['makernote'] })).toBe('PreviewMissing');
    expect(await refusal(withNote('OLYMPUS', shape))).toBe('PreviewDamaged');
  });
});
