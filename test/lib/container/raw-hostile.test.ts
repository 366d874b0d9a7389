// Raw files whose pointers, lengths and counts are wrong: bytes that no valid length covers are not used.

import { memoryReader } from '../../../lib/bytes/reader';
import { mrw } from '../../../lib/container/mrw';
import { raf } from '../../../lib/container/raf';
import { x3f } from '../../../lib/container/x3f';
import { maxExifBlocks, maxHops } from '../../../lib/limits';
import { concat, latin1, noise, patched } from '../../../testing/build/bytes';
import { tiny } from '../../../testing/build/containers';
import { buildJpeg, exifSegment, frameHeader } from '../../../testing/build/jpeg';
import { buildMrw, buildRaf, buildRw2, buildX3f, type MrwBlock, prd, relabelled } from '../../../testing/build/raw';
import { ascii, buildTiff, short, undefinedField } from '../../../testing/build/tiff';
import { locateIn, still } from '../../../testing/compare/located';
import { problemOf } from '../../../testing/compare/problem';
import { readBytes } from '../../../testing/compare/read';

const picture = buildJpeg([exifSegment(tiny), frameHeader(640, 480)]);
/** Its segments are those of a JPEG. */
const withoutSoi = patched(picture, 0, Uint8Array.of(0, 0));
/** A JPEG whose EXIF comes last, and the bytes before that. */
const late = buildJpeg([frameHeader(640, 480), exifSegment(tiny)]);
const beforeExif = late.indexOf(0xe1) - 1;
const other = buildTiff({ fields: [ascii(0x010f, 'Another maker')] });
/** The header is whole, IFD0 lies outside. */
const broken = buildTiff({ fields: [] }, { ifd0: 5000 });
const make = 'IFD0:010f [69,103,0]';

describe('RAF', () => {
  test('has the EXIF of its JPEG only within the length that the header states', async () => {
    expect((await locateIn(raf, buildRaf(late, { length: late.length }))).exif).toEqual(tiny);
    expect(await locateIn(raf, buildRaf(late, { length: beforeExif }))).toMatchObject({
      shape: still(640, 480),
      exif: null,
    });
  });

  test('whose JPEG has no SOI is DamagedImage', async () => {
    expect(await problemOf(() => locateIn(raf, buildRaf(withoutSoi)))).toBe('DamagedImage');
  });
});

describe('MRW', () => {
  const ttw: MrwBlock = { name: 'TTW', data: tiny };
  const brokenTtw: MrwBlock = { name: 'TTW', data: broken };
  const empty: MrwBlock = { name: 'PAD', data: new Uint8Array(0) };
  const times = (count: number, block: MrwBlock) => Array.from({ length: count }, () => block);

  test.each<[string, Uint8Array, Uint8Array | null]>([
    ['TTW as the last block that is visited', buildMrw([...times(maxHops - 1, empty), ttw]), tiny],
    ['TTW after it', buildMrw([...times(maxHops, empty), ttw]), null],
    ['TTW after three broken ones', buildMrw([...times(maxExifBlocks - 1, brokenTtw), ttw]), tiny],
    ['TTW after four broken ones', buildMrw([...times(maxExifBlocks, brokenTtw), ttw]), null],
    ['a TIFF stream in a block of another name', buildMrw([{ name: 'WBG', data: other }, ttw]), tiny],
    ['TTW after the end that the header states', concat(buildMrw([prd(3, 2)]), buildMrw([ttw]).subarray(8)), null],
    ['TTW whose header is the last that lies before that end', patched(buildMrw([ttw]), 7, Uint8Array.of(8)), tiny],
    ['TTW whose header is cut', buildMrw([empty, ttw]).subarray(0, 8 + 8 + 7), null],
  ])('with %s', async (_name, bytes, expected) => {
    expect((await locateIn(mrw, bytes)).exif).toEqual(expected);
  });

  test('cut inside PRD has no size', async () => {
    const bytes = buildMrw([prd(640, 480)]);
    expect((await locateIn(mrw, bytes.subarray(0, 8 + 24))).shape).toEqual(still(640, 480));
    expect((await locateIn(mrw, bytes.subarray(0, 8 + 23))).shape).toEqual(still(null, null));
  });
});

describe('RW2', () => {
  const own = [short(0x0002, 700), short(0x0003, 500)];
  const jpgFromRaw = undefinedField(0x002e, picture);
  const ownEntries = ['Raw:0002 [700]', 'Raw:0003 [500]'];
  const entriesOf = async (bytes: Uint8Array) => (await readBytes(bytes)).entries;

  test.each<[string, Uint8Array]>([
    [
      'is the last entry, at the end of the file',
      relabelled('IIU\0', { fields: [...own, jpgFromRaw] }, { place: 'ifds-last' }).slice(0, -4),
    ],
    ['has its EXIF last', buildRw2(own, late)],
  ])('reads the JPEG that %s', async (_name, bytes) => {
    expect(await entriesOf(bytes)).toContain(make);
  });

  test.each<[string, Uint8Array]>([
    ['after the entries that the count covers', relabelled('IIU\0', { fields: [...own, jpgFromRaw], claims: 2 })],
    ['without SOI', buildRw2(own, withoutSoi)],
    ['whose length ends before its EXIF', buildRw2(own, late, beforeExif)],
    [
      'of an IFD that counts more than it has',
      relabelled('IIU\0', { fields: own, claims: 100 }, { place: 'ifds-last' }),
    ],
  ])('ignores a JPEG %s', async (_name, bytes) => {
    expect((await entriesOf(bytes))?.slice(0, 2)).toEqual(ownEntries);
  });

  test('whose IFD0 lies outside is DamagedImage', async () => {
    const bytes = relabelled('IIU\0', { fields: own }, { ifd0: 5000 });
    expect(await problemOf(() => readBytes(bytes))).toBe('DamagedImage');
  });
});

describe('X3F', () => {
  const preview = { type: 'IMA2', data: picture };
  const property = { type: 'PROP', data: noise(20) };
  const properties = (count: number) => Array.from({ length: count }, () => property);
  const twoBlocks = { type: 'IMA2', data: buildJpeg([exifSegment(broken), exifSegment(tiny)]) };
  const brokenPreview = { type: 'IMA2', data: buildJpeg([exifSegment(broken), frameHeader(3, 2)]) };
  const otherPreview = { type: 'IMA2', data: buildJpeg([exifSegment(other)]) };
  /** A copy with the last `from` replaced. */
  const retyped = (bytes: Uint8Array, from: string, to: string) =>
    patched(bytes, Buffer.from(bytes).lastIndexOf(from, undefined, 'latin1'), latin1(to));
  const whole = buildX3f(640, 480, [preview]);
  const directoryAt = whole.length - 4 - 12 - 12;

  test.each<[string, Uint8Array]>([
    ['as the last section that is looked at', buildX3f(640, 480, [...properties(15), preview])],
    ['after one whose EXIF cannot be read', buildX3f(640, 480, [brokenPreview, preview])],
    ['of two blocks of which one can be read', buildX3f(640, 480, [twoBlocks, otherPreview])],
  ])('takes the EXIF of a preview %s', async (_name, bytes) => {
    expect((await readBytes(bytes)).entries).toContain(make);
  });

  test('keeps the EXIF of the first preview where none can be read', async () => {
    const longer = { type: 'IMA2', data: buildJpeg([exifSegment(concat(broken, noise(9))), frameHeader(3, 2)]) };
    const { exif } = await x3f.locate(memoryReader(buildX3f(640, 480, [brokenPreview, longer])));
    expect(exif?.streams.map(({ reader }) => reader.size)).toEqual([broken.length]);
  });

  test.each<[string, Uint8Array]>([
    ['after 16 sections', buildX3f(640, 480, [...properties(16), preview])],
    ['in a section of properties', buildX3f(640, 480, [{ ...preview, type: 'PROP' }])],
    ['whose length ends before its EXIF', buildX3f(640, 480, [{ type: 'IMA2', data: late, claims: 28 + beforeExif }])],
    ['of no bytes', buildX3f(640, 480, [{ ...preview, claims: 0 }])],
    ['without the identifier of a section', retyped(whole, 'SECi', 'SECx')],
    ['of a directory without its identifier', retyped(whole, 'SECd', 'SECx')],
    ['of a directory that counts more than it has', patched(whole, directoryAt + 8, Uint8Array.of(9))],
  ])('takes no EXIF of a preview %s', async (_name, bytes) => {
    const { exif } = await x3f.locate(memoryReader(bytes));
    expect(exif).toBeNull();
  });
});
