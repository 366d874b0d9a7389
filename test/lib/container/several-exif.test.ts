// Files with several EXIF blocks: the tags are merged, the first block wins a tag, and a broken one hides no other.
import { box } from '../../build/bmff';
import { latin1, noise } from '../../build/bytes';
import { buildHeif, exifItem } from '../../build/heif';
import { buildJp2, codestream, exifUuids, jp2c, jp2h, uuidBox } from '../../build/jp2';
import { buildJpeg, comment, exifSegment, frameHeader, xmpSegment } from '../../build/jpeg';
import { buildJxl, jxlc, codestream as jxlStream, sizeHeader } from '../../build/jxl';
import { buildPng, exifChunk, idat, iend, ihdr, rawProfile } from '../../build/png';
import { buildCr3 } from '../../build/raw';
import { readBytes } from '../../build/read';
import { ascii, buildTiff, pointer, short } from '../../build/tiff';
import { buildWebp, vp8, vp8x, exifChunk as webpExif, xmpChunk } from '../../build/webp';

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
  'png, eXIf': (...blocks) => buildPng([ihdr(3, 2), ...blocks.map(exifChunk), idat(), iend]),
  'png, eXIf after IDAT': (...blocks) => buildPng([ihdr(3, 2), idat(), ...blocks.map(exifChunk), iend]),
  'png, raw profiles': (...blocks) =>
    buildPng([ihdr(3, 2), ...blocks.map((block) => rawProfile('zTXt', 'exif', block)), idat(), iend]),
  'png, eXIf and a raw profile': (...[block = noise(0), ...others]) =>
    buildPng([ihdr(3, 2), exifChunk(block), ...others.map((other) => rawProfile('tEXt', 'APP1', other)), idat(), iend]),
  webp: (...blocks) => buildWebp([vp8x(3, 2, { exif: true }), vp8(3, 2), ...blocks.map((block) => webpExif(block))]),
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
