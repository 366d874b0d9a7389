// Dates and times of EXIF as ISO 8601 texts, from their digits alone: no clock and no time zone of a machine has a part in it.

/** `YYYY:MM:DD HH:MM:SS` [EXIF 3.0 4.6.5.4]; programs also write the ISO form, points, a fraction and an offset. */
const dateTime = /^(\d{4})([:./-])(\d\d)\2(\d\d)[ T](\d\d)([:.])(\d\d)\6(\d\d)(\.\d{1,12})?(Z|[+-]\d\d:\d\d)?$/;
const date = /^(\d{4})([:./-])(\d\d)\2(\d\d)(?: |$)/;
const digits = /^\d{1,12}$/;
const offset = /^[+-](?:0\d|1[0-4]):[0-5]\d$/;

const nanoseconds = 1e9;
const secondsOfDay = 86_400;

/** What the tags of one time hold, null where there is no such tag. */
export type TimeTexts = Readonly<{ time: string | null; subSec: string | null; offset: string | null }>;

/**
 * `2024-05-01T12:00:00.123+02:00`, the fraction as stored and the offset where they are stated; null for a time that is
 * blank or that no calendar or clock has (a 60th second included: no camera's clock has leap seconds).
 */
export function isoDateTime({ time, subSec, offset: zone }: TimeTexts): string | null {
  const match = dateTime.exec((time ?? '').trim());
  if (match === null) return null;
  const [, year = '', , month = '', day = '', hour = '', , minute = '', second = '', ownFraction, ownZone] = match;
  const isTime = Number(hour) < 24 && Number(minute) < 60 && Number(second) < 60;
  if (!isDate(year, month, day) || !isTime) return null;
  const stored = (subSec ?? '').trim();
  const fraction = ownFraction ?? (digits.test(stored) ? `.${stored}` : '');
  const stated = ownZone ?? (zone ?? '').trim();
  const shift = stated === 'Z' || offset.test(stated) ? stated : '';
  return `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction}${shift}`;
}

/**
 * `2024-05-01T10:00:00.5Z` of GPSDateStamp and the seconds of the day that GPSTimeStamp makes, to the nanosecond; null
 * where either is no such thing.
 */
export function isoGpsTime(stamp: string | null, seconds: number | null): string | null {
  const match = date.exec((stamp ?? '').trim());
  if (match === null || seconds === null || !(seconds >= 0)) return null;
  const [, year = '', , month = '', day = ''] = match;
  const whole = Math.round(seconds * nanoseconds);
  if (!isDate(year, month, day) || whole >= secondsOfDay * nanoseconds) return null;
  const second = Math.floor(whole / nanoseconds);
  const fraction = String(whole % nanoseconds)
    .padStart(9, '0')
    .replace(/0{1,9}$/, '');
  const clock = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60];
  const shown = clock.map((part) => String(part).padStart(2, '0')).join(':');
  return `${year}-${month}-${day}T${shown}${fraction === '' ? '' : `.${fraction}`}Z`;
}

function isDate(year: string, month: string, day: string): boolean {
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  const isLeap = y % 4 === 0 && (y % 100 !== 0 || y % 400 === 0);
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][m - 1] ?? 0;
  return y > 0 && d > 0 && d <= days;
}
