// A JPEG in memory: what it says of itself, and what is left of it without metadata.
import { isJpeg, jpegFacts, withoutMetadata } from '../../../lib/container/whole-jpeg';
import { concat, latin1, noise, patched, u16 } from '../../../testing/build/bytes';
import {
  APP0,
  buildJpeg,
  comment,
  exifSegment,
  frameHeader,
  jfif,
  photoshopSegment,
  type Segment,
  xmpSegment,
} from '../../../testing/build/jpeg';
import { problemOf } from '../../../testing/compare/problem';

const frame = frameHeader(160, 120);
const SOI = Uint8Array.of(0xff, 0xd8);
const EOI = Uint8Array.of(0xff, 0xd9);
/** A scan header and coded data with a stuffed FF, the first and the last restart, and a fill byte. */
const scan = concat(
  Uint8Array.of(0xff, 0xda),
  u16(8),
  Uint8Array.of(1, 1, 0, 0, 63, 0),
  Uint8Array.of(1, 0xff, 0, 2, 0xff, 0xd0, 3, 0xff, 0xd7, 4, 0xff),
);
const segment = (marker: number, payload: Uint8Array): Segment => ({ marker, payload });
const bytesOf = (one: Segment): Uint8Array =>
  concat(Uint8Array.of(0xff, one.marker), u16(one.payload.length + 2), one.payload);

describe('what a JPEG says of itself', () => {
  test('size and scans, whatever comes before the frame header', () => {
    expect(jpegFacts(buildJpeg([jfif(), comment(50), frame]))).toEqual({
      width: 160,
      height: 120,
      frame: 0xc0,
      scans: 1,
    });
    expect(jpegFacts(buildJpeg([frameHeader(8, 9, 0xc2)]))).toEqual({ width: 8, height: 9, frame: 0xc2, scans: 1 });
  });

  test('each scan before the end of the image counts', () => {
    const bytes = concat(SOI, bytesOf(frame), scan, scan, bytesOf(comment(4)), scan, EOI, scan);
    expect(jpegFacts(bytes).scans).toBe(3);
  });

  test('nothing after the end counts, though it looks like a segment without content', () => {
    const bytes = concat(SOI, bytesOf(frame), scan, EOI, u16(2), scan);
    expect(jpegFacts(bytes).scans).toBe(1);
    expect(withoutMetadata(bytes)).toEqual(concat(SOI, bytesOf(frame), scan, EOI));
  });

  test.each([0xc4, 0xc8, 0xcc])('marker %i is not a frame header: DHT, JPG, DAC', (marker) => {
    const bytes = concat(SOI, bytesOf(segment(marker, noise(20))), bytesOf(frame), scan, EOI);
    expect(jpegFacts(bytes)).toEqual({ width: 160, height: 120, frame: 0xc0, scans: 1 });
  });

  test('a frame header needs six bytes', () => {
    expect(jpegFacts(buildJpeg([segment(0xc0, Uint8Array.of(8, 0, 7, 0, 9, 0))]))).toMatchObject({
      width: 9,
      height: 7,
    });
  });

  test.each([0x01, 0xd8])('marker %i has no length, so the next segment follows it', (marker) => {
    const alone = Uint8Array.of(0xff, marker);
    const bytes = concat(SOI, alone, bytesOf(frame), alone, scan, EOI);
    expect(jpegFacts(bytes)).toEqual({ width: 160, height: 120, frame: 0xc0, scans: 1 });
    expect(withoutMetadata(bytes)).toEqual(concat(SOI, bytesOf(frame), scan, EOI));
  });

  test.each([1, 2, 3])('bytes that end after %i of the four before a segment count up to there', (length) => {
    const image = concat(SOI, bytesOf(frame), scan.subarray(0, -1));
    const bytes = concat(image, bytesOf(comment(4)).subarray(0, length));
    expect(jpegFacts(bytes).scans).toBe(1);
  });

  test('bytes may end right after a segment, but not in it', async () => {
    const header = scan.subarray(0, 10);
    expect(jpegFacts(concat(SOI, bytesOf(frame), header)).scans).toBe(1);
    expect(await problemOf(() => jpegFacts(concat(SOI, bytesOf(frame), header.subarray(0, 9))))).toBe('DamagedImage');
    const tables = Uint8Array.of(0xff, 0xdb, 0, 2);
    expect(withoutMetadata(concat(SOI, bytesOf(frame), tables))).toEqual(concat(SOI, bytesOf(frame), tables, EOI));
  });

  test('bytes between two segments are skipped, as decoders do', () => {
    expect(
      jpegFacts(
        concat(
          SOI,
          Uint8Array.of(0xff, 0xff, 0xff, 0xfe),
          u16(2),
          noise(0),
          Uint8Array.of(7, 0xff, 0, 9),
          bytesOf(frame),
          scan,
        ),
      ),
    ).toEqual({ width: 160, height: 120, frame: 0xc0, scans: 1 });
  });

  test.each([
    ['no bytes', new Uint8Array(0)],
    ['three bytes', Uint8Array.of(0xff, 0xd8, 0xff)],
    ['a PNG', latin1('\x89PNG\r\n\x1a\n')],
    ['another byte at the start', patched(buildJpeg([frame]), 0, Uint8Array.of(0xfe))],
    ['no frame header', buildJpeg([jfif()])],
    ['a frame header behind the scan', concat(SOI, scan, bytesOf(frame), EOI)],
    ['a frame header behind the end', concat(SOI, EOI, bytesOf(frame), scan)],
    ['no scan', concat(SOI, bytesOf(frame), EOI)],
    ['two frame headers', buildJpeg([frame, frameHeader(65_535, 65_535)])],
    ['a short frame header', buildJpeg([segment(0xc0, Uint8Array.of(8, 0, 1, 0, 1))])],
    ['a width of 0', buildJpeg([frameHeader(0, 120)])],
    ['a height of 0', buildJpeg([frameHeader(160, 0)])],
    ['a segment that leads behind the end', buildJpeg([{ ...comment(10), claims: 60_000 }, frame])],
    ['a segment shorter than its length', buildJpeg([{ ...comment(10), claims: 1 }, frame])],
  ])('refused: %s', async (_, bytes) => {
    expect(await problemOf(() => jpegFacts(bytes))).toBe('DamagedImage');
  });

  test('a JPEG is recognised by its first three bytes', () => {
    expect(isJpeg(buildJpeg([frame]))).toBe(true);
    expect(isJpeg(Uint8Array.of(0xff, 0xd8))).toBe(false);
  });
});

test('more segments than any image has are refused', async () => {
  const ofParts = (count: number): Uint8Array =>
    buildJpeg([frame, ...Array.from({ length: count - 2 }, () => comment(0))]); // the frame header and the scan are two
  expect(jpegFacts(ofParts(2_000)).scans).toBe(1);
  expect(await problemOf(() => jpegFacts(ofParts(2_001)))).toBe('DamagedImage');
});

const isFrameHeader = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

describe('a JPEG without metadata', () => {
  const icc = segment(0xe2, latin1('ICC_PROFILE\0\x01\x01profile'));
  const adobe = segment(0xee, latin1('Adobe\0\x64\0\0\0\0\x01'));
  const tables = segment(0xdb, noise(65));

  test('keeps what it takes to show it, in order', () => {
    const coding = [0xc4, 0xcc, 0xdd].map((marker) => segment(marker, noise(2)));
    const needed = concat(SOI, ...[jfif(), adobe, tables, frame, ...coding].map(bytesOf), scan, EOI);
    expect(withoutMetadata(needed)).toEqual(needed);
  });

  test('loses every segment of another kind', () => {
    const kept = new Set([0xc4, 0xcc, 0xda, 0xdb, 0xdd]);
    for (let marker = 0x02; marker <= 0xfe; marker++) {
      if (kept.has(marker) || isFrameHeader(marker) || (marker >= 0xd0 && marker <= 0xd9)) continue;
      const bytes = concat(SOI, bytesOf(segment(marker, latin1('SECRET'))), bytesOf(frame), scan, EOI);
      expect({ marker, kept: withoutMetadata(bytes) }).toEqual({
        marker,
        kept: concat(SOI, bytesOf(frame), scan, EOI),
      });
    }
  });

  test('keeps the frame header of every process', () => {
    for (let marker = 0xc0; marker <= 0xcf; marker++) {
      if (!isFrameHeader(marker)) continue;
      const bytes = concat(SOI, bytesOf(frameHeader(8, 8, marker)), scan, EOI);
      expect({ marker, kept: withoutMetadata(bytes) }).toEqual({ marker, kept: bytes });
    }
  });

  test('loses its colour profile, whose texts name who made it and the serial number of a display', () => {
    const bytes = concat(SOI, bytesOf(icc), bytesOf(frame), scan, EOI);
    expect(withoutMetadata(bytes)).toEqual(concat(SOI, bytesOf(frame), scan, EOI));
  });

  test('loses every segment with metadata, also between scans, and everything after the end', () => {
    const secret = latin1('SECRET');
    const before = [
      exifSegment(secret),
      xmpSegment('SECRET'),
      photoshopSegment([{ id: 0x0404, data: secret }]),
      segment(0xfe, secret),
      segment(APP0, concat(latin1('JFXX\0'), secret)),
      segment(APP0, concat(latin1('JFXX\0'), noise(3), secret)), // as long as JFIF
      segment(APP0, concat(latin1('JFIF\0'), noise(9), secret)),
      segment(0xe2, concat(latin1('MPF\0'), secret)),
      segment(0xee, concat(latin1('Adobe'), secret, secret)),
      segment(0xee, concat(secret, secret)), // as long as Adobe
      segment(0xef, secret),
    ];
    const bytes = concat(
      SOI,
      ...before.map(bytesOf),
      secret,
      bytesOf(frame),
      secret,
      scan,
      bytesOf(segment(0xe1, secret)),
      secret,
      scan,
      EOI,
      secret,
    );
    const kept = withoutMetadata(bytes);
    expect(Buffer.from(kept).includes('SECRET')).toBe(false);
    expect(kept).toEqual(concat(SOI, bytesOf(frame), scan, scan, EOI));
    expect(jpegFacts(kept)).toEqual(jpegFacts(bytes));
  });

  test('ends with the bytes when the end marker is missing', () => {
    const bytes = concat(SOI, bytesOf(frame), scan);
    expect(withoutMetadata(bytes)).toEqual(concat(bytes, EOI));
  });
});

describe('512 KiB', () => {
  const start = concat(SOI, bytesOf(frame));
  const filled = (pattern: readonly number[]): Uint8Array =>
    concat(
      start,
      Uint8Array.from({ length: 512 * 1024 }, (_, i) => pattern[i % pattern.length] as number),
    );

  test.each([
    ['fill bytes', [0xff]],
    ['SOI', [0xff, 0xd8]],
    ['TEM', [0xff, 0x01]],
    ['NULs', [0]],
  ])('of %s have no scan, and nothing to keep', async (_name, pattern) => {
    expect(await problemOf(() => jpegFacts(filled(pattern)))).toBe('DamagedImage');
    expect(withoutMetadata(filled(pattern))).toEqual(concat(start, EOI));
  });

  test.each([
    ['comments', [0xff, 0xfe, 0, 2]],
    ['scans', [0xff, 0xda, 0, 2]],
  ])('of %s have too many segments', async (_name, pattern) => {
    expect(await problemOf(() => jpegFacts(filled(pattern)))).toBe('DamagedImage');
    expect(await problemOf(() => withoutMetadata(filled(pattern)))).toBe('DamagedImage');
  });
});
