// The offset of the time when a picture was taken: from tags, from the position, and compared with GPS time.
import { type GpsFix, gpsTimeWarning, needsZones, offsetAt, zoneOf } from '../../../lib/metadata/time-zone';
import type { ZoneLookup } from '../../../lib/metadata/zones';
import { Tag } from '../../../lib/tag/ids';
import type { ExifRecord } from '../../../lib/types';
import { recordOf } from '../../../testing/fakes/record';

const zoneAlways =
  (name: string): ZoneLookup =>
  () =>
    name;
const at = (zone: string, time: string) => offsetAt(zoneAlways(zone), 1, 2, time);

describe('the offset of a local time', () => {
  test.each<[string, string, string, string | null]>([
    ['before an hour that occurs twice', 'Europe/Berlin', '2024-10-27T01:59:59', '+02:00'],
    ['in it: the first', 'Europe/Berlin', '2024-10-27T02:30:00', '+02:00'],
    ['after it', 'Europe/Berlin', '2024-10-27T03:00:00', '+01:00'],
    ['before a skipped hour', 'Europe/Berlin', '2024-03-31T01:59:59', '+01:00'],
    ['in it: the offset before', 'Europe/Berlin', '2024-03-31T02:30:00', '+01:00'],
    ['after it', 'Europe/Berlin', '2024-03-31T03:00:00', '+02:00'],
    ['twice, in the west', 'America/New_York', '2024-11-03T01:30:00', '-04:00'],
    ['after a skipped day', 'Pacific/Apia', '2011-12-31T12:00:00', '+14:00'],
    ['before standard time, with seconds', 'America/New_York', '1880-01-01T12:00:00', null],
    ['an unknown zone', 'Europe/Atlantis', '2024-01-01T12:00:00', null],
    ['a time that is not valid', 'Europe/Berlin', '2024-13-01T12:00:00', null],
  ])('%s: %s %s', (_name, zone, time, offset) => {
    expect(at(zone, time)).toBe(offset);
  });

  test.each([
    [91, 0],
    [0, -181],
    [Number.NaN, 0],
  ])('a place outside of the map has none: %d, %d', (latitude, longitude) => {
    expect(offsetAt(zoneAlways('Europe/Berlin'), latitude, longitude, '2024-01-01T12:00:00')).toBeNull();
  });
});

describe('GPS time', () => {
  const local = '2024-05-01T12:00:00';
  test.each<[string, string | null, string | null]>([
    ['2024-05-01T10:00:00Z', '+02:00', null],
    ['2024-05-01T10:00:00Z', null, null],
    ['2024-05-01T09:59:00.5Z', '+02:00', null],
    ['2024-05-01T10:00:59.123456789Z', '+02:00', null],
    ['2024-05-01T06:15:00Z', '+05:45', null],
    ['2024-05-01T12:00:30Z', 'Z', null],
    [
      '2024-05-01T09:58:36Z',
      '+02:00',
      'The local time and GPS time differ by 2 h 1 min 24 s: not a multiple of 15 minutes.',
    ],
    ['2024-05-01T11:53:00Z', null, 'The local time and GPS time differ by 7 min: not a multiple of 15 minutes.'],
    ['2024-05-02T12:00:00Z', '+02:00', 'The local time and GPS time differ by 24 h: more than any time zone.'],
    ['2019-05-01T12:00:00Z', null, expect.stringContaining('more than any time zone')],
    ['2024-05-01T12:00:00Z', '+02:00', 'GPS time gives the offset +00:00, but the offset of the local time is +02:00.'],
    ['2024-05-01T15:30:00Z', 'Z', 'GPS time gives the offset -03:30, but the offset of the local time is Z.'],
    ['not a time', '+02:00', null],
  ])('%s with the offset %s: %s', (gpsTime, offset, warning) => {
    expect(gpsTimeWarning(local, gpsTime, offset)).toEqual(warning);
    if (offset !== null) expect(gpsTimeWarning(`${local}${offset}`, gpsTime, offset)).toEqual(warning);
  });
});

describe('a record', () => {
  const offsetTag = { ifd: 'Exif', tag: Tag.OffsetTimeOriginal, type: 2, count: 7, offset: 0, value: null } as const;
  const document = { littleEndian: true, pages: 1, warnings: [], entries: [offsetTag] };
  const withTag = recordOf(document);
  const without = recordOf({ ...document, entries: [] });
  const berlin: GpsFix = { latitude: 52.5, longitude: 13.4 };
  const local = '2024-05-01T12:00:00';
  const zones = zoneAlways('Europe/Berlin');

  test.each<[string, ExifRecord, string, string, GpsFix, string | null, string | null]>([
    ['the tag', withTag, `${local}+09:00`, 'DateTimeOriginal', berlin, '+09:00', 'OffsetTimeOriginal'],
    ['the text of the time', without, `${local}-03:30`, 'DateTimeOriginal', berlin, '-03:30', 'DateTimeOriginal'],
    ['GPS time', withTag, `${local}Z`, 'GPSDateTime', berlin, 'Z', 'GPSDateTime'],
    ['XMP', without, `${local}+02:00`, 'xmp:CreateDate', {}, '+02:00', 'xmp:CreateDate'],
    ['the position', without, local, 'DateTimeOriginal', berlin, '+02:00', 'GPSPosition'],
    ['half a position', without, local, 'DateTimeOriginal', { latitude: 52.5 }, null, null],
    ['nothing', withTag, local, 'DateTimeOriginal', {}, null, null],
  ])('the offset is from %s', (_name, record, value, source, fix, offset, offsetSource) => {
    expect(zoneOf(record, { value, source }, fix, zones)).toEqual({ offset, offsetSource, warnings: [] });
  });

  test('the map is needed only for a position without an offset', () => {
    expect(needsZones({ value: local, source: '' }, berlin)).toBe(true);
    expect(needsZones({ value: `${local}Z`, source: '' }, berlin)).toBe(false);
    expect(needsZones({ value: local, source: '' }, { longitude: 13.4 })).toBe(false);
    expect(zoneOf(without, { value: local, source: '' }, berlin, null).offset).toBeNull();
  });

  test('only times of the picture are compared with GPS time', () => {
    const fix = { ...berlin, gpsDateTime: '2024-05-01T12:00:00Z' };
    const warningsFor = (source: string) => zoneOf(without, { value: local, source }, fix, zones).warnings;
    expect(warningsFor('DateTimeOriginal')).toHaveLength(1);
    expect(warningsFor('DateTimeDigitized')).toHaveLength(1);
    expect(warningsFor('DateTime')).toEqual([]);
  });
});
