// Dates and times of EXIF as ISO 8601 texts. Only the stored digits are used, never the clock or the time zone of the machine.

/**
 * `YYYY:MM:DD HH:MM:SS` [EXIF 3.0 4.6.5.4] and its variants in real files: other separators, no leading zeros, a fraction, more
 * text after it.
 */
const dateTime =
  /^(\d{4})([:./-]) ?(\d{1,2})\2 ?(\d{1,2})[ Tt_:] *(\d{1,2})([:.]) ?(\d{1,2})\6 ?(\d{1,2})(?:[.,](\d{1,12}))?(?!\d)(.*)$/;
/** `20240501` before a time, and `120000` after a date. */
const compactDate = /^(\d{4})(\d\d)(\d\d)[ Tt_]?(?=\d)/;
const compactTime = /^(\S{8,10})[ Tt_](\d\d)(\d\d)(\d\d)(?!\d)/;
const date = /^(\d{4})([:./-]?) ?(\d{1,2})\2 ?(\d{1,2})(?:[ T]|$)/;
const digits = /^\d{1,12}$/;
const halfDay = /^([AaPp])\.?[Mm]\.?/;
/** `+02:00`, and `+2:00`, `+0200`, `+2`, `+ 2:00`. */
const offset = /^([+-]) ?(\d{1,2})(?::?([0-5]\d))?$/;
const utc = /^(?:Z|UTC|GMT)$/i;
/** Text that can only be meant as an offset, valid or not. */
const offsetLike = /^[+-] ?\d\d?:?\d\d$/;

const nanoseconds = 1e9;
const secondsOfDay = 86_400;
/** Minutes: the greatest offset on earth. */
const maxOffset = 14 * 60;

/** The texts of the tags for one time; null for a missing tag. */
export type TimeTexts = Readonly<{ time: string | null; subSec: string | null; offset: string | null }>;

/**
 * `2024-05-01T12:00:00.123+02:00`, with the fraction (as stored) and the offset if they are stated. null for a blank or invalid
 * time; second 60 is invalid, because clocks of cameras have no leap seconds. A fraction or offset in the text of the time
 * itself is used before the tag for it.
 */
export function isoDateTime({ time, subSec, offset: zone }: TimeTexts): string | null {
  const text = (time ?? '').trim().replace(compactDate, '$1:$2:$3 ').replace(compactTime, '$1 $2:$3:$4');
  const match = dateTime.exec(text);
  if (match === null) return null;
  const [, year = '', , month = '', day = '', hour = '', , minute = '', second = '', ownFraction, rest = ''] = match;
  const end = restOf(rest.trim());
  const hours = end === null ? null : hourOf(Number(hour), end.half);
  if (end === null || hours === null || Number(minute) > 59 || Number(second) > 59) return null;
  if (!isDate(year, month, day)) return null;
  const stored = (subSec ?? '').trim();
  const fraction = ownFraction ?? (digits.test(stored) ? stored : '');
  const shift = end.isStated ? end.shift : (offsetOf(zone ?? '') ?? '');
  const clock = [hours, minute, second].map(twoDigits).join(':');
  return `${isoDate(year, month, day)}T${clock}${fraction === '' ? '' : `.${fraction}`}${shift}`;
}

/** Reads the text after a time: AM or PM, and an offset. null for any other text: then the whole text is not a time. */
function restOf(rest: string): Readonly<{ half: string; shift: string; isStated: boolean }> | null {
  const [mark = '', half = ''] = halfDay.exec(rest) ?? [];
  const zone = rest.slice(mark.length).trim();
  const shift = offsetOf(zone);
  if (shift === null && zone !== '' && !offsetLike.test(zone)) return null;
  return { half: half.toLowerCase(), shift: shift ?? '', isStated: zone !== '' };
}

/**
 * The hour, 0 to 23; null if it is invalid. Cameras that count from 1 to 24 write the first hour of a day as 24, with the date
 * of that day.
 */
function hourOf(hour: number, half: string): number | null {
  if (half === '') return hour > 24 ? null : hour % 24;
  if (hour > 23 || (half === 'a' && hour > 12)) return null;
  return half === 'a' ? hour % 12 : hour < 12 ? hour + 12 : hour;
}

/** `+02:00` or `Z` from the text of an offset; null for any other text. */
function offsetOf(text: string): string | null {
  const stated = text.trim();
  if (utc.test(stated)) return 'Z';
  const [, sign = '', hours = '', minutes = '00'] = offset.exec(stated) ?? [];
  if (sign === '' || Number(hours) * 60 + Number(minutes) > maxOffset) return null;
  return `${sign}${twoDigits(hours)}:${minutes}`;
}

/**
 * `2024-05-01T10:00:00.5Z` from GPSDateStamp and the seconds of the day in GPSTimeStamp, to the nanosecond; null when one of
 * them is invalid.
 */
export function isoGpsTime(stamp: string | null, seconds: number | null): string | null {
  const match = date.exec((stamp ?? '').trim());
  if (match === null || seconds === null || !(seconds >= 0)) return null;
  const [, year = '', separator = '', month = '', day = ''] = match;
  if (separator === '' && month.length + day.length < 4) return null;
  const whole = Math.round(seconds * nanoseconds);
  if (!isDate(year, month, day) || whole >= secondsOfDay * nanoseconds) return null;
  const second = Math.floor(whole / nanoseconds);
  const fraction = String(whole % nanoseconds)
    .padStart(9, '0')
    .replace(/0{1,9}$/, '');
  const clock = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60];
  const shown = clock.map(twoDigits).join(':');
  return `${isoDate(year, month, day)}T${shown}${fraction === '' ? '' : `.${fraction}`}Z`;
}

function twoDigits(part: number | string): string {
  return String(part).padStart(2, '0');
}

function isoDate(year: string, month: string, day: string): string {
  return [year, month, day].map(twoDigits).join('-');
}

function isDate(year: string, month: string, day: string): boolean {
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  const isLeap = y % 4 === 0 && (y % 100 !== 0 || y % 400 === 0);
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][m - 1] ?? 0;
  return y > 0 && d > 0 && d <= days;
}
