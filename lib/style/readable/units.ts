// Numbers and dates as texts for people.
import { isoDateTime } from '../derived/date-time';

/** `value` with at most `digits` decimals, without trailing zeros; very large values have six significant digits. */
export function decimal(value: number, digits: number): string {
  const size = Math.abs(value);
  if (size >= 1e15 || (size > 0 && size < 0.5 * 10 ** -digits)) return String(Number(value.toPrecision(6)));
  const text = value.toFixed(digits);
  const trimmed = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return trimmed === '-0' ? '0' : trimmed;
}

/** No shutter is faster than this. An APEX value out of range would give such a time. */
const shortestExposure = 1e-7;
/** Seconds from which a time is written in decimals: cameras show 0.3 s, but 1/4 s. */
const firstDecimal = 0.26;

/** `1/50 s`, `0.8 s`, `2 s`; null when it cannot be an exposure time. */
export function exposureText(seconds: number): string | null {
  if (seconds < 0 || (seconds > 0 && seconds < shortestExposure)) return null;
  if (seconds === 0 || seconds >= firstDecimal) return `${decimal(seconds, 1)} s`;
  return `1/${Math.round(1 / seconds)} s`;
}

/** `f/2.8`; null when it cannot be an f-number. */
export function apertureText(fNumber: number, digits = 2): string | null {
  return fNumber > 0 && fNumber < 10_000 ? `f/${decimal(fNumber, digits)}` : null;
}

/** The f-number of an aperture in APEX units [EXIF 3.0 annex C]. */
export function apexAperture(value: number): string | null {
  return apertureText(2 ** (value / 2), 1);
}

/** The exposure time of a shutter speed in APEX units [EXIF 3.0 annex C]. */
export function apexExposure(value: number): string | null {
  return Math.abs(value) < 64 ? exposureText(2 ** -value) : null;
}

/** `+0.33 EV`, `0 EV`, `-1 EV`. */
export function biasText(value: number): string {
  const text = decimal(value, 2);
  return `${value > 0 && text !== '0' ? '+' : ''}${text} EV`;
}

/** `24-105 mm f/4`, `50 mm f/1.4`, from the shortest and the longest focal length and the f-numbers at both; null = unknown. */
export function lensText([shortest, longest, wide, tele]: readonly (number | null | undefined)[]): string | null {
  const range = (from: number | null | undefined, to: number | null | undefined): string | null => {
    const ends = [from, to].filter((end): end is number => typeof end === 'number' && end > 0);
    return ends.length === 0 ? null : [...new Set(ends.map((end) => decimal(end, 2)))].join('-');
  };
  const lengths = range(shortest, longest);
  const stops = range(wide, tele);
  if (lengths === null) return null;
  return stops === null ? `${lengths} mm` : `${lengths} mm f/${stops}`;
}

/**
 * `2024-05-01 12:00:00` from the text of a date tag. Other text stays as it is. Empty when it has only zeros, blanks and
 * separators.
 */
export function dateText(text: string): string {
  const iso = isoDateTime({ time: text, subSec: null, offset: null });
  if (iso !== null) return iso.replace('T', ' ');
  const [, year = '', month = '', day = '', time = ''] = /^(\d{4})[:-](\d\d)[:-](\d\d)(?: (.*))?$/.exec(text) ?? [];
  if (/^[0\s:-]*$/.test(text)) return '';
  return year === '' ? text : `${year}-${month}-${day}${time === '' ? '' : ` ${time}`}`;
}
