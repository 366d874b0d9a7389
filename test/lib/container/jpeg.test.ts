import { jpeg } from '../../../lib/container/jpeg';
import type { ByteRange } from '../../../lib/types';
import { concat, latin1, noise, u16 } from '../../../testing/build/bytes';
import { tiffBytes } from '../../../testing/build/containers';
import {
  APP0,
  APP1,
  APP13,
  buildJpeg,
  comment,
  exifSegment,
  exifSegments,
  frameHeader,
  jfif,
  maxPayload,
  photoshopSegment,
  resourceBytes,
  type Segment,
  xmpSegment,
} from '../../../testing/build/jpeg';
import { ascii, buildTiff, undefinedField } from '../../../testing/build/tiff';
import { locateIn, still } from '../../../testing/compare/located';
import { problemOf } from '../../../testing/compare/problem';
import { countingReader } from '../../../testing/fakes/counting-reader';

const other = buildTiff({ fields: [ascii(0x010f, 'Another maker')] });
const exif = exifSegment(tiffBytes);
const frame = frameHeader(640, 480);
const resources = photoshopSegment([{ id: 0x0422, data: tiffBytes }]);
/** Bytes that cannot be read as EXIF, though they start like it: IFD0 is outside. */
const broken = buildTiff({ fields: [] }, { ifd0: 5000 });

test.each([
  ['SOI and a marker', '\xff\xd8\xff', true],
  ['SOI alone', '\xff\xd8', false],
  ['no marker', '\xff\xd8\x00', false],
  ['PNG', '\x89PNG\r\n\x1a\n', false],
])('matches %s: %p', (_name, head, expected) => {
  expect(jpeg.matches(latin1(head))).toBe(expected);
});

describe('finds EXIF and size', () => {
  const cases: readonly (readonly [name: string, segments: readonly Segment[]])[] = [
    ['right behind SOI', [exif, frame]],
    ['behind JFIF', [jfif(), exif, frame]],
    ['behind the frame header', [jfif(), frame, exif]],
    ['behind XMP, also an APP1', [xmpSegment(), exif, frame]],
    ['behind 300 KiB of other segments', [...Array.from({ length: 5 }, () => comment(maxPayload)), exif, frame]],
    ['behind an empty segment', [comment(0), exif, frame]],
    ['with a pad byte that is not 0', [exifSegment(tiffBytes, 0xff), frame]],
    [
      'with fill bytes before each marker',
      [
        { ...jfif(), fill: 1 },
        { ...exif, fill: 7 },
        { ...frame, fill: 3 },
      ],
    ],
    ['before another EXIF segment', [exif, exifSegment(other), frame]],
    ['before another EXIF segment further on', [exif, xmpSegment(), exifSegment(other), frame]],
    ['behind an APP1 named Exif that holds none', [exifSegment(noise(40)), exif, frame]],
    ['behind an APP1 of 5 bytes', [{ marker: APP1, payload: latin1('Exif\0') }, exif, frame]],
    ['before the same in image resources', [exif, photoshopSegment([{ id: 0x0422, data: other }]), frame]],
    ['behind another in image resources', [photoshopSegment([{ id: 0x0422, data: other }]), exif, frame]],
    ['in image resources alone', [resources, frame]],
    [
      'in the first of several segments of image resources',
      [tiffBytes, other, noise(9)]
        .map((data) => photoshopSegment([{ id: 0x0422, data }]))
        .concat(photoshopSegment([]), frame),
    ],
    ['in image resources with the identifier', [photoshopSegment([{ id: 0x0422, data: exif.payload }]), frame]],
    [
      'in image resources, behind odd names, odd lengths and other signatures',
      [
        photoshopSegment([
          { id: 0x0404, data: noise(3), name: 'even' },
          { id: 0x0405, data: noise(4), name: 'odd', signature: 'AgHg' },
          { id: 0x0422, data: tiffBytes, name: 'x', signature: 'MeSa' },
        ]),
        frame,
      ],
    ],
  ];
  test.each(cases)('%s', async (_name, segments) => {
    const bytes = buildJpeg(segments, 5000);
    const { shape, exif: found, ranges } = await locateIn(jpeg, bytes);
    expect(shape).toEqual(still(640, 480));
    expect(found).toEqual(tiffBytes);
    // nothing of the 5,000 bytes of image data is read
    expect(Math.max(...ranges.map(({ end }) => end))).toBeLessThan(bytes.length - 4990);
  });

  test('in several segments, put together again', async () => {
    const tiff = buildTiff({ fields: [undefinedField(0xc000, noise(150_000))] });
    const filled = exifSegments(tiff).map((segment) => ({ ...segment, fill: 2 }));
    for (const segments of [
      [...exifSegments(tiff), frame],
      [frame, ...exifSegments(tiff), xmpSegment()],
      [...filled, frame],
    ]) {
      const { exif: found } = await locateIn(jpeg, buildJpeg(segments));
      expect(Buffer.compare(found ?? noise(1), tiff)).toBe(0);
    }
  });

  test('in several segments, of which only those directly after the first count', async () => {
    const [first, second] = exifSegments(tiffBytes, 200) as [Segment, Segment];
    const { exif: found } = await locateIn(jpeg, buildJpeg([first, xmpSegment(), second, frame]));
    expect(found).toEqual(tiffBytes.subarray(0, 200));
  });

  test.each<[string, readonly Segment[]]>([
    ['in EXIF', [exif]],
    ['in image resources', [resources]],
    ['after EXIF that is broken', [exifSegment(broken), resources]],
  ])('without a frame header: %s', async (_name, segments) => {
    expect(await locateIn(jpeg, buildJpeg(segments))).toMatchObject({ shape: still(null, null), exif: tiffBytes });
  });

  test('without a frame header, in segments of which the second has IFD0', async () => {
    const tiff = buildTiff({ fields: [undefinedField(0xc000, noise(300))] }, { place: 'ifds-last' });
    const { exif: found } = await locateIn(jpeg, buildJpeg(exifSegments(tiff, 200)));
    expect(found).toEqual(tiff);
  });

  test('in image resources that the object ends in', async () => {
    const long = photoshopSegment([
      { id: 0x0422, data: tiffBytes },
      { id: 1, data: noise(500) },
    ]);
    const bytes = buildJpeg([frame, long]);
    const { shape, exif: found } = await locateIn(jpeg, bytes.subarray(0, -300));
    expect(shape).toEqual(still(640, 480));
    expect(found).toEqual(tiffBytes);
  });

  test('after at most 7 broken blocks', async () => {
    const after = (count: number): Uint8Array =>
      buildJpeg([...Array.from({ length: count }, () => exifSegment(broken)), exif, frame]);
    expect((await locateIn(jpeg, after(7))).exif).toEqual(tiffBytes);
    expect((await locateIn(jpeg, after(8))).exif).toBeNull();
  });

  test('when the object ends inside its segment, as far as it goes', async () => {
    const bytes = buildJpeg([exif, frame]);
    const { shape, exif: found } = await locateIn(jpeg, bytes.subarray(0, 12 + 100));
    expect(found).toEqual(tiffBytes.subarray(0, 100));
    expect(shape).toEqual(still(null, null));
  });
});

describe('finds no EXIF', () => {
  const cases: readonly (readonly [name: string, segments: readonly Segment[]])[] = [
    ['where there is none', [jfif(), frame]],
    ['in XMP', [xmpSegment(), frame]],
    ['in an APP1 whose identifier is cut', [{ marker: APP1, payload: latin1('Exif') }, frame]],
    ['in an APP2', [{ ...exif, marker: 0xe2 }, frame]],
    ['without a TIFF header', [exifSegment(noise(40)), frame]],
    ['in image resources of another number', [photoshopSegment([{ id: 0x0423, data: tiffBytes }]), frame]],
    [
      'in image resources of another signature',
      [photoshopSegment([{ id: 0x0422, data: tiffBytes, signature: 'XXXX' }]), frame],
    ],
    ['in image resources without a TIFF header', [photoshopSegment([{ id: 0x0422, data: noise(40) }]), frame]],
    [
      'in an APP13 of another kind',
      [
        { marker: APP13, payload: concat(latin1('Photoshop 2.0\0'), resourceBytes({ id: 0x0422, data: tiffBytes })) },
        frame,
      ],
    ],
    ['in an APP13 that claims less than its identifier', [{ ...resources, claims: 7 }, frame]],
    ['in an APP13 that claims its identifier alone', [{ ...resources, claims: 16 }, frame]],
    ['in image resources that are empty', [photoshopSegment([]), frame]],
  ];
  test.each(cases)('%s', async (_name, segments) => {
    const { shape, exif: found } = await locateIn(jpeg, buildJpeg(segments));
    expect(found).toBeNull();
    expect(shape).toEqual(still(640, 480));
  });

  test('after the start of the scan', async () => {
    const image = buildJpeg([frame], 100);
    const { exif: found } = await locateIn(jpeg, concat(image, buildJpeg([exif, frame])));
    expect(found).toBeNull();
  });
});

describe('the frame header', () => {
  const all = Array.from({ length: 16 }, (_, i) => 0xc0 + i);
  const others = [0xc4, 0xc8, 0xcc];

  test.each(all.filter((marker) => !others.includes(marker)))('SOF %i states the size', async (marker) => {
    const { shape } = await locateIn(jpeg, buildJpeg([exif, frameHeader(65_535, 1, marker)]));
    expect(shape).toEqual(still(65_535, 1));
  });

  test.each(others)('%i is not a frame header: DHT, JPG, DAC', async (marker) => {
    const { shape } = await locateIn(jpeg, buildJpeg([exif, frameHeader(9, 9, marker), frame]));
    expect(shape).toEqual(still(640, 480));
  });

  test('of height 0 leaves the height to DNL: it is not stated', async () => {
    expect((await locateIn(jpeg, buildJpeg([exif, frameHeader(640, 0)]))).shape).toEqual(still(640, null));
  });

  test('of six bytes states the size', async () => {
    const short: Segment = { marker: 0xc0, payload: frame.payload.subarray(0, 6) };
    expect((await locateIn(jpeg, buildJpeg([exif, short]))).shape).toEqual(still(640, 480));
  });

  test('of too few bytes is ignored', async () => {
    const short: Segment = { marker: 0xc0, payload: new Uint8Array(5) };
    expect((await locateIn(jpeg, buildJpeg([exif, short]))).shape).toEqual(still(null, null));
  });

  test('that comes first counts', async () => {
    expect((await locateIn(jpeg, buildJpeg([frame, frameHeader(9, 9), exif]))).shape).toEqual(still(640, 480));
  });
});

describe('the walk', () => {
  test.each([0x01, 0xd0, 0xd7, 0xd8])('skips marker %i, which has no length', async (marker) => {
    const bytes = buildJpeg([exif, frame]);
    const { exif: found } = await locateIn(
      jpeg,
      concat(bytes.subarray(0, 2), Uint8Array.of(0xff, marker), bytes.subarray(2)),
    );
    expect(found).toEqual(tiffBytes);
  });

  test.each([0, 1])('goes on after a segment that claims %i bytes, shorter than its length field', async (claims) => {
    const { shape, exif: found } = await locateIn(jpeg, buildJpeg([frame, { ...comment(4), claims }, exif]));
    expect(shape).toEqual(still(640, 480));
    expect(found).toEqual(tiffBytes);
  });

  test.each([APP0, APP1, APP13, 0xc0])('goes on after a segment %i without a length', async (marker) => {
    for (const claims of [0, 1]) {
      const empty = { marker, payload: new Uint8Array(4), claims };
      const { shape, exif: found } = await locateIn(jpeg, buildJpeg([empty, frame, exif]));
      expect(shape).toEqual(still(640, 480));
      expect(found).toEqual(tiffBytes);
    }
  });

  test('finds right after an empty segment what no search would find', async () => {
    const long: Segment = { ...frame, payload: concat(frame.payload, new Uint8Array(20)) };
    expect((await locateIn(jpeg, buildJpeg([exif, comment(0), long]))).shape).toEqual(still(640, 480));
  });

  test('ends at the end of the image', async () => {
    const bytes = concat(buildJpeg([frame]).subarray(0, frame.payload.length + 6), latin1('\xff\xd9\0\x02'));
    expect((await locateIn(jpeg, concat(bytes, buildJpeg([exif]).subarray(2)))).exif).toBeNull();
  });

  test.each([1, 2, 3])('ends where the object has %i of the four bytes before a segment', async (length) => {
    const whole = buildJpeg([exif, frame, comment(0)], 0); // ... four bytes, a scan header of ten, EOI
    const { shape, exif: found } = await locateIn(jpeg, whole.subarray(0, whole.length - 16 + length));
    expect(shape).toEqual(still(640, 480));
    expect(found).toEqual(tiffBytes);
  });

  test('ends after 2,000 segments', async () => {
    const after = (count: number): Uint8Array => buildJpeg([...Array.from({ length: count }, () => comment(0)), frame]);
    expect((await locateIn(jpeg, after(1999))).shape).toEqual(still(640, 480));
    expect(await problemOf(() => locateIn(jpeg, after(2000)))).toBe('DamagedImage');
  });

  test('ends at a segment that claims more than the object has', async () => {
    const { shape } = await locateIn(jpeg, buildJpeg([frame, { ...comment(4), claims: 65_535 }, exif]));
    expect(shape).toEqual(still(640, 480));
  });

  test.each([
    ['nothing but SOI', Uint8Array.of(0xff, 0xd8, 0xff)],
    ['no marker', concat(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), u16(4), noise(20))],
    ['fill bytes to the end', concat(Uint8Array.of(0xff, 0xd8), new Uint8Array(5000).fill(0xff))],
    ['a scan without a frame', buildJpeg([jfif()])],
    ['EXIF that is broken and no frame', buildJpeg([exifSegment(broken)])],
    ['image resources without EXIF and no frame', buildJpeg([photoshopSegment([{ id: 0x0422, data: noise(40) }])])],
    ['image resources and no frame', buildJpeg([resources]).subarray(0, 40)],
  ])('%s is DamagedImage', async (_name, bytes) => {
    expect(await problemOf(() => locateIn(jpeg, bytes))).toBe('DamagedImage');
  });
});

describe('what is read', () => {
  const KiB = 1024;
  const furthest = (ranges: readonly ByteRange[]): number => Math.max(...ranges.map(({ end }) => end));

  test.each<[string, Segment, number]>([
    ['XMP', xmpSegment('x'.repeat(5000)), 6],
    ['an APP1 of three bytes', { marker: APP1, payload: latin1('Exi') }, 3],
    ['an APP13 of another kind', { marker: APP13, payload: concat(latin1('Adobe_CM'), noise(5000)) }, 14],
    ['an APP13 of five bytes', { marker: APP13, payload: latin1('Photo') }, 5],
    ['an APP0 of another kind', { marker: APP0, payload: concat(latin1('JFXX\0'), noise(5000)) }, 12],
    ['a frame header', frameHeader(9, 9), 5],
  ])('of the payload of %s: the first bytes', async (_name, segment, length) => {
    const { ranges } = await locateIn(jpeg, buildJpeg([segment, frame]));
    const payload = 2 + 4;
    const inside = ranges.filter(({ start }) => start >= payload && start < payload + segment.payload.length);
    expect(inside).toEqual([{ start: payload, end: payload + length }]);
  });

  /** EXIF, the frame header and a comment, then the segments. The comment makes the first of them begin at `offset`. */
  const beginningAt = (offset: number, ...segments: readonly Segment[]): Uint8Array => {
    const before = 2 + 4 + exif.payload.length + 4 + frame.payload.length + 4;
    return buildJpeg([exif, frame, comment(offset - before), ...segments], 100 * KiB);
  };
  const second = exifSegment(other);
  const secondLength = 4 + second.payload.length;

  test.each([
    ['ends before the last byte of the first 64 KiB', 64 * KiB - 1 - secondLength, 2],
    ['ends at their end', 64 * KiB - secondLength, 1],
    ['ends after them', 64 * KiB - secondLength + 1, 1],
  ])('more EXIF that %s', async (_name, offset, blocks) => {
    const { reader, rounds } = countingReader(beginningAt(offset, second));
    const { exif: found } = await jpeg.locate(reader);
    expect(found?.streams).toHaveLength(blocks);
    const header = 4; // of a segment that may continue the EXIF
    expect(furthest(rounds.flat())).toBeLessThan(64 * KiB + header);
  });

  test('of stray bytes after EXIF and the size, those in the first 64 KiB', async () => {
    const bytes = concat(
      beginningAt(2000).subarray(0, 2000),
      new Uint8Array(200 * KiB),
      buildJpeg([second]).subarray(2),
    );
    const { exif: found, ranges } = await locateIn(jpeg, bytes);
    expect(found).toEqual(tiffBytes);
    expect(furthest(ranges)).toBe(64 * KiB);
  });

  test.each<[string, Segment, boolean]>([
    ['EXIF that goes on', exifSegment(noise(20_000)), true],
    ['image resources', photoshopSegment([{ id: 0x0422, data: noise(20_000) }]), false],
  ])('after a block that ends in the first 64 KiB and a segment of %s that does not', async (_name, next, isRead) => {
    const long = exifSegment(concat(tiffBytes, noise(60_000 - tiffBytes.length)));
    const { ranges } = await locateIn(jpeg, buildJpeg([frame, long, next, comment(9), second], 100));
    expect(furthest(ranges) > 64 * KiB).toBe(isRead);
  });
});
