// Files with several EXIF blocks: the tags are merged, the first block wins a tag, and a broken one hides no other.
import { memoryReader } from '../../../lib/bytes/reader';
import { maxNumberBytes, moreExifBytes } from '../../../lib/limits';
import { readDocument } from '../../../lib/tiff/document';
import type { ExifDocument } from '../../../lib/types';
import { box } from '../../../testing/build/bmff';
import { concat, latin1, noise } from '../../../testing/build/bytes';
import { buildPsd } from '../../../testing/build/gif-bmp-psd';
import { buildHeif, exifItem } from '../../../testing/build/heif';
import { buildJp2, codestream, exifUuids, jp2c, jp2h, uuidBox } from '../../../testing/build/jp2';
import { buildJpeg, comment, exifSegment, frameHeader, xmpSegment } from '../../../testing/build/jpeg';
import { buildJxl, jxlc, codestream as jxlStream, sizeHeader } from '../../../testing/build/jxl';
import { buildPng, exifChunk, idat, iend, ihdr, rawProfile } from '../../../testing/build/png';
import { buildCr3, buildMrw, buildX3f, prd } from '../../../testing/build/raw';
import { ascii, buildTiff, lying, pointer, short } from '../../../testing/build/tiff';
import { buildWebp, vp8, vp8x, exifChunk as webpExif, xmpChunk } from '../../../testing/build/webp';
import { entriesOf } from '../../../testing/compare/document';
import { readBytes } from '../../../testing/compare/read';

const exifIfd = { fields: [short(0xa001, 1)] };
const first = buildTiff({ fields: [ascii(0x010f, 'First'), short(0x0112, 6)] }, { littleEndian: false });
const second = buildTiff({ fields: [ascii(0x010f, 'Second'), ascii(0x0110, 'Model'), pointer(0x8769, [exifIfd])] });
/** The header is whole, IFD0 lies outside. */
const broken = buildTiff({ fields: [] }, { ifd0: 5000 });

/** Files of each container that hold the blocks in their order. */
const builders: Readonly<Record<string, (...blocks: readonly Uint8Array[]) => Uint8Array>> = {
  jpeg: (...blocks) => buildJpeg([...blocks.map((block) => exifSegment(block)), frameHeader(3, 2)]),
  'jpeg, with others between': (...blocks) =>
    buildJpeg([...blocks.flatMap((block) => [exifSegment(block), xmpSegment(), comment(9)]), frameHeader(3, 2)]),
  'jpeg, around the frame header': (...[block = noise(0), ...others]) =>
    buildJpeg([exifSegment(block), frameHeader(3, 2), comment(9), ...others.map((other) => exifSegment(other))]),
  'jpeg, behind the frame header': (...blocks) =>
    buildJpeg([frameHeader(3, 2), ...blocks.flatMap((block) => [exifSegment(block), comment(9)])]),
  'png, around IDAT': (...[block = noise(0), ...others]) =>
    buildPng([ihdr(3, 2), exifChunk(block), idat(), ...others.map(exifChunk), iend]),
  'png, eXIf': (...blocks) => buildPng([ihdr(3, 2), ...blocks.map(exifChunk), idat(), iend]),
  'png, eXIf after IDAT': (...blocks) => buildPng([ihdr(3, 2), idat(), ...blocks.map(exifChunk), iend]),
  'png, raw profiles': (...blocks) =>
    buildPng([ihdr(3, 2), ...blocks.map((block) => rawProfile('zTXt', 'exif', block)), idat(), iend]),
  'png, eXIf and a raw profile': (...[block = noise(0), ...others]) =>
    buildPng([ihdr(3, 2), exifChunk(block), ...others.map((other) => rawProfile('tEXt', 'APP1', other)), idat(), iend]),
  webp: (...blocks) => buildWebp([vp8x(3, 2, { exif: true }), vp8(3, 2), ...blocks.map((block) => webpExif(block))]),
  'webp, before the image': (...blocks) => buildWebp([...blocks.map((block) => webpExif(block)), vp8(3, 2)]),
  'webp, long': (...blocks) =>
    buildWebp([
      vp8x(3, 2, { exif: true }),
      vp8(3, 2, { length: 100_000 }),
      ...blocks.map((block) => webpExif(block)),
      xmpChunk(),
    ]),
  heif: (...blocks) =>
    buildHeif({
      items: [
        { id: 1, type: 'hvc1', size: [3, 2], data: [noise(4)] },
        ...blocks.map((block, i) => ({ id: 2 + i, type: 'Exif', data: [exifItem(block)] })),
      ],
      references: blocks.map((_, i) => ({ type: 'cdsc', from: 2 + i, to: [1] })),
    }),
  'jxl, before the codestream': (...blocks) =>
    buildJxl(...blocks.map((block) => box('Exif', exifItem(block))), jxlc(jxlStream([...sizeHeader(3, 2)]))),
  'jxl, around the codestream': (...[block = noise(0), ...others]) =>
    buildJxl(
      box('Exif', exifItem(block)),
      jxlc(jxlStream([...sizeHeader(3, 2)])),
      ...others.map((other) => box('Exif', exifItem(other))),
    ),
  'jp2, behind the header': (...blocks) =>
    buildJp2(jp2h(3, 2), ...blocks.map((block) => uuidBox(exifUuids.text, block)), jp2c(codestream(3, 2))),
  'jp2, before the codestream': (...blocks) =>
    buildJp2(...blocks.map((block) => uuidBox(exifUuids.text, block)), jp2h(3, 2), jp2c(codestream(3, 2))),
};

describe.each(Object.entries(builders))('%s', (_name, build) => {
  test('tags are merged, the first block wins', async () => {
    const { entries, shape } = await readBytes(build(first, second));
    expect(shape).toMatchObject({ width: 3, height: 2 });
    expect(entries).toEqual(
      expect.arrayContaining([`IFD0:010f ${JSON.stringify([...latin1('First\0')])}`, 'IFD0:0112 [6]', 'Exif:a001 [1]']),
    );
    expect(entries?.filter((entry) => entry.startsWith('IFD0:010f'))).toHaveLength(1);
  });

  test('a broken block before a good one hides nothing', async () => {
    expect((await readBytes(build(broken, second))).entries).toContain('Exif:a001 [1]');
  });

  test('a broken block after a good one costs nothing', async () => {
    expect((await readBytes(build(second, broken))).entries).toContain('Exif:a001 [1]');
  });

  test('broken blocks alone leave the size', async () => {
    expect(await readBytes(build(broken, broken))).toMatchObject({ shape: { width: 3, height: 2 }, entries: null });
  });
});

const half = noise(40_000);
/** Files with a block near the start and one so far behind it that the first read does not hold it. */
const far: Readonly<Record<string, Uint8Array>> = {
  jpeg: buildJpeg([exifSegment(first), frameHeader(3, 2), comment(40_000), comment(40_000), exifSegment(second)]),
  png: buildPng([
    ihdr(3, 2),
    exifChunk(first),
    { type: 'iCCP', data: concat(half, half) },
    exifChunk(second),
    idat(),
    iend,
  ]),
  webp: buildWebp([vp8x(3, 2), webpExif(first), vp8(3, 2, { length: 80_000 }), webpExif(second)]),
  jxl: buildJxl(
    box('Exif', exifItem(first)),
    jxlc(jxlStream([...sizeHeader(3, 2)], 80_000)),
    box('Exif', exifItem(second)),
  ),
  jp2: buildJp2(
    jp2h(3, 2),
    uuidBox(exifUuids.text, first),
    jp2c(concat(codestream(3, 2), half, half)),
    uuidBox(exifUuids.text, second),
  ),
};

test.each(Object.entries(far))('%s: more EXIF far from the start needs no request', async (_name, bytes) => {
  const { entries, requests } = await readBytes(bytes);
  expect(requests).toBe(1);
  expect(entries).toContain('IFD0:0112 [6]');
  expect(entries).not.toContain('Exif:a001 [1]');
});

/** Files with `length` bytes between two blocks. The second block is at the end. */
const padded: Readonly<Record<string, (length: number) => Uint8Array>> = {
  png: (length) => buildPng([ihdr(3, 2), exifChunk(first), { type: 'iCCP', data: noise(length) }, exifChunk(second)]),
  webp: (length) => buildWebp([vp8x(3, 2), webpExif(first), vp8(3, 2, { length }), webpExif(second)]),
};

test.each(Object.entries(padded))(
  '%s: more EXIF counts up to the end of the part that is near',
  async (_name, build) => {
    const length = moreExifBytes - build(0).length;
    expect((await readBytes(build(length))).entries).toContain('Exif:a001 [1]');
    const { entries, requests } = await readBytes(concat(build(length + 2), noise(20_000)));
    expect(entries).not.toContain('Exif:a001 [1]');
    expect(requests).toBe(1);
  },
);

test('webp: a chunk that starts in the last bytes of that part is not read', async () => {
  const length = moreExifBytes - (padded['webp']?.(0).length ?? 0) + second.length;
  expect(await readBytes(concat(padded['webp']?.(length + 2) ?? noise(0), noise(20_000)))).toMatchObject({
    requests: 1,
  });
});

describe.each(Object.entries(builders))('%s: the answer does not depend on the length of reads', (_name, build) => {
  test.each([64, 1024])('first read of %i bytes', async (firstRead) => {
    const bytes = build(first, second);
    const { entries, shape } = await readBytes(bytes, { firstRead });
    expect({ entries, shape }).toEqual({
      entries: (await readBytes(bytes)).entries,
      shape: (await readBytes(bytes)).shape,
    });
  });
});

test.each<[string, Uint8Array]>([
  ['jpeg', buildJpeg([exifSegment(first), frameHeader(3, 2), comment(40_000), exifSegment(second)])],
  ['png', buildPng([ihdr(3, 2), exifChunk(first), { type: 'iCCP', data: half }, exifChunk(second), idat(), iend])],
  ['webp', buildWebp([vp8x(3, 2), webpExif(first), vp8(3, 2, { length: 40_000 }), webpExif(second)])],
])('%s: where the budget ends while more EXIF is looked for, what was found counts', async (_name, bytes) => {
  const { entries, shape } = await readBytes(bytes, { firstRead: 1024, requests: 1 });
  expect(shape).toMatchObject({ width: 3, height: 2 });
  expect(entries).toContain('IFD0:0112 [6]');
});

test.each<[string, Uint8Array]>([
  ['mrw', buildMrw([prd(3, 2), { name: 'TTW', data: broken }, { name: 'TTW', data: second }])],
  [
    'psd',
    buildPsd(
      3,
      2,
      [broken, second].map((data) => ({ id: 0x0422, data })),
    ),
  ],
  [
    'x3f',
    buildX3f(
      3,
      2,
      [broken, second].map((block) => ({ type: 'IMA2', data: buildJpeg([exifSegment(block), frameHeader(3, 2)]) })),
    ),
  ],
])('%s: a broken block before a good one does not hide the good one', async (_name, bytes) => {
  expect((await readBytes(bytes)).entries).toContain('Exif:a001 [1]');
});

describe('blocks that come near the limits', () => {
  const read = (...blocks: readonly Uint8Array[]): Promise<ExifDocument> =>
    readDocument({ streams: blocks.map((block) => ({ reader: memoryReader(block), root: 'IFD0' })) });
  const numbers = (tag: number, count: number) => short(tag, ...Array.from({ length: count }, () => 7));

  test('all blocks together keep within the limits for one document', async () => {
    const blocks = [0x1000, 0x2000, 0x3000].map((tag) =>
      buildTiff({ fields: Array.from({ length: 5 }, (_, i) => numbers(tag + i, 50_000)) }),
    );
    const { entries } = await read(...blocks);
    expect(entries).toHaveLength(15);
    expect(entries.filter(({ value }) => value !== null)).toHaveLength(Math.floor(maxNumberBytes / 100_000));
  });

  test('a value beyond the limits in the first does not hide that of the second', async () => {
    const first = buildTiff({ fields: [lying(short(0x0140, 1), { count: 200_000, offset: 8 })] }, { gap: 400_000 });
    const second = buildTiff({ fields: [short(0x0140, 1, 2)] });
    expect(entriesOf(await read(first, second))).toEqual(['IFD0:0140 null', 'IFD0:0140 [1,2]']);
    expect(entriesOf(await read(second, first))).toEqual(['IFD0:0140 [1,2]']);
  });
});

test('of very many blocks four are read', async () => {
  const blocks = Array.from({ length: 200 }, (_, i) => buildTiff({ fields: [short(0x0100 + i, i)] }));
  const { entries } = await readBytes(builders['jpeg']?.(...blocks) ?? noise(0));
  expect(entries).toHaveLength(4);
});

test('a broken IFD box of CR3 costs that IFD', async () => {
  const { entries } = await readBytes(
    buildCr3([
      ['CMT1', broken],
      ['CMT2', second],
    ]),
  );
  expect(entries).toEqual(expect.arrayContaining([expect.stringMatching(/^Exif:010f/)]));
});
