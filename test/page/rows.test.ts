// The JSON of every style as rows, however odd it is.
import { countRows, filterGroups, ifdsOf, toGroups } from '../../page/rows';

const typed = {
  format: 'jpeg',
  ifds: {
    IFD0: [
      { id: 271, name: 'Make', type: 'ASCII', count: 6, value: 'Canon' },
      { id: 50_000, name: null, type: 'SHORT', count: 2, value: [1, 2] },
    ],
    Exif: [
      { id: 33_434, name: 'ExposureTime', type: 'RATIONAL', count: 1, value: [1, 250] },
      {
        id: 42_034,
        name: 'LensSpecification',
        type: 'RATIONAL',
        count: 2,
        value: [
          [24, 1],
          [70, 1],
        ],
      },
      { id: 37_500, name: 'MakerNote', type: 'UNDEFINED', count: 9, omitted: true },
      { id: 37_510, name: 'UserComment', type: 'UNDEFINED', count: 9, value: 'a', charset: 'UTF-16LE' },
      { id: 1, name: 'X', type: 'UNDEFINED', count: 3, base64: 'AQID' },
      { id: 2, name: 'Y', type: 'DOUBLE', count: 1, value: 'NaN' },
    ],
  },
  derived: { latitude: 52.5 },
};
const none = new Map<string, string>();

test('typed: a row for each tag, with its number and type', () => {
  expect(toGroups(typed, none)).toEqual([
    { name: 'Derived', rows: [{ name: 'latitude', text: '52.5', id: '', type: '' }] },
    {
      name: 'IFD0',
      rows: [
        { name: 'Make', text: 'Canon', id: '0x010f', type: 'ASCII × 6' },
        { name: '0xc350', text: '1 2', id: '0xc350', type: 'SHORT × 2' },
      ],
    },
    {
      name: 'Exif',
      rows: [
        { name: 'ExposureTime', text: '1/250', id: '0x829a', type: 'RATIONAL' },
        { name: 'LensSpecification', text: '24/1 70/1', id: '0xa432', type: 'RATIONAL × 2' },
        { name: 'MakerNote', text: expect.stringContaining('not shown'), id: '0x927c', type: 'UNDEFINED × 9' },
        { name: 'UserComment', text: 'a', id: '0x9286', type: 'UNDEFINED × 9, UTF-16LE' },
        { name: 'X', text: 'AQID', id: '0x0001', type: 'UNDEFINED × 3' },
        { name: 'Y', text: 'NaN', id: '0x0002', type: 'DOUBLE' },
      ],
    },
  ]);
});

test('the tags of flat styles are grouped by the IFDs of typed', () => {
  const ifds = ifdsOf(typed);
  const rows = (json: unknown) => toGroups(json, ifds).map(({ name, rows: all }) => [name, all.map((row) => row.text)]);
  expect(rows({ Make: { val: 'Canon' }, ExposureTime: { val: '1/250' }, Other: { val: 'x' } })).toEqual([
    ['IFD0', ['Canon']],
    ['Exif', ['1/250']],
    ['Picture', ['x']],
  ]);
  expect(rows({ FileSize: { value: '12' }, Make: { val: 'Canon', type: 2 } })).toEqual([
    ['Picture', ['12']],
    ['IFD0', ['Canon']],
  ]);
  expect(rows({ summary: 'Canon', IFD0: { Make: 'Canon' }, format: 'jpg', size: 5 })).toEqual([
    ['Picture', ['Canon', 'jpg', '5']],
    ['IFD0', ['Canon']],
  ]);
});

test.each([null, undefined, 5, 'text', [1], {}, { ifds: { IFD0: 'x' } }, { ifds: { IFD0: [null, 1] } }])(
  '%j has no rows',
  (json) => {
    expect(countRows(toGroups(json, none))).toBe(0);
  },
);

test('members that every object has are not IFDs', () => {
  const hostile = JSON.parse('{"__proto__":{"val":"a"},"constructor":{"val":"b"}}');
  expect(toGroups(hostile, none)).toEqual([
    {
      name: 'Picture',
      rows: [
        { name: '__proto__', text: 'a', id: '', type: '' },
        { name: 'constructor', text: 'b', id: '', type: '' },
      ],
    },
  ]);
});

test('long values and many rows are cut', () => {
  const long = toGroups({ Make: { val: 'x'.repeat(100_000) } }, none);
  expect(long[0]?.rows[0]?.text.length).toBeLessThan(2_100);
  const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`T${i}`, { val: '1' }]));
  expect(countRows(toGroups(many, none))).toBe(2_000);
});

test('a search finds all its words in name, number, IFD and text', () => {
  const found = (words: string): string[] =>
    filterGroups(toGroups(typed, none), words).flatMap(({ rows }) => rows.map(({ name }) => name));
  expect(found('canon')).toEqual(['Make']);
  expect(found('  exif  0x829A ')).toEqual(['ExposureTime']);
  expect(found('exif canon')).toEqual([]);
  expect(found('')).toHaveLength(9);
});
