// Times of videos as ISO 8601.

/** Seconds from 1904-01-01, where QuickTime counts from, to 1970-01-01. */
const macEpoch = 2_082_844_800;
/** Seconds of the year 10000: ISO 8601 writes later years in another way. */
const maxSeconds = 253_402_300_800;

/**
 * UTC of a count of seconds since 1904; null for 0. Some programs count from 1970: a value before that year in the count from
 * 1904 is taken for theirs.
 */
export function macTime(seconds: number | null): string | null {
  if (seconds === null || seconds === 0) return null;
  return utc(seconds < macEpoch ? seconds : seconds - macEpoch);
}

/** UTC of seconds since 1970; null outside the years 1 to 9999. */
export function utc(seconds: number): string | null {
  if (!(seconds > -62_135_596_800 && seconds < maxSeconds)) return null;
  return `${new Date(Math.floor(seconds) * 1000).toISOString().slice(0, 19)}Z`;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * A time that a camera wrote as a text: `2026-06-01T12:34:56+0200`, `2026:06:01 12:34:56`, `2005/ 6/ 1 10:20:30`, or
 * `Mon Jun  1 12:34:56 2026` (AVI). null for a date without a time of day, and for what is not a date.
 */
export function readTime(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed.length > 64) return null;
  const iso =
    /^(\d{4})[-:/] ?(\d{1,2})[-:/] ?(\d{1,2})[T ] ?(\d{1,2}):(\d{2}):(\d{2})(?:\.\d{1,9})? ?(Z|UTC|[+-]\d{2}:?\d{2})?$/.exec(
      trimmed,
    );
  if (iso !== null) return isoOf(iso.slice(1, 7).map(Number), iso[7] ?? '');
  const words = /^(?:[a-z]{3},? )?([a-z]{3}) +(\d{1,2}) +(\d{1,2}):(\d{2}):(\d{2}) +(\d{4})$/i.exec(trimmed);
  if (words === null) return null;
  const month = months.indexOf((words[1] ?? '').toLowerCase()) + 1;
  const [day = 0, hour = 0, minute = 0, second = 0, year = 0] = words.slice(2).map(Number);
  return isoOf([year, month, day, hour, minute, second], '');
}

function isoOf(parts: readonly number[], zone: string): string | null {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const isTime = hour < 24 && minute < 60 && second < 61;
  if (year === 0 || month < 1 || month > 12 || day < 1 || day > 31 || !isTime) return null;
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
  return `${date}T${two(hour)}:${two(minute)}:${two(second)}${offsetOf(zone)}`;
}

function offsetOf(zone: string): string {
  if (zone === 'Z' || zone === 'UTC') return 'Z';
  return zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
}
