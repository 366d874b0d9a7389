import { columns } from '../../../lib/table/columns';
import { type RowObject, type RowState, rowOf } from '../../../lib/table/row';
import { parseTime } from '../../../lib/table/time';

const object: RowObject = {
  bucket: 'photos',
  key: 'a.jpg',
  etag: '"e"',
  size: 12,
  lastModified: new Date('2026-05-17T10:00:00.250Z'),
  order: 7,
};

/** The cells that are not null. */
function cellsOf(state: RowState, of: RowObject = object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(rowOf(of, state)).filter(([, cell]) => cell !== null));
}

const ofObject = {
  bucket: 'photos',
  key: 'a.jpg',
  etag: '"e"',
  size: 12,
  last_modified: Date.UTC(2026, 4, 17, 10, 0, 0, 250),
  state_order: 7,
};

test('an object that cannot be read has only its code', () => {
  expect(cellsOf({ code: 'NotAnImage' })).toEqual({ ...ofObject, error: 'NotAnImage' });
});

test('a row has every column, in order', () => {
  expect(Object.keys(rowOf(object, {}))).toEqual(columns.map(({ name }) => name));
});

test('nothing is known of an object', () => {
  const unknown = { ...object, etag: null, size: null, lastModified: null, order: null };
  expect(cellsOf({}, unknown)).toEqual({ bucket: 'photos', key: 'a.jpg' });
});

test('a message of a sink is an object', () => {
  expect(cellsOf({}, { ...object, lastModified: '2026-05-17T10:00:00.250Z' })).toEqual(ofObject);
  expect(cellsOf({}, { ...object, lastModified: 'yesterday' })).not.toHaveProperty('last_modified');
  const sent = JSON.parse('{"lastModified":5}') as Pick<RowObject, 'lastModified'>;
  expect(cellsOf({}, { ...object, ...sent })).not.toHaveProperty('last_modified');
});

test('items of a tag that have no text are left out', () => {
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
  const tags = JSON.parse(`{"A":[1,${deep},{"toString":1},true,"x"],"B":${deep}}`) as Record<string, unknown>;
  expect(rowOf(object, { record: { tags } })['tags']).toEqual({ A: '1 true x', B: '' });
});

test('members become cells', () => {
  const record = {
    format: 'jpeg',
    width: 360,
    orientation: 6,
    takenAt: '2026-05-17T12:15:00.25+02:00',
    takenAtSource: 'DateTimeOriginal',
    offset: '+02:00',
    latitude: 47.5,
    longitude: -8.25,
    iso: 100,
    shutterCount: 7_000_000_000,
    keywords: ['hills', 'sun'],
    persons: [{ name: 'Ann', area: { x: 0 } }, { area: { x: 1 } }, { name: 'Bob' }],
    ai: { generated: null, source: 'C2PA', sources: [] },
    motionPhoto: { offset: 1, length: 2 },
    tags: { Software: 'x', GPSVersionID: [2, 3, 0, 0], Number: 1.5 },
    warnings: ['xmp: damaged'],
  };
  expect(cellsOf({ record, givesAway: ['position', 'name'] })).toEqual({
    ...ofObject,
    format: 'jpeg',
    width: 360,
    orientation: 6,
    taken_at: Date.UTC(2026, 4, 17, 10, 15, 0, 250),
    taken_at_local: Date.UTC(2026, 4, 17, 12, 15, 0, 250),
    taken_at_source: 'DateTimeOriginal',
    utc_offset: '+02:00',
    latitude: 47.5,
    longitude: -8.25,
    geohash: 'gb6nhr0e9',
    iso: 100,
    shutter_count: 7_000_000_000,
    keywords: ['hills', 'sun'],
    persons: ['Ann', 'Bob'],
    faces: 2,
    ai_source: 'C2PA',
    gives_away: ['position', 'name'],
    motion_photo: true,
    tags: { Software: 'x', GPSVersionID: '2 3 0 0', Number: '1.5' },
    warnings: ['xmp: damaged'],
  });
});

test('whether the kinds were looked for', () => {
  expect(rowOf(object, { givesAway: [] })['gives_away']).toEqual([]);
  expect(rowOf(object, {})['gives_away']).toBeNull();
});

test.each([
  [{ width: 1.5, height: 2 ** 31 }],
  [{ width: '360', iso: '100', title: 5, keywords: 'one' }],
  [{ shutterCount: 2 ** 53, iso: Number.POSITIVE_INFINITY, duration: Number.NaN }],
  [{ takenAt: 5, persons: {}, ai: 'yes', tags: [], motionPhoto: true }],
  [{ persons: [null, 5, { name: 5, area: [] }], ai: null, tags: { A: null, B: { C: 1 } } }],
  [{ latitude: undefined, longitude: null }],
])('values of another type are null: %j', (record) => {
  expect(cellsOf({ record })).toEqual(ofObject);
});

test('numbers at the limits', () => {
  const row = rowOf(object, { record: { width: -(2 ** 31), height: 2 ** 31 - 1, rotation: -0, iso: -0 } });
  expect([row['width'], row['height'], row['rotation']]).toEqual([-2_147_483_648, 2_147_483_647, 0]);
});

test('a geohash only for a position on the globe', () => {
  const hash = (latitude: number, longitude: number) => rowOf(object, { record: { latitude, longitude } })['geohash'];
  expect([hash(0, 0), hash(90, 180), hash(-90, -180)]).toEqual(['s00000000', 'zzzzzzzzz', '000000000']);
  expect([hash(90.1, 0), hash(0, -180.1)]).toEqual([null, null]);
});

test('texts are well-formed and of limited length', () => {
  const row = rowOf(
    { ...object, key: 'a\ud800' },
    { record: { title: `\udc00${'x'.repeat(9000)}`, keywords: ['\ud83d'] } },
  );
  expect(row['key']).toBe('a\ufffd');
  expect(row['keywords']).toEqual(['\ufffd']);
  expect(row['title']).toBe(`\ufffd${'x'.repeat(4095)}`);
  const many = Array.from({ length: 5000 }, (_, at) => String(at));
  const tags = Object.fromEntries(many.map((text) => [`T${text}`, text]));
  const long = rowOf(object, { record: { keywords: many, tags } });
  expect(long['keywords']).toHaveLength(2048);
  expect(Object.keys(long['tags'] ?? {})).toHaveLength(2048);
});

test('a tag of the name __proto__ is left out', () => {
  const record = JSON.parse('{"tags":{"__proto__":"x","A":"a"}}') as Record<string, unknown>;
  expect(JSON.stringify(rowOf(object, { record })['tags'])).toBe('{"A":"a"}');
});

const noon = Date.UTC(2024, 1, 29, 12);
const yearOne = new Date(0).setUTCFullYear(1, 0, 1);

test.each([
  ['2024-02-29T12:00:00', noon, null],
  ['2024-02-29T12:00:00Z', noon, noon],
  ['2024-02-29T12:00:00+05:45', noon, noon - 345 * 60_000],
  ['2024-02-29T12:00:00-03:30', noon, noon + 210 * 60_000],
  ['2024-02-29T12:00:00.1', noon + 100, null],
  ['2024-02-29T12:00:00.9999999Z', noon + 999, noon + 999],
  ['2024-02-29T12:00:00+99:00', noon, null],
  ['0001-01-01T00:00:00', yearOne, null],
])('%s', (text, local, instant) => {
  expect(parseTime(text)).toEqual({ local, instant });
});

test.each([
  '2023-02-29T12:00:00',
  '2024-13-01T12:00:00',
  '2024-00-10T12:00:00',
  '2024-01-00T12:00:00',
  '0000-00-00T00:00:00',
  '2024-01-01T24:00:00',
  '2024-01-01T12:60:00',
  '2024-01-01T12:00:60',
  '2024-01-01',
  '2024-01-01T12:00:00 UTC',
  `2024-01-01T12:00:00.${'0'.repeat(99)}`,
  '',
  null,
  5,
])('no such time: %j', (text) => {
  expect(parseTime(text)).toBeNull();
});
