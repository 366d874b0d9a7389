// Crafted objects that once cost seconds, gigabytes or a wrong answer: each keeps to bounds that leave room for a slow machine.
import { brotliCompressSync } from 'node:zlib';
import { defaultLimits, type Limits } from '../../lib/limits';
import { ProblemError } from '../../lib/problem';
import { cos } from '../../lib/style/cos';
import type { TagGroup } from '../../lib/tag/groups';
import type { ExifRecord } from '../../lib/types';
import { box, ftyp } from '../../testing/build/bmff';
import { concat, latin1, patched } from '../../testing/build/bytes';
import { buildPng, idat, ihdr, textChunk } from '../../testing/build/png';
import {
  ascii,
  buildTiff,
  bytesField,
  type Field,
  long,
  lying,
  pointer,
  rational,
  short,
  undefinedField,
} from '../../testing/build/tiff';
import { buildWebp, vp8x } from '../../testing/build/webp';
import { readRecord } from '../../testing/compare/read';
import { anyRef, bucketOf, type CountingBucket, countingBucket } from '../../testing/fakes/counting-bucket';

/** A CR3 of these boxes of Canon's. */
function cr3Of(boxes: readonly Uint8Array[]): Uint8Array {
  const canon = box(
    'uuid',
    concat(latin1('\x85\xc0\xb6\x87\x82\x0f\x11\xe0\x81\x11\xf4\xce\x46\x2b\x6a\x48'), ...boxes),
  );
  return concat(ftyp('crx ', []), box('moov', canon));
}

type ReadReport = Readonly<{ text: string; record: ExifRecord | null; cpuMs: number; rssMiB: number }>;

async function read(
  counting: CountingBucket,
  limits: Partial<Limits> = {},
  dropGroups: TagGroup[] = [],
): Promise<ReadReport> {
  const deps = { bucket: counting.bucket, limits: { ...defaultLimits, ...limits }, dropGroups };
  const rssBefore = process.memoryUsage().rss;
  const startedAt = process.cpuUsage();
  let record: ExifRecord | null = null;
  let text: string;
  try {
    const cost = { requests: 0, bytes: 0 };
    record = await readRecord(anyRef, deps, cost, AbortSignal.timeout(60_000));
    text = cos.render(record);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    text = error.code;
  }
  return {
    text,
    record,
    cpuMs: cpuMsSince(startedAt),
    rssMiB: (process.memoryUsage().rss - rssBefore) / 2 ** 20,
  };
}

/** CPU, not the clock: other processes take their share of the machine. */
function cpuMsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

const padded = (bytes: Uint8Array, size: number): Uint8Array => concat(bytes, new Uint8Array(size - bytes.length));
const repeated = <T>(count: number, one: T): T[] => new Array<T>(count).fill(one);
const many = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

describe('time and memory', () => {
  const overlapping = (count: number, field: Field, length: number, offset: number): Uint8Array =>
    padded(buildTiff({ fields: many(count, () => lying(field, { count: length, offset })) }), 700_000);

  test.each<[string, () => Uint8Array]>([
    [
      '4,000 byte values over the border of two windows',
      () => overlapping(4000, bytesField(0x010e, 1, [1]), 262_144, 60_000),
    ],
    ['duplicates of a text too long to be shown', () => overlapping(19_000, ascii(0x010e, 'x'), 262_144, 300_000)],
    [
      'duplicates of a text that is no UTF-8',
      () =>
        patched(overlapping(19_000, ascii(0x010e, 'x'), 16_000, 300_000), 300_000, new Uint8Array(16_000).fill(0xff)),
    ],
    [
      '250 SubIFDs of 20,000 claimed entries each',
      () =>
        padded(buildTiff({ fields: [long(0x014a, ...many(250, (i) => 60_000 + 2 * i))] }), 700_000).map((byte, i) =>
          i >= 60_000 ? 0x4e : byte,
        ),
    ],
    [
      '1,900 text chunks, each inflating to half a mebibyte',
      () =>
        buildPng([
          ihdr(1, 1),
          ...repeated(1900, textChunk('zTXt', 'Raw profile type exif', `\nexif\n 9\n${'00'.repeat(250_000)}`)),
          idat(),
        ]),
    ],
    [
      'the same behind the image data',
      () =>
        buildPng([
          ihdr(1, 1),
          idat(),
          ...repeated(60, textChunk('zTXt', 'Raw profile type exif', `\nexif\n 9\n${' '.repeat(500_000)}`)),
          { type: 'IEND', data: new Uint8Array(0) },
        ]),
    ],
    [
      'fill bytes before each of 1,600 markers',
      () =>
        concat(latin1('\xff\xd8\xff'), ...many(1600, () => concat(new Uint8Array(1999).fill(0xff), latin1('\xd0')))),
    ],
    [
      '4,096 TIFF streams in one CR3',
      () => cr3Of(repeated(4096, box('CMT1', buildTiff({ fields: repeated(20, ascii(0x010f, 'M')) })))),
    ],
    [
      'hundreds of compressed boxes of a JPEG XL that hold no EXIF',
      () => {
        const bomb = brotliCompressSync(new Uint8Array(1_100_000));
        return concat(latin1('\0\0\0\x0cJXL \r\n\x87\n'), ...repeated(1500, box('brob', concat(latin1('Exif'), bomb))));
      },
    ],
    [
      'SubIFDs by the hundred, each of many entries',
      () =>
        buildTiff({
          fields: [
            pointer(
              0x014a,
              many(250, () => ({ fields: repeated(78, short(0xc000, 1)) })),
            ),
          ],
        }),
    ],
    [
      'a WebP of 20,000 empty frames',
      () =>
        buildWebp([
          vp8x(10, 10, { exif: true, animated: true }),
          ...repeated(20_000, { type: 'ANMF', data: new Uint8Array(0) }),
        ]),
    ],
  ])('%s', async (_, build) => {
    const bytes = build();
    const { cpuMs, rssMiB } = await read(bucketOf(bytes));
    expect(cpuMs).toBeLessThan(2000);
    expect(rssMiB).toBeLessThan(150);
  });
});

test('an animation whose frames were not all counted says so', async () => {
  const { record } = await read(
    bucketOf(
      buildWebp([
        vp8x(10, 10, { exif: true, animated: true }),
        ...repeated(20_000, { type: 'ANMF', data: new Uint8Array(0) }),
      ]),
    ),
  );
  expect(record?.shape).toMatchObject({ frames: 5000, moreFrames: true, animated: true });
});

describe('one bad part costs that part:', () => {
  const near = [ascii(0x010f, 'Maker name'), pointer(0x8769, [{ fields: [ascii(0x9003, '2026:01:02 03:04:05')] }])];

  test('values far apart cost themselves, not what is held', async () => {
    const far = many(17, (i) => lying(ascii(0xc000 + i, 'x'), { count: 100, offset: 100_000 * (i + 1) }));
    const { text } = await read(bucketOf(padded(buildTiff({ fields: [...near, ...far] }), 2_000_000)));
    expect(text).toBe('{"DateTimeOriginal":{"val":"2026:01:02 03:04:05"},"Make":{"val":"Maker name"}}');
  });

  test('a refused value does not use up the room of the others', async () => {
    const huge = lying(long(0x0111, 1), { count: 300_000, offset: 100_000 });
    const { text } = await read(
      bucketOf(padded(buildTiff({ fields: [huge, ...near, rational(0x011a, [72, 1])] }), 2_000_000)),
    );
    expect(Object.keys(JSON.parse(text))).toEqual(['DateTimeOriginal', 'Make', 'XResolution']);
  });

  test('a pointer to the header does not lead to an IFD', async () => {
    const { text, record } = await read(bucketOf(buildTiff({ fields: [ascii(0x010f, 'M'), long(0x8825, 0)] })));
    expect(text).toBe('{"Make":{"val":"M"}}');
    expect(record?.document?.warnings).toMatchObject([{ code: 'bad-entry' }]);
  });
});

describe('every answer is complete and true:', () => {
  test('a second attempt has the whole budget, so it answers what the first would have', async () => {
    const far = many(9, (i) => lying(ascii(0x010d + i, 'x'), { count: 8, offset: 100_000 * (i + 1) }));
    const bytes = padded(buildTiff({ fields: far }), 1_100_000).map((byte, i) => (i >= 90_000 ? 0x61 : byte));
    const calm = await read(bucketOf(bytes), { requests: 10 });
    const changing = countingBucket((request) => ({ bytes, etag: request < 9 ? '"v1"' : '"v2"' }));
    const restarted = await read(changing, { requests: 10 });
    expect(changing.requests.length).toBeGreaterThan(10);
    expect(restarted.text).toBe(calm.text);
    expect(Object.keys(JSON.parse(calm.text)).length).toBeGreaterThan(3);
  });

  test.each(['constructor', 'toString', '__proto__'])('a ColorSpace of text %s is that text', async (name) => {
    const { text } = await read(
      bucketOf(buildTiff({ fields: [pointer(0x8769, [{ fields: [ascii(0xa001, name)] }])] })),
    );
    expect(text).toBe(`{"ColorSpace":{"val":"${name}"}}`);
  });

  test('the gps filter holds for an IFD that another pointer named first', async () => {
    const gps = { fields: [ascii(1, 'N'), rational(2, [39, 1], [54, 1], [20, 1])] };
    const bytes = buildTiff({ fields: [ascii(0x010f, 'M'), pointer(0xa005, [gps]), pointer(0x8825, [gps])] });
    expect((await read(bucketOf(bytes))).text).toContain('"39/1 54/1 20/1"');
    expect((await read(bucketOf(bytes), {}, ['gps'])).text).toBe('{"Make":{"val":"M"}}');
  });

  test('an embedded raw file goes with the groups whose content it may repeat', async () => {
    const bytes = buildTiff({ fields: [ascii(0x010f, 'M'), undefinedField(0xc68c, [1, 2, 3])] });
    for (const group of ['gps', 'serial', 'owner'] as const) {
      expect((await read(bucketOf(bytes), {}, [group])).text).toBe('{"Make":{"val":"M"}}');
    }
  });
});
