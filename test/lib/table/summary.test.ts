import type { Row } from '../../../lib/table/columns';
import { columns } from '../../../lib/table/columns';
import { type Summary, SummaryMaker, summaryColumns } from '../../../lib/table/summary';
import { hostileRows, libraryRows } from '../../../testing/build/table-rows';

function sumUp(rows: Iterable<Row>): Summary {
  const maker = new SummaryMaker();
  for (const row of rows) maker.add(row);
  return maker.result();
}

test('the columns that are read exist', () => {
  const names = columns.map(({ name }) => name);
  expect(summaryColumns.filter((name) => !names.includes(name))).toEqual([]);
});

test('no rows', () => {
  const summary = sumUp([]);
  expect(summary).toMatchObject({ objects: 0, bytes: 0, read: 0, taken: null, months: [], failures: [], failed: 0 });
});

test('numbers of a few rows', () => {
  const may = Date.UTC(2024, 4, 17, 9, 30);
  const summary = sumUp([
    {
      ...{
        key: 'a.jpg',
        size: 100,
        format: 'jpeg',
        width: 4000,
        height: 3000,
        taken_at_local: may,
        taken_at: may - 7_200_000,
      },
      ...{ latitude: 52.5, longitude: 13.4, make: 'Canon', model: 'Canon EOS R5', lens: 'RF50mm', faces: 2 },
      ...{ gives_away: ['position', 'serial'], ai_generated: null },
    },
    {
      ...{
        key: 'b.mp4',
        size: 900,
        format: 'mp4',
        duration: 3,
        taken_at: Date.UTC(2024, 6, 1),
        make: 'NIKON CORPORATION',
      },
      ...{ model: 'NIKON Z 6', gives_away: [] },
    },
    { key: 'c.jpg', size: 50, format: 'jpeg', model: 'Canon EOS R5', ai_generated: true, ai_source: 'C2PA' },
    { key: 'd.txt', size: 7, error: 'NotAnImage' },
    { key: 'e.txt', size: null, error: 'NotAnImage' },
    { key: 'f.jpg', size: 0, error: 'EmptyObject' },
  ]);
  expect(summary).toMatchObject({
    ...{ objects: 6, bytes: 1057, read: 3, failed: 3, videos: 1, withFaces: 1, withoutTime: 1, withoutPosition: 2 },
    taken: { first: may, last: Date.UTC(2024, 6, 1) },
    months: [
      { month: '2024-05', count: 1 },
      { month: '2024-06', count: 0 },
      { month: '2024-07', count: 1 },
    ],
    weekdays: [1, 0, 0, 0, 1, 0, 0],
    withoutSize: 2,
    failures: [
      { code: 'NotAnImage', count: 2, examples: ['d.txt', 'e.txt'] },
      { code: 'EmptyObject', count: 1, examples: ['f.jpg'] },
    ],
    privacy: {
      looked: 2,
      any: 1,
      kinds: {
        top: [
          { name: 'position', count: 1 },
          { name: 'serial', count: 1 },
        ],
      },
    },
    ai: { generated: 1, notGenerated: 0, unknown: 2 },
  });
  expect(summary.cameras.top).toEqual([
    { name: 'Canon EOS R5', count: 2 },
    { name: 'NIKON Z 6', count: 1 },
  ]);
  expect(summary.cameras.distinct).toBe(2);
  expect(summary.hours[9]).toBe(1);
  expect(summary.pixels.find(({ count }) => count > 0)).toEqual({ below: 16_000_000, count: 1 });
});

test('makers and models are joined as people write them', () => {
  const names = [
    ['Apple', 'iPhone 15', 'Apple iPhone 15'],
    ['Canon', 'Canon EOS R5', 'Canon EOS R5'],
    ['NIKON CORPORATION', 'NIKON D850', 'NIKON D850'],
    ['SONY', null, 'SONY'],
    [null, 'X100', 'X100'],
  ] as const;
  for (const [make, model, name] of names) expect(sumUp([{ make, model }]).cameras.top).toEqual([{ name, count: 1 }]);
});

test('the numbers of a library add up', () => {
  const summary = sumUp(libraryRows(5000));
  const sum = (counts: readonly Readonly<{ count: number }>[]): number =>
    counts.reduce((total, { count }) => total + count, 0);
  expect(summary.objects).toBe(5000);
  expect(summary.read + summary.failed).toBe(5000);
  expect(sum(summary.failures)).toBe(summary.failed);
  expect(sum(summary.months) + summary.withoutTime).toBe(summary.read);
  expect(summary.hours.reduce((total, count) => total + count)).toBe(sum(summary.months));
  expect(summary.places.positions + summary.withoutPosition).toBe(summary.read);
  for (const counts of [summary.cameras, summary.lenses, summary.formats]) {
    expect(counts.known + counts.unknown).toBe(summary.read);
    expect(sum(counts.top) + counts.others).toBe(counts.known);
  }
  expect(sum(summary.fileSizes)).toBe(5000);
});

test('hostile rows have bounded texts, and values of a wrong type are not known', () => {
  const summary = sumUp([
    ...hostileRows(),
    ...Array.from({ length: 3000 }, (_, at) => ({ key: 'k'.repeat(5000), error: `code ${at}` })),
    { key: 5, size: '7', width: true, taken_at: 'now', latitude: [], lens: { a: 'b' }, gives_away: 'position' } as Row,
  ]);
  expect(JSON.stringify(summary).length).toBeLessThan(200_000);
  expect(summary.failures.length).toBeLessThanOrEqual(50);
  expect(summary.oddYears).toBeGreaterThan(0);
  expect(summary.taken).toBeNull();
});
