// Times and places that videos have as texts.
import { readIso6709 } from '../../../lib/video/place';
import { macTime, readTime, utc } from '../../../lib/video/time';

test.each([
  ['2026-06-01T12:34:56+0200', '2026-06-01T12:34:56+02:00'],
  ['2026-06-01T12:34:56-03:30', '2026-06-01T12:34:56-03:30'],
  ['2026-06-01T12:34:56Z', '2026-06-01T12:34:56Z'],
  ['2026-06-01T12:34:56.123456Z', '2026-06-01T12:34:56Z'],
  ['2026:06:01 12:34:56', '2026-06-01T12:34:56'],
  ['2005/ 6/ 1 10:20:30', '2005-06-01T10:20:30'],
  ['UTC 2026-06-01', null],
  ['2026-06-01 12:34:56 UTC', '2026-06-01T12:34:56Z'],
  ['Mon Mar 10 15:04:43 2003\n', '2003-03-10T15:04:43'],
  ['Mon Mar  1 15:04:43 2003', '2003-03-01T15:04:43'],
  ['Mon Xyz 10 15:04:43 2003', null],
  ['2026', null],
  ['2026-06-01', null],
  ['2026-13-01 00:00:00', null],
  ['2026-06-01 24:00:00', null],
  ['0000-00-00 00:00:00', null],
  ['', null],
  ['9'.repeat(100), null],
])('the time %p', (text, expected) => expect(readTime(text)).toBe(expected));

test.each([
  [null, null],
  [0, null],
  [1, '1970-01-01T00:00:01Z'],
  [2_082_844_800, '1970-01-01T00:00:00Z'],
  [4_000_000_000, '2030-10-02T07:06:40Z'],
  [Number.MAX_SAFE_INTEGER, null],
])('seconds since 1904: %p', (seconds, expected) => expect(macTime(seconds)).toBe(expected));

test.each([
  [Number.NaN, null],
  [-62_135_596_801, null],
  [253_402_300_800, null],
])('seconds since 1970: %p', (seconds, expected) => expect(utc(seconds)).toBe(expected));

test.each([
  ['+52.5163+013.3777+034.000/', 52.5163, 13.3777, 34],
  ['-27.5-086.25/', -27.5, -86.25, null],
  ['+4830-00015.5/', 48.5, -0.258333, null],
  ['+483000+0001530CRSWGS_84/', 48.5, 0.258333, null],
  ['+27.5916+086.5640+8850CRSWGS_84/', 27.5916, 86.564, 8850],
  ['+00+000', 0, 0, null],
])('the place %p', (text, latitude, longitude, altitude) => {
  const place = readIso6709(text);
  expect(place?.latitude).toBeCloseTo(latitude, 5);
  expect(place?.longitude).toBeCloseTo(longitude, 5);
  expect(place?.altitude).toBe(altitude);
});

test.each(['', 'somewhere', '+91+000', '+00+181', '52.5+13', `+${'1'.repeat(99)}+1`])('no place: %p', (text) => {
  expect(readIso6709(text)).toBeNull();
});
