import { describesThumbnail } from '../../../lib/tag/thumbnail-ifd';
import { buildTiff, type Field, long, short } from '../../../testing/build/tiff';
import { readTiff } from '../../../testing/compare/document';

const strips = long(0x0111, 8);
const jpeg = [long(0x0201, 8), long(0x0202, 4)];

const cases: readonly (readonly [name: string, image: Field[], next: Field[], isThumbnail: boolean])[] = [
  ['a JPEG, as EXIF has it', [short(0x0112, 1)], jpeg, true],
  ['uncompressed pixels, as EXIF has them', [short(0x0112, 1)], [strips], true],
  ['a reduced image', [strips], [long(0x00fe, 1), strips], true],
  ['a reduced page', [strips], [long(0x00fe, 3), strips], true],
  ['the embedded JPEG of a raw file', [strips], jpeg, true],
  ['a page', [strips], [long(0x00fe, 2), strips], false],
  ['a page with the NewSubfileType of an image', [strips], [long(0x00fe, 0), strips], false],
  ['a page as JPEG', [strips], [long(0x00fe, 2), ...jpeg], false],
  ['a page of strips that says nothing', [strips], [strips], false],
  ['a page of tiles that says nothing', [long(0x0144, 8)], [long(0x0144, 8)], false],
  ['a NewSubfileType of no component', [short(0x0112, 1)], [{ ...long(0x00fe), count: 0 }], true],
];

test.each(cases)('%s', async (_name, fields, next, isThumbnail) => {
  const document = await readTiff(buildTiff({ fields, next: { fields: next } }));
  expect(describesThumbnail(document)).toBe(isThumbnail);
});
