// Items whose data lies in another item, or in many extents.

import { heif } from '../../../lib/container/heif';
import { defaultLimits } from '../../../lib/limits';
import { concat, noise } from '../../../testing/build/bytes';
import { tiny } from '../../../testing/build/containers';
import { buildHeif, exifItem, type Item } from '../../../testing/build/heif';
import { locateIn, still } from '../../../testing/compare/located';
import { problemOf } from '../../../testing/compare/problem';
import { readBytes } from '../../../testing/compare/read';

const image: Item = { id: 1, type: 'hvc1', size: [640, 480], data: [noise(8)] };
const describes = { type: 'cdsc', from: 2, to: [1] };

describe('an item within another [14496-12 8.11.3, method 2]', () => {
  const data = concat(noise(7), exifItem(tiny), noise(5));
  const within = { item: 3, extents: [{ offset: 7, length: exifItem(tiny).length }] };
  const inner: Item = { id: 2, type: 'Exif', within };
  const place = { offset: 0, length: 9 };
  const outer: Item = { id: 3, type: 'mime', data: [data.subarray(0, 20), data.subarray(20)] };

  test.each([
    ['whose bytes are in the file', outer],
    ['whose bytes are in idat', { ...outer, method: 1 } as Item],
  ])('%s', async (_name, item) => {
    for (const iloc of [1, 2] as const) {
      const { exif: found } = await locateIn(
        heif,
        buildHeif({ items: [image, item, inner], iloc, references: [describes] }),
      );
      expect(found).toEqual(tiny);
    }
  });

  test.each<[string, Item[]]>([
    ['itself', [{ ...inner, within: { ...within, item: 2 } }]],
    ['one that lies within it', [inner, { ...outer, within: { ...within, item: 2 } }]],
    ['one that is not there', [inner]],
    ['one that has no bytes', [inner, { id: 3, type: 'mime' }]],
    ['a construction method that does not exist', [{ id: 2, type: 'Exif', places: { method: 3, extents: [place] } }]],
  ])('%s loses only the EXIF', async (_name, more) => {
    const bytes = buildHeif({ items: [image, ...more], iloc: 1 });
    expect(await readBytes(bytes)).toMatchObject({ shape: still(640, 480), entries: null });
  });
});

describe('an item of many extents', () => {
  const items = (count: number, step: number): Item[] => [
    { id: 1, type: 'hvc1', size: [640, 480] },
    {
      id: 2,
      type: 'Exif',
      places: {
        method: 0,
        extents: Array.from({ length: count }, (_, i) => ({ offset: (count - i) * step, length: 1 })),
      },
    },
  ];

  test.each([
    ['20,000 near one another', items(20_000, 40)],
    ['20,000 of the same byte', items(20_000, 0)],
  ])('%s end in a result with few requests', async (_name, all) => {
    const bytes = concat(buildHeif({ items: all }), new Uint8Array(800_100));
    const { shape, entries, requests } = await readBytes(bytes);
    expect({ shape, entries }).toEqual({ shape: still(640, 480), entries: null });
    expect(requests).toBeLessThanOrEqual(defaultLimits.requests);
  });

  test('far from one another it is BudgetExceeded before any is read', async () => {
    const bytes = concat(buildHeif({ items: items(200, 40_000) }), new Uint8Array(8_100_000));
    expect(await problemOf(() => readBytes(bytes))).toBe('BudgetExceeded');
  });
});
