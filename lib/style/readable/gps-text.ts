// The tags of the GPS IFD, and the place that they give, as texts for people.
import { GpsTag } from '../../tag/ids';
import type { Entries } from '../../tag/lookup';
import type { TagEntry } from '../../types';
import type { DerivedMembers } from '../derived/derive';
import { altitudeRefOf, clockSeconds, degreesOf, hemisphereOf } from '../derived/place';
import { isText, numberOf, numbersOf, textOf } from '../text/entry-value';
import { distanceUnits, gpsLetters, gpsWords, speedUnits } from './readable-words';
import { dateText, decimal } from './units';

const secondsOfDay = 86_400;
/** Tags whose value is an angle. */
const angles: readonly number[] = [GpsTag.GPSTrack, GpsTag.GPSImgDirection, GpsTag.GPSDestBearing];
/** Tag -> the tag that names its unit, and the names of the units. */
const units: ReadonlyMap<number, Readonly<{ refTag: number; names: ReadonlyMap<string, string> }>> = new Map([
  [GpsTag.GPSSpeed, { refTag: GpsTag.GPSSpeedRef, names: speedUnits }],
  [GpsTag.GPSDestDistance, { refTag: GpsTag.GPSDestDistanceRef, names: distanceUnits }],
]);

/** A coordinate: its tag, the tag that names its hemisphere, the letters of the hemispheres, and its greatest value in degrees. */
type Axis = Readonly<{ tag: number; refTag: number; letters: readonly [string, string]; most: number }>;

const north = ['N', 'S'] as const;
const east = ['E', 'W'] as const;

/** Every tag with degrees, minutes and seconds: where the picture was taken, and the place that it shows [EXIF 3.0 4.6.7]. */
const axes: ReadonlyMap<number, Axis> = new Map(
  [
    { tag: GpsTag.GPSLatitude, refTag: GpsTag.GPSLatitudeRef, letters: north, most: 90 },
    { tag: GpsTag.GPSLongitude, refTag: GpsTag.GPSLongitudeRef, letters: east, most: 180 },
    { tag: GpsTag.GPSDestLatitude, refTag: GpsTag.GPSDestLatitudeRef, letters: north, most: 90 },
    { tag: GpsTag.GPSDestLongitude, refTag: GpsTag.GPSDestLongitudeRef, letters: east, most: 180 },
  ].map((axis) => [axis.tag, axis]),
);

/**
 * The text of `entry`; empty for degrees out of range. null for a tag without a special form, which is shown like any other
 * value.
 */
export function gpsText(entry: TagEntry, entries: Entries): string | null {
  const { tag } = entry;
  const axis = axes.get(tag);
  if (axis !== undefined) return degreesText(entries, axis) ?? (isText(entry) ? null : '');
  const text = textOf(entry, entries.littleEndian);
  const letters = gpsLetters.get(tag);
  if (letters !== undefined) return letters.get(text) ?? null;
  if (tag === GpsTag.GPSDateStamp) return dateText(text) || null;
  if (tag === GpsTag.GPSTimeStamp) return timeText(clockSeconds(entry));
  if (tag === GpsTag.GPSVersionID) return numbersOf(entry, 4).join('.') || null;
  if (tag === GpsTag.GPSAltitudeRef) return gpsWords.get(tag)?.get(altitudeRefOf(entry) ?? -1) ?? null;
  const value = numberOf(entry);
  return value === null ? null : measureText(tag, value, entries);
}

function measureText(tag: number, value: number, entries: Entries): string | null {
  if (tag === GpsTag.GPSAltitude) return altitudeText(value, altitudeRefOf(entries.at('GPS', GpsTag.GPSAltitudeRef)));
  if (tag === GpsTag.GPSHPositioningError) return `${decimal(value, 2)} m`;
  if (angles.includes(tag)) return `${decimal(value, 2)}°`;
  const unit = units.get(tag);
  if (unit === undefined) return gpsWords.get(tag)?.get(value) ?? null;
  const name = unit.names.get(textOf(entries.at('GPS', unit.refTag), entries.littleEndian));
  return name === undefined ? decimal(value, 2) : `${decimal(value, 2)} ${name}`;
}

/** `34.1 m`, `34.1 m below sea level`. Some programs write a negative altitude and no reference. */
function altitudeText(value: number, reference: number | null): string {
  const below = reference === 1 || reference === 3 || value < 0;
  const shown = decimal(Math.abs(value), 1);
  return below && shown !== '0' ? `${shown} m below sea level` : `${shown} m`;
}

/** `18:42:09 UTC`. Seconds are cut to hundredths, because rounded they could be 60. null when it is not a time of day. */
function timeText(seconds: number | null): string | null {
  if (seconds === null || seconds >= secondsOfDay) return null;
  // A value just below a hundredth because of binary fractions counts as that hundredth.
  const hundredths = Math.floor(seconds * 100 + 1e-6);
  const clock = [Math.floor(hundredths / 360_000), Math.floor(hundredths / 6000) % 60, (hundredths % 6000) / 100];
  return `${clock.map((part) => decimal(part, 2).replace(/^\d(?!\d)/, '0$&')).join(':')} UTC`;
}

/**
 * `31.2093 N`, exact to about 10 m; without the letter if none is stored; null when it cannot be a coordinate. Minutes and
 * seconds may be missing or 0/0, because some programs write all decimals into the degrees.
 */
function degreesText(entries: Entries, { tag, refTag, letters, most }: Axis): string | null {
  const entry = entries.at('GPS', tag);
  const size = degreesOf(entry);
  if (size === null || size < 0 || size > most) return null;
  const side = letters.indexOf(hemisphereOf(entries.at('GPS', refTag), entry));
  const shown = size.toFixed(4);
  return side < 0 ? shown : `${shown} ${letters[side]}`;
}

/** The place of a picture, such as `31.2093 N, 121.4737 E`; null when the tags do not give one with its hemispheres. */
export function positionText({ latitude, longitude }: DerivedMembers): string | null {
  if (latitude === undefined || longitude === undefined) return null;
  const sides = [
    [latitude, north],
    [longitude, east],
  ] as const;
  return sides
    .map(([degrees, letters]) => `${Math.abs(degrees).toFixed(4)} ${letters[degrees < 0 ? 1 : 0]}`)
    .join(', ');
}
