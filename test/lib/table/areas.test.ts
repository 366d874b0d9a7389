import { encode } from 'ngeohash';
import { Areas } from '../../../lib/table/areas';
import { seededRandom } from '../../../testing/random/seeded';

const all = { areas: 100_000, regions: 100_000 };

test('positions of a cell of geohash are counted together', () => {
  const areas = new Areas();
  expect(areas.add(52.51, 13.37, null)).toBe(true);
  expect(areas.add(52.53, 13.39, null)).toBe(true);
  expect(areas.add(-33.87, 151.21, null)).toBe(true);
  const { positions, areas: small, regions } = areas.result(all);
  expect(positions).toBe(3);
  expect(small).toMatchObject({ characters: 4, distinct: 2, others: 0 });
  expect(small.areas).toEqual([
    { geohash: 'u33d', latitude: expect.closeTo(52.52, 9), longitude: expect.closeTo(13.38, 9), count: 2, city: null },
    { geohash: 'r3gx', latitude: -33.87, longitude: 151.21, count: 1, city: null },
  ]);
  expect(regions.areas.map(({ geohash, count }) => [geohash, count])).toEqual([
    ['u33', 2],
    ['r3g', 1],
  ]);
});

test('cells have the names that ngeohash gives them, also at the edges of the world', () => {
  const random = seededRandom(3);
  const edges: [number, number][] = [
    [90, 180],
    [-90, -180],
    [90, -180],
    [-90, 180],
  ];
  const places = [
    ...edges,
    ...Array.from(
      { length: 500 },
      () =>
        [(random.below(180_000) - 90_000) / 1000 + 0.0003, (random.below(360_000) - 180_000) / 1000 + 0.0003] as [
          number,
          number,
        ],
    ),
  ];
  for (const [latitude, longitude] of places) {
    const areas = new Areas();
    areas.add(latitude, longitude, null);
    const found = areas.result(all);
    expect(found.areas.areas[0]?.geohash).toBe(encode(latitude, longitude, 4));
    expect(found.regions.areas[0]?.geohash).toBe(encode(latitude, longitude, 3));
  }
});

test('what is not a position is not counted', () => {
  const areas = new Areas();
  for (const [latitude, longitude] of [
    [91, 0],
    [0, -181],
    [Number.NaN, 0],
    [0, Number.POSITIVE_INFINITY],
  ] as const)
    expect(areas.add(latitude, longitude, 'x')).toBe(false);
  expect(areas.result(all).positions).toBe(0);
});

test('an area has the city of most of its images', () => {
  const areas = new Areas();
  for (const city of ['Berlin', 'Potsdam', null, 'Berlin', 'Berlin', '', 'Spandau']) areas.add(52.51, 13.37, city);
  expect(areas.result(all).areas.areas[0]).toMatchObject({ count: 7, city: 'Berlin' });
});

test('with very many areas they become larger, and no position is lost', () => {
  const random = seededRandom(7);
  const areas = new Areas(1000);
  let size = 0;
  for (; size < 50_000; size++)
    areas.add((random.below(180_000) - 90_000) / 1000, (random.below(360_000) - 180_000) / 1000, 'x'.repeat(1000));
  const { positions, areas: found, regions } = areas.result(all);
  expect(positions).toBe(size);
  expect(found.characters).toBe(3);
  expect(found.distinct).toBeLessThanOrEqual(32_768);
  expect(found.areas.reduce((sum, { count }) => sum + count, 0)).toBe(size);
  expect(regions).toEqual(found);
  expect(found.areas[0]?.city?.length).toBeLessThanOrEqual(101);
  expect(areas.result({ areas: 3, regions: 2 }).areas.others).toBeLessThan(size);
});
