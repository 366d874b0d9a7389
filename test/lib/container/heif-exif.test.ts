// Which Exif items of a HEIF file are read, and how much of each.
import { heif } from '../../../lib/container/heif';
import { maxBlockBytes, maxExifBlocks } from '../../../lib/limits';
import { concat, noise } from '../../../testing/build/bytes';
import { tiny } from '../../../testing/build/containers';
import { buildHeif, exifItem, type Item, type Reference } from '../../../testing/build/heif';
import { ascii, buildTiff } from '../../../testing/build/tiff';
import { locateIn } from '../../../testing/compare/located';

const other = buildTiff({ fields: [ascii(0x010f, 'Another maker')] });
const junk = noise(40);
const image: Item = { id: 1, type: 'hvc1', size: [640, 480] };
const exif = (id: number, data: Uint8Array): Item => ({ id, type: 'Exif', data: [data] });
const good = (id: number) => exif(id, exifItem(tiny));
const another = (id: number) => exif(id, exifItem(other));
const broken = (id: number) => exif(id, junk);
const cdsc = (from: number, to = 1): Reference => ({ type: 'cdsc', from, to: [to] });

test.each<[string, readonly Item[], readonly Reference[], readonly Uint8Array[]]>([
  ['all that describe the primary item', [good(2), another(3)], [cdsc(2), cdsc(3)], [tiny, other]],
  ['none but those', [good(2), another(3), another(4)], [cdsc(2), cdsc(3, 9)], [tiny]],
  ['all that describe no item, where none describes the primary one', [good(2), another(3)], [], [tiny, other]],
  ['those after broken ones that describe it', [broken(2), good(3)], [cdsc(2)], [tiny, junk]],
  ['the only one, which describes another', [good(2)], [cdsc(2, 9)], [tiny]],
  ['none of two that describe others', [good(2), another(3)], [cdsc(2, 9), cdsc(3, 9)], []],
  ['a broken one that describes it, once', [broken(2)], [cdsc(2)], [junk]],
  ['a broken one that describes none, once', [broken(2)], [], [junk]],
  ['a broken one that describes another, once', [broken(2)], [cdsc(2, 9)], [junk]],
  ['two broken ones, each once', [broken(2), broken(3)], [cdsc(2)], [junk, junk]],
  [
    'items with references of other kinds as those without',
    [another(3), good(2)],
    [{ type: 'auxl', from: 2, to: [1] }],
    [other, tiny],
  ],
])('%s', async (_name, items, references, blocks) => {
  expect((await locateIn(heif, buildHeif({ items: [image, ...items], references }))).blocks).toEqual(blocks);
});

test.each([
  ['the last that is read', maxExifBlocks - 1, tiny],
  ['one after those', maxExifBlocks, null],
])('of many that describe the primary item, %s', async (_name, count, found) => {
  const items = [...Array.from({ length: count }, (_, i) => broken(i + 10)), good(2)];
  const bytes = buildHeif({ items: [image, ...items], references: items.map(({ id }) => cdsc(id)) });
  const { exif: first, blocks } = await locateIn(heif, bytes);
  expect(first).toEqual(found);
  expect(blocks).toHaveLength(maxExifBlocks);
});

describe('an item longer than the limit is cut there', () => {
  const long = concat(tiny, new Uint8Array(maxBlockBytes));
  test.each<[string, readonly Uint8Array[]]>([
    ['one extent', [long]],
    ['two extents', [long.subarray(0, 700_000), long.subarray(700_000)]],
    ['three extents', [long.subarray(0, 700_000), long.subarray(700_000, 1_050_000), long.subarray(1_050_000)]],
  ])('%s', async (_name, data) => {
    const bytes = buildHeif({ items: [image, { id: 2, type: 'Exif', data }] });
    expect((await locateIn(heif, bytes)).blocks.map(({ length }) => length)).toEqual([maxBlockBytes]);
  });

  test('one that reaches to the end', async () => {
    const bytes = buildHeif({ items: [image, { id: 2, type: 'Exif', data: [long], open: true }] });
    expect((await locateIn(heif, bytes)).blocks.map(({ length }) => length)).toEqual([maxBlockBytes]);
  });
});

describe('an item within another', () => {
  const length = exifItem(tiny).length;
  const outer = (id: number, tiff: Uint8Array): Item => ({ id, type: 'mime', data: [exifItem(tiff)] });
  const inner = (id: number, item: number): Item => ({
    id,
    type: 'Exif',
    within: { item, extents: [{ offset: 0, length }] },
  });

  test('is in that of its own reference', async () => {
    const items = [image, outer(5, other), outer(6, tiny), { ...inner(9, 5), type: 'mime' }, inner(2, 6)];
    expect((await locateIn(heif, buildHeif({ items, iloc: 1 }))).blocks).toEqual([tiny]);
  });

  test('of a method that does not exist is not read, though a reference leads somewhere', async () => {
    const places = { method: 3, extents: [{ offset: 0, length }] };
    const items = [image, outer(6, tiny), { id: 2, type: 'Exif', places } as Item];
    const references = [{ type: 'iloc', from: 2, to: [6] }];
    expect((await locateIn(heif, buildHeif({ items, iloc: 1, references }))).blocks).toEqual([new Uint8Array(0)]);
  });
});
