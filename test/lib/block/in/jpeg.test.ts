// The metadata blocks that are found in a JPEG, and the reads that it takes.
import type { FoundBlock } from '../../../../lib/block/block';
import { concat, latin1, noise, u32 } from '../../../../testing/build/bytes';
import {
  APP1,
  buildJpeg,
  comment,
  exifSegment,
  frameHeader,
  insertSegments,
  jfif,
  photoshopSegment,
  resourceBytes,
  type Segment,
  xmpSegment,
} from '../../../../testing/build/jpeg';
import {
  extensionSegment,
  gainMapSegment,
  iccSegment,
  jumbfBox,
  jumbfSegments,
  mpfSegment,
  samsungTrailer,
} from '../../../../testing/build/jpeg-blocks';
import { ascii, buildTiff } from '../../../../testing/build/tiff';
import { findIn } from '../../../../testing/compare/found';

const KiB = 1024;
const frame = frameHeader(3, 2);
const guid = '0123456789ABCDEF0123456789ABCDEF';
const iim = latin1('\x1c\x02\x05\0\x03abc');
const md5 = noise(16);
const exifOf = (make: string): Segment => exifSegment(buildTiff({ fields: [ascii(0x010f, make)] }));
const app1 = (text: string): Segment => ({ marker: APP1, payload: latin1(text) });
const app13 = (...parts: readonly Uint8Array[]): Segment => ({
  marker: 0xed,
  payload: concat(latin1('Photoshop 3.0\0'), ...parts),
});
/** The offset of the first payload: after SOI and the header of the segment. */
const first = 6;
const xmpAt = first + 29;

/** A block with its bytes as text of one character for each. */
const shown = (block: FoundBlock): object =>
  'bytes' in block ? { ...block, bytes: String.fromCharCode(...block.bytes) } : block;

describe('a block of one segment', () => {
  test.each<[string, readonly Segment[], readonly object[]]>([
    ['nothing', [jfif()], []],
    ['XMP', [xmpSegment('<a/>')], [{ kind: 'xmp', bytes: '<a/>', offset: xmpAt, size: 4 }]],
    [
      'XMP with a space in place of the NUL',
      [app1('http://ns.adobe.com/xap/1.0/ <a/>')],
      [{ kind: 'xmp', bytes: '<a/>', offset: xmpAt, size: 4 }],
    ],
    [
      'XMP with a space and a NUL',
      [app1('http://ns.adobe.com/xap/1.0/ \0<a/>')],
      [{ kind: 'xmp', bytes: '<a/>', offset: xmpAt + 1, size: 4 }],
    ],
    ['another APP1', [app1('http://example.com/\0<a/>')], []],
    [
      'a part of an Extended XMP',
      [extensionSegment(guid, 10, 4, latin1('half'))],
      [{ kind: 'xmp-extension', guid, total: 10, at: 4, bytes: 'half' }],
    ],
    ['an Extended XMP that is too long', [extensionSegment(guid, KiB * KiB + 1, 4, latin1('half'))], []],
    ['ICC', [iccSegment(latin1('acsp'))], [{ kind: 'icc', bytes: 'acsp', offset: first + 14, size: 4 }]],
    ['MPF', [mpfSegment(latin1('II*\0'))], [{ kind: 'mpf', bytes: 'II*\0', offset: first + 4 }]],
    ['a gain map', [gainMapSegment()], [{ kind: 'gainmap', sign: 'iso21496-app2' }]],
    [
      'IIM and its digest',
      [
        photoshopSegment([
          { id: 0x0404, data: iim },
          { id: 0x0425, data: md5 },
        ]),
      ],
      [
        { kind: 'iptc', bytes: String.fromCharCode(...iim), offset: first + 14 + 12, size: iim.length, standard: true },
        { kind: 'iptc-digest', md5: Buffer.from(md5).toString('hex') },
      ],
    ],
    [
      'a second IIM',
      [
        photoshopSegment([
          { id: 0x0404, data: latin1('ab') },
          { id: 0x0404, data: latin1('cd') },
        ]),
      ],
      [
        { kind: 'iptc', bytes: 'ab', offset: first + 14 + 12, size: 2, standard: true },
        { kind: 'iptc', bytes: 'cd', offset: first + 14 + 12 + 14, size: 2, standard: false },
      ],
    ],
    [
      'XMP and ICC of Photoshop',
      [
        photoshopSegment([
          { id: 0x0424, data: latin1('<a/>') },
          { id: 0x040f, data: latin1('acsp') },
        ]),
      ],
      [
        { kind: 'xmp', bytes: '<a/>', offset: first + 14 + 12, size: 4 },
        { kind: 'icc', bytes: 'acsp', offset: first + 14 + 12 + 16, size: 4 },
      ],
    ],
    ['a digest that is too short', [photoshopSegment([{ id: 0x0425, data: noise(15) }])], []],
    ['another APP13', [{ marker: 0xed, payload: latin1('Adobe_CM\0') }], []],
  ])('%s', async (_name, segments, expected) => {
    const { blocks } = await findIn(buildJpeg([...segments, frame]));
    expect(blocks.map(shown)).toEqual(expected);
  });

  test('blocks after the frame header, and not those after the scan header', async () => {
    const jpeg = concat(buildJpeg([frame, xmpSegment('<a/>')]), buildJpeg([xmpSegment('<b/>'), frame]));
    expect((await findIn(jpeg)).blocks.map(shown)).toMatchObject([{ bytes: '<a/>' }]);
  });

  test('only wanted blocks', async () => {
    const segments = [xmpSegment('<a/>'), iccSegment(noise(9)), mpfSegment(noise(9)), photoshopSegment([])];
    const { blocks } = await findIn(buildJpeg([...segments, frame]), { wanted: ['icc'] });
    expect(blocks.map(({ kind }) => kind)).toEqual(['icc']);
  });
});

describe('a block of several segments', () => {
  const profile = noise(30);
  const parts = [0, 10, 20].map((at) => profile.slice(at, at + 10));
  const [a, b, c] = parts as [Uint8Array, Uint8Array, Uint8Array];

  test.each<[string, readonly Segment[]]>([
    ['ICC', [iccSegment(a, 1, 3), iccSegment(b, 2, 3), iccSegment(c, 3, 3)]],
    ['ICC in another order', [iccSegment(c, 3, 3), iccSegment(a, 1, 3), iccSegment(b, 2, 3)]],
    ['ICC counted from 0', [iccSegment(a, 0, 0), iccSegment(b, 1, 0), iccSegment(c, 2, 0)]],
    [
      'ICC with other segments between',
      [iccSegment(a, 1, 3), comment(9), iccSegment(b, 2, 3), jfif(), iccSegment(c, 3, 3)],
    ],
    ['a repeated part', [iccSegment(a, 1, 3), iccSegment(b, 2, 3), iccSegment(noise(11), 2, 3), iccSegment(c, 3, 3)]],
  ])('%s', async (_name, segments) => {
    const { blocks } = await findIn(buildJpeg([...segments, frame]));
    expect(blocks).toEqual([{ kind: 'icc', bytes: profile, offset: null, size: 30 }]);
  });

  test('only the start of a long ICC profile is read', async () => {
    const segments = [1, 2, 3].map((number) => iccSegment(noise(10 * KiB), number, 3));
    const { blocks } = await findIn(buildJpeg([...segments, frame]));
    expect(blocks).toMatchObject([{ size: 30 * KiB, bytes: { length: 16 * KiB } }]);
  });

  test('IIM that continues in the next APP13', async () => {
    const resource = resourceBytes({ id: 0x0404, data: iim });
    const segments = [app13(resource.subarray(0, 15)), app13(resource.subarray(15))];
    const { blocks } = await findIn(buildJpeg([...segments, frame]));
    expect(blocks).toEqual([{ kind: 'iptc', bytes: iim, offset: null, size: iim.length, standard: true }]);
  });

  test('IIM in the second APP13', async () => {
    const segments = [app13(resourceBytes({ id: 1, data: noise(8) })), app13(resourceBytes({ id: 0x0404, data: iim }))];
    const jpeg = buildJpeg([...segments, frame]);
    const [block] = (await findIn(jpeg)).blocks;
    if (block?.kind !== 'iptc' || block.offset === null) throw new Error('no IIM');
    expect(jpeg.slice(block.offset, block.offset + block.size)).toEqual(iim);
  });
});

describe('C2PA', () => {
  const box = jumbfBox(300);
  const long = jumbfBox(300, 'c2pa', { long: true });

  test.each<[string, readonly Segment[], Uint8Array]>([
    ['one segment', jumbfSegments(box, KiB), box],
    ['four segments', jumbfSegments(box, 100), box],
    ['a header with a length of 64 bits', jumbfSegments(long, 100, { header: 16 }), long],
    ['segments in another order', jumbfSegments(box, 100).reverse(), box],
    ['numbers from 0', jumbfSegments(box, 100, { from: 0 }), box],
    ['each segment twice', jumbfSegments(box, 100).flatMap((segment) => [segment, segment]), box],
    [
      'another box between',
      [...jumbfSegments(jumbfBox(99, 'json'), 50, { instance: 2 }), ...jumbfSegments(box, 100)],
      box,
    ],
  ])('%s', async (_name, segments, bytes) => {
    const { blocks } = await findIn(buildJpeg([...segments, frame]));
    const offset = segments.length === 1 ? first + 8 : null;
    expect(blocks).toEqual([{ kind: 'c2pa', bytes, offset, size: bytes.length }]);
  });

  test('two boxes', async () => {
    const segments = [...jumbfSegments(box, 100), ...jumbfSegments(jumbfBox(5), 100, { instance: 2 })];
    const { blocks } = await findIn(buildJpeg([...segments, frame]));
    expect(blocks.map((block) => 'size' in block && block.size)).toEqual([box.length, jumbfBox(5).length]);
  });

  test.each<[string, readonly Segment[]]>([
    ['JUMBF of another kind', jumbfSegments(jumbfBox(50, 'json'), 100)],
    ['without its first part', jumbfSegments(box, 100).slice(1)],
    ['a segment that is too short', [{ marker: 0xeb, payload: latin1('JP\0\x01\0\0\0\x01\0\0\0\x01') }]],
  ])('no block: %s', async (_name, segments) => {
    expect((await findIn(buildJpeg([...segments, frame]))).blocks).toEqual([]);
  });
});

describe("Samsung's trailer", () => {
  const image = buildJpeg([exifOf('samsung'), frame]);
  const video = latin1('\0\0\0\x10ftypmp42');
  const dataAt = image.length + 8 + 16;

  test.each<[string, Uint8Array, object[]]>([
    ['a video', concat(image, samsungTrailer(video)), [{ offset: dataAt, length: video.length }]],
    [
      'the place of a video',
      concat(image, video, samsungTrailer(concat(latin1('mpv2'), u32(image.length), u32(video.length)))),
      [{ offset: image.length, length: video.length }],
    ],
    ['a place after the end', concat(image, samsungTrailer(concat(latin1('mpv2'), u32(9999), u32(9)))), []],
    ['another part', concat(image, samsungTrailer(video, { type: 0x0a01, name: 'Image_UTC_Data' })), []],
    ['no trailer', image, []],
    ['a length that is too long', concat(image, u32(0xffffffff), latin1('SEFT')), []],
  ])('%s', async (_name, jpeg, expected) => {
    const { blocks } = await findIn(jpeg);
    expect(blocks).toEqual(expected.map((place) => ({ kind: 'motion', sign: 'samsung-trailer', ...place })));
  });

  test('of a long file, one more read finds it; other makers need none', async () => {
    const rest = concat(noise(200 * KiB), samsungTrailer(video));
    expect(await findIn(concat(image, rest))).toMatchObject({ requests: 1, blocks: [{ kind: 'motion' }] });
    expect(await findIn(concat(buildJpeg([exifOf('Apple'), frame]), rest))).toMatchObject({ requests: 0, blocks: [] });
  });
});

describe('reads', () => {
  const exif = exifOf('Eg');

  test('none when the first read has all blocks', async () => {
    const segments = [exif, xmpSegment('x'.repeat(9 * KiB)), iccSegment(noise(3 * KiB)), frame];
    expect(await findIn(insertSegments(buildJpeg([], 300 * KiB), segments))).toMatchObject({ before: 0, requests: 0 });
  });

  test('one for all blocks after the first read that are near to each other', async () => {
    const blocks = [xmpSegment('x'.repeat(9 * KiB)), iccSegment(noise(3 * KiB)), photoshopSegment([])];
    const jpeg = buildJpeg([exif, frame, comment(64_000), comment(64_000), ...blocks], 300 * KiB);
    expect((await findIn(jpeg)).requests).toBe(1);
  });

  test('the blocks before the end of the read budget are found', async () => {
    const far = Array.from({ length: 20 }, () => comment(64_000));
    const jpeg = buildJpeg([exif, frame, xmpSegment('<a/>'), ...far, xmpSegment('<b/>')]);
    const { blocks, requests } = await findIn(jpeg, { maxRequests: 3 });
    expect(requests).toBe(3);
    expect(blocks.map(shown)).toMatchObject([{ bytes: '<a/>' }]);
  });
});
