// The place and time of an image, from its GPS IFD [EXIF 3.0 4.6.7].
import { GpsTag } from '../../tag/ids';
import type { Entries } from '../../tag/lookup';
import type { Rational, TagEntry } from '../../types';
import { isoGpsTime } from './date-time';
import { quotient, statedLetter, statedNumber, statedParts, statedText } from './stated';

/**
 * Decimal degrees, positive for north and east; metres, negative below sea level (or the ellipsoid); time in UTC. null = not
 * stated.
 */
export type GpsPosition = Readonly<{
  latitude: number | null;
  longitude: number | null;
  altitude: number | null;
  gpsDateTime: string | null;
}>;

/** Coordinate -> the tag that names its hemisphere. Without it, the place could be on the other side of the world. */
export const hemispheres: ReadonlyMap<number, readonly number[]> = new Map([
  [GpsTag.GPSLatitude, [GpsTag.GPSLatitudeRef]],
  [GpsTag.GPSLongitude, [GpsTag.GPSLongitudeRef]],
]);

/** The place and time. Only the first entry of each tag of the GPS IFD is used. */
export function placeOf({ at }: Entries): GpsPosition {
  const gps = (tag: number): TagEntry | undefined => at('GPS', tag);
  const degrees = (tag: number, refTag: number, signs: string, limit: number): number | null => {
    const sign = signs.indexOf(hemisphereOf(gps(refTag), gps(tag)) || ' ');
    const size = degreesOf(gps(tag));
    if (sign < 0 || size === null || size < 0 || size > limit) return null;
    return sign === 0 || size === 0 ? size : -size;
  };
  return {
    latitude: degrees(GpsTag.GPSLatitude, GpsTag.GPSLatitudeRef, 'NS', 90),
    longitude: degrees(GpsTag.GPSLongitude, GpsTag.GPSLongitudeRef, 'EW', 180),
    altitude: altitudeOf(gps(GpsTag.GPSAltitude), gps(GpsTag.GPSAltitudeRef)),
    gpsDateTime: isoGpsTime(dateStampOf(gps(GpsTag.GPSDateStamp)), clockSeconds(gps(GpsTag.GPSTimeStamp))),
  };
}

/**
 * Degrees, minutes and seconds as one number. Missing minutes and seconds, and those of 0/0, count as zero. null for degrees of
 * 0/0, and for any other division by zero.
 */
export function degreesOf(entry: TagEntry | undefined): number | null {
  const [degrees, minutes = 0, seconds = 0] = statedParts(entry);
  const [d, m, s] = [quotient(degrees), quotientOrNone(minutes), quotientOrNone(seconds)];
  if (d === null || m === null || s === null) return null;
  // In a text, digits after a comma may be decimals, as some countries write them.
  if (entry?.value instanceof Uint8Array && Math.max(m, s) >= 60) return null;
  return d + (m + s / 60) / 60;
}

/** Hours, minutes and seconds of GPSTimeStamp as seconds of a day; hours and minutes must be there. */
export function clockSeconds(entry: TagEntry | undefined): number | null {
  const [hours, minutes, seconds = 0] = statedParts(entry);
  const [h, m, s] = [quotient(hours), quotient(minutes), quotientOrNone(seconds)];
  if (h === null || m === null || s === null || h < 0 || m < 0 || s < 0) return null;
  return (h * 60 + m) * 60 + s;
}

function quotientOrNone(part: number | Rational): number | null {
  return typeof part !== 'number' && part[0] === 0 && part[1] === 0 ? 0 : quotient(part);
}

/** The letter of the hemisphere: from its tag, otherwise from the text of the coordinate; empty without one. */
export function hemisphereOf(ref: TagEntry | undefined, coordinate: TagEntry | undefined): string {
  const [, first = '', last = ''] = /^\s*([NSEW]?).*\d.*?([NSEW]?)\s*$/i.exec(statedText(coordinate) ?? '') ?? [];
  return statedLetter(ref) || (first || last).toUpperCase();
}

/** The text of GPSDateStamp. If it has three numbers, they are the year, month and day. */
function dateStampOf(entry: TagEntry | undefined): string | null {
  if (entry === undefined || entry.value instanceof Uint8Array) return statedText(entry);
  return statedParts(entry).slice(0, 3).map(quotient).join(':');
}

/**
 * Whether the altitude is negative: GPSAltitudeRef 1 and 3 mean below sea level or the ellipsoid. Without the tag it is above.
 */
function altitudeOf(altitude: TagEntry | undefined, reference: TagEntry | undefined): number | null {
  const size = statedNumber(altitude);
  const below = [1, 3].includes(altitudeRefOf(reference) ?? 0);
  return size !== null && below && size !== 0 ? -Math.abs(size) : size;
}

/** The number of GPSAltitudeRef, which may have any type, or be a digit or words in a text; null without one. */
export function altitudeRefOf(entry: TagEntry | undefined): number | null {
  if (!(entry?.value instanceof Uint8Array)) return statedNumber(entry);
  const text = (statedText(entry) ?? '').trim();
  if (/^\d+$/.test(text)) return Number(text);
  if (/^below/i.test(text)) return 1;
  return entry.value.find((byte) => byte !== 0) ?? 0;
}
