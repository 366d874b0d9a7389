// Where and when the GPS IFD says an image was made [EXIF 3.0 4.6.7].
import type { Rational, TagEntry } from '../../types';
import { isoGpsTime } from './date-time';
import { type FirstTags, letterIn, numberOf, partsOf, quotient, textIn } from './first-tags';

/** Decimal degrees, north and east positive; metres above sea level (or the ellipsoid), below negative; UTC. Null: not stated. */
export type Place = Readonly<{
  latitude: number | null;
  longitude: number | null;
  altitude: number | null;
  gpsDateTime: string | null;
}>;

/** GPSLatitude, GPSLongitude -> the tag that names their hemisphere, without which they could be on the other side of the world. */
export const hemispheres: ReadonlyMap<number, readonly number[]> = new Map([
  [0x0002, [0x0001]],
  [0x0004, [0x0003]],
]);

/** What the tags of the GPS IFD make, the first of a tag. */
export function placeOf({ gps }: FirstTags): Place {
  const degrees = (tag: number, signs: string, limit: number): number | null => {
    const sign = signs.indexOf(hemisphereOf(gps(tag - 1), gps(tag)) || ' ');
    const size = degreesOf(gps(tag));
    if (sign < 0 || size === null || size < 0 || size > limit) return null;
    return sign === 0 || size === 0 ? size : -size;
  };
  return {
    latitude: degrees(0x0002, 'NS', 90),
    longitude: degrees(0x0004, 'EW', 180),
    altitude: altitudeOf(gps),
    gpsDateTime: isoGpsTime(dateStampOf(gps(0x001d)), clockSeconds(gps(0x0007))),
  };
}

/**
 * Degrees, minutes and seconds as one number. Minutes and seconds that are absent or 0/0 are zero; any other quotient by
 * zero, and degrees of 0/0, make it null.
 */
export function degreesOf(entry: TagEntry | undefined): number | null {
  const [degrees, minutes = 0, seconds = 0] = partsOf(entry);
  const [d, m, s] = [quotient(degrees), quotientOrNone(minutes), quotientOrNone(seconds)];
  if (d === null || m === null || s === null) return null;
  // What a text has after a comma may be the decimals of another country.
  if (entry?.value instanceof Uint8Array && Math.max(m, s) >= 60) return null;
  return d + (m + s / 60) / 60;
}

/** Hours, minutes and seconds of GPSTimeStamp as seconds of a day; hours and minutes must be there. */
export function clockSeconds(entry: TagEntry | undefined): number | null {
  const [hours, minutes, seconds = 0] = partsOf(entry);
  const [h, m, s] = [quotient(hours), quotient(minutes), quotientOrNone(seconds)];
  if (h === null || m === null || s === null || h < 0 || m < 0 || s < 0) return null;
  return (h * 60 + m) * 60 + s;
}

function quotientOrNone(part: number | Rational): number | null {
  return typeof part !== 'number' && part[0] === 0 && part[1] === 0 ? 0 : quotient(part);
}

/** The letter of the tag that names the hemisphere, else of a coordinate that is stored as text; empty without one. */
export function hemisphereOf(ref: TagEntry | undefined, coordinate: TagEntry | undefined): string {
  const [, first = '', last = ''] = /^\s*([NSEW]?).*\d.*?([NSEW]?)\s*$/i.exec(textIn(coordinate) ?? '') ?? [];
  return letterIn(ref) || (first || last).toUpperCase();
}

/** GPSDateStamp as text, or the year, month and day that its numbers are. */
function dateStampOf(entry: TagEntry | undefined): string | null {
  if (entry === undefined || entry.value instanceof Uint8Array) return textIn(entry);
  return partsOf(entry).slice(0, 3).map(quotient).join(':');
}

/** GPSAltitudeRef 1 and 3 are below the sea or the ellipsoid; without it: above the sea. */
function altitudeOf(gps: FirstTags['gps']): number | null {
  const size = numberOf(gps(0x0006));
  const below = [1, 3].includes(altitudeRefOf(gps(0x0005)) ?? 0);
  return size !== null && below && size !== 0 ? -Math.abs(size) : size;
}

/** The number of GPSAltitudeRef: of any type, or as a digit or words in a text; null without one. */
export function altitudeRefOf(entry: TagEntry | undefined): number | null {
  if (!(entry?.value instanceof Uint8Array)) return numberOf(entry);
  const text = (textIn(entry) ?? '').trim();
  if (/^\d+$/.test(text)) return Number(text);
  if (/^below/i.test(text)) return 1;
  return entry.value.find((byte) => byte !== 0) ?? 0;
}
