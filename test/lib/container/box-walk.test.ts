// How far the boxes of JPEG XL and JPEG 2000 are walked, and which of them are read.
import { jp2 } from '../../../lib/container/jp2';
import { jxl } from '../../../lib/container/jxl';
import { maxProfiles, moreExifBytes } from '../../../lib/limits';
import { box, free } from '../../../testing/build/bmff';
import { concat, noise } from '../../../testing/build/bytes';
import { tiny } from '../../../testing/build/containers';
import { exifItem } from '../../../testing/build/heif';
import { buildJp2, exifUuids, jp2h, uuidBox } from '../../../testing/build/jp2';
import { buildJxl, codestream, jxlc, metadata, sizeHeader } from '../../../testing/build/jxl';
import { ascii, buildTiff } from '../../../testing/build/tiff';
import { locateIn } from '../../../testing/compare/located';
import { problemOf } from '../../../testing/compare/problem';

const other = buildTiff({ fields: [ascii(0x010f, 'Another maker')] });
const broken = noise(40);

const formats = [
  {
    name: 'JPEG XL',
    container: jxl,
    size: jxlc(codestream([...sizeHeader(3, 2), ...metadata()])),
    build: buildJxl,
    exif: (tiff: Uint8Array) => box('Exif', exifItem(tiff)),
  },
  {
    name: 'JPEG 2000',
    container: jp2,
    size: jp2h(3, 2),
    build: buildJp2,
    exif: (tiff: Uint8Array) => uuidBox(exifUuids.text, tiff),
  },
];

describe.each(formats)('$name', ({ name, container, size, build, exif }) => {
  /** Ends at `end`, counted from the start of the file. */
  const paddedTo = (end: number, ...boxes: readonly Uint8Array[]): Uint8Array => {
    const bytes = build(...boxes);
    return concat(bytes, free(end - bytes.length - 8));
  };
  const second = exif(other);

  test.each([
    ['is read where it ends with the near part', moreExifBytes - second.length, [tiny, other]],
    ['is not read where it ends a byte after that', moreExifBytes - second.length + 1, [tiny]],
    ['is not looked at where its head ends after that', moreExifBytes - 15, [tiny]],
  ])('more EXIF %s', async (_name, start, blocks) => {
    const bytes = concat(paddedTo(start, exif(tiny), size), second);
    expect((await locateIn(container, bytes)).blocks).toEqual(blocks);
  });

  test.each([
    ['when its head ends with the near part', moreExifBytes - 16, true],
    ['but not when it ends after that', moreExifBytes - 15, false],
  ])('a box after size and EXIF is looked at %s', async (_name, start, isLookedAt) => {
    const { ranges } = await locateIn(container, concat(paddedTo(start, exif(tiny), size), free(100)));
    expect(ranges.some((range) => range.start === start)).toBe(isLookedAt);
  });

  test('EXIF far from the start is looked for until some that can be read was found', async () => {
    const bytes = concat(paddedTo(2 * moreExifBytes, exif(broken), size), exif(tiny));
    expect((await locateIn(container, bytes)).exif).toEqual(tiny);
  });

  test.each([
    ['the last one that is read', maxProfiles - 1, true],
    ['one after those that are read', maxProfiles, false],
  ])('after broken EXIF, %s', async (_name, count, isRead) => {
    const bytes = build(size, ...Array.from({ length: count }, () => exif(broken)), exif(tiny));
    const { blocks, exif: found } = await locateIn(container, bytes);
    expect(blocks).toHaveLength(maxProfiles);
    expect(found).toEqual(isRead ? tiny : null);
  });

  test('the error says which format it is', async () => {
    const bytes = build(free(9));
    expect(await problemOf(() => locateIn(container, bytes))).toBe('DamagedImage');
    await expect(locateIn(container, bytes)).rejects.toThrow(`a ${name} file`);
  });
});
