import { jpeg } from '../../../lib/container/jpeg';
import { concat, latin1, noise, u16 } from '../../../testing/build/bytes';
import { tiffBytes } from '../../../testing/build/containers';
import {
  APP1,
  buildJpeg,
  comment,
  exifSegment,
  exifSegments,
  frameHeader,
  jfif,
  maxPayload,
  photoshopSegment,
  type Segment,
  xmpSegment,
} from '../../../testing/build/jpeg';
import { ascii, buildTiff, undefinedField } from '../../../testing/build/tiff';
import { locateIn, still } from '../../../testing/compare/located';
import { problemOf } from '../../../testing/compare/problem';

const other = buildTiff({ fields: [ascii(0x010f, 'Another maker')] });
const exif = exifSegment(tiffBytes);
const frame = frameHeader(640, 480);

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
    ['in image resources alone', [photoshopSegment([{ id: 0x0422, data: tiffBytes }]), frame]],
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

  test('in several segments, of which only those right behind count', async () => {
    const [first, second] = exifSegments(tiffBytes, 200) as [Segment, Segment];
    const { exif: found } = await locateIn(jpeg, buildJpeg([first, xmpSegment(), second, frame]));
    expect(found).toEqual(tiffBytes.subarray(0, 200));
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
    ['in image resources that are empty', [photoshopSegment([]), frame]],
  ];
  test.each(cases)('%s', async (_name, segments) => {
    const { shape, exif: found } = await locateIn(jpeg, buildJpeg(segments));
    expect(found).toBeNull();
    expect(shape).toEqual(still(640, 480));
  });

  test('behind the start of the scan', async () => {
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

  test.each(others)('%i is none: DHT, JPG, DAC', async (marker) => {
    const { shape } = await locateIn(jpeg, buildJpeg([exif, frameHeader(9, 9, marker), frame]));
    expect(shape).toEqual(still(640, 480));
  });

  test('of height 0 leaves the height to DNL: it is not stated', async () => {
    expect((await locateIn(jpeg, buildJpeg([exif, frameHeader(640, 0)]))).shape).toEqual(still(640, null));
  });

  test('of too few bytes is none', async () => {
    const short: Segment = { marker: 0xc0, payload: new Uint8Array(5) };
    expect((await locateIn(jpeg, buildJpeg([exif, short]))).shape).toEqual(still(null, null));
  });

  test('that comes first counts', async () => {
    expect((await locateIn(jpeg, buildJpeg([frame, frameHeader(9, 9), exif]))).shape).toEqual(still(640, 480));
  });
});

describe('the walk', () => {
  test.each([0x01, 0xd0, 0xd7])('passes marker %i, which stands alone', async (marker) => {
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

  test('ends at a segment that claims more than the object has', async () => {
    const { shape } = await locateIn(jpeg, buildJpeg([frame, { ...comment(4), claims: 65_535 }, exif]));
    expect(shape).toEqual(still(640, 480));
  });

  test.each([
    ['nothing but SOI', Uint8Array.of(0xff, 0xd8, 0xff)],
    ['no marker', concat(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0), u16(4), noise(20))],
    ['fill bytes to the end', concat(Uint8Array.of(0xff, 0xd8), new Uint8Array(5000).fill(0xff))],
    ['a scan without a frame', buildJpeg([jfif()])],
    ['segments without end', buildJpeg([...Array.from({ length: 2100 }, () => comment(0)), frame])],
    ['image resources and no frame', buildJpeg([photoshopSegment([{ id: 0x0422, data: tiffBytes }])]).subarray(0, 40)],
  ])('%s is DamagedImage', async (_name, bytes) => {
    expect(await problemOf(() => locateIn(jpeg, bytes))).toBe('DamagedImage');
  });
});
