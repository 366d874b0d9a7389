// The offset from UTC of the time when a picture was taken, and whether GPS time agrees with it.
import { remembering } from '../bytes/remember';
import type { GpsPosition } from '../style/derived/place';
import { Tag } from '../tag/ids';
import type { ExifRecord } from '../types';
import type { ZoneLookup } from './zones';

/** A time in ISO 8601, local when it has no offset, and the name of the property that it comes from. */
export type Taken = Readonly<{ value: string; source: string }>;

/** Where and when, by GPS. */
export type GpsFix = Partial<Pick<GpsPosition, 'latitude' | 'longitude' | 'gpsDateTime'>>;

/**
 * `offset` is `+02:00` or `Z`. `offsetSource` is the tag or property that states it, or `GPSPosition`. null = unknown. Warnings
 * are about the time, in plain English.
 */
export type Zone = Readonly<{ offset: string | null; offsetSource: string | null; warnings: readonly string[] }>;

const minute = 60_000;
const quarter = 15 * minute;
const hour = 60 * minute;
const day = 24 * hour;
/**
 * Milliseconds by which the clock of a camera may differ from GPS time. The position of a phone is often older than the
 * picture. In 66 real files, 60 differ by at most 42 s from a multiple of 15 minutes, the others by 84 s or more.
 */
const tolerance = minute;
/** The least and the greatest offset on earth. */
const [west, east] = [-12 * hour, 14 * hour];
const offsetAtEnd = /(?:Z|[+-]\d\d:\d\d)$/;

/** The tag with the offset of each time. */
const offsetTags: ReadonlyMap<string, readonly [name: string, tag: number]> = new Map([
  ['DateTimeOriginal', ['OffsetTimeOriginal', Tag.OffsetTimeOriginal]],
  ['DateTimeDigitized', ['OffsetTimeDigitized', Tag.OffsetTimeDigitized]],
  ['DateTime', ['OffsetTime', Tag.OffsetTime]],
]);
/** The times of the picture itself: GPS time is of the same moment. */
const pictureTimes = ['DateTimeOriginal', 'DateTimeDigitized'];

/** Whether `zoneOf` needs the map of time zones. */
export function needsZones({ value }: Taken, { latitude = null, longitude = null }: GpsFix): boolean {
  return latitude !== null && longitude !== null && !offsetAtEnd.test(value);
}

/**
 * The offset that is stated, otherwise the one at the position. `zones` may be null when it is not needed. A time of the picture
 * is compared with GPS time.
 */
export function zoneOf(record: ExifRecord, taken: Taken, fix: GpsFix, zones: ZoneLookup | null): Zone {
  const [stated = null] = offsetAtEnd.exec(taken.value) ?? [];
  const { latitude = null, longitude = null, gpsDateTime = null } = fix;
  const isAtPlace = stated === null && latitude !== null && longitude !== null && zones !== null;
  const offset = isAtPlace ? offsetAt(zones, latitude, longitude, taken.value) : stated;
  const offsetSource = stated === null ? (offset === null ? null : 'GPSPosition') : statedIn(record, taken.source);
  const isCompared = gpsDateTime !== null && pictureTimes.includes(taken.source);
  const warning = isCompared ? gpsTimeWarning(taken.value, gpsDateTime, offset) : null;
  return { offset, offsetSource, warnings: warning === null ? [] : [warning] };
}

/** The tag that states the offset of a time; the time itself when its own text does. */
function statedIn({ document }: ExifRecord, source: string): string {
  const [name, tag] = offsetTags.get(source) ?? [source, null];
  return document?.entries.some((entry) => entry.tag === tag) === true ? name : source;
}

/**
 * The offset from UTC at a place and a local time, with the rules of that year. Of an hour that occurs twice, it is the first; for
 * one that is skipped, it is the offset before. null on the open sea, where clocks do not follow the zones of the map: the most
 * frequent position there is 0, 0, of programs that have none.
 */
export function offsetAt(zones: ZoneLookup, latitude: number, longitude: number, localTime: string): string | null {
  const local = millisecondsOf(localTime);
  if (Number.isNaN(local) || !(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return null;
  const name = zones(latitude, longitude);
  const clock = name.startsWith('Etc/') ? null : clockOf(name);
  if (clock === null) return null;
  const [before, after] = [offsetOf(clock, local - day), offsetOf(clock, local + day)];
  const fits = (offset: number): boolean => offsetOf(clock, local - offset) === offset;
  const offset = !fits(before) && fits(after) ? after : before;
  return offset % minute === 0 ? offsetText(offset) : null;
}

/** Shows the offset of a zone; null for a zone that this system does not know. Making one takes ten times as long as using it. */
const clockOf = remembering(
  (timeZone): Intl.DateTimeFormat | null => {
    try {
      return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  },
  { texts: 16, length: 64 },
);

/** The offset in milliseconds at an instant. `GMT+05:30`, `GMT`, and before standard time `GMT-04:56:02`. */
function offsetOf(clock: Intl.DateTimeFormat, instant: number): number {
  const shown = clock.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign = '+', hours = 0, minutes = 0, seconds = 0] = /([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(shown) ?? [];
  const size = Number(hours) * hour + Number(minutes) * minute + Number(seconds) * 1000;
  return sign === '-' ? -size : size;
}

/**
 * A warning when the time of the camera and GPS time differ by what is not a time zone, or by another one than `offset`; null
 * without such a difference, or when one of the times is invalid.
 */
export function gpsTimeWarning(localTime: string, gpsTime: string, offset: string | null): string | null {
  const difference = millisecondsOf(localTime) - millisecondsOf(gpsTime);
  if (Number.isNaN(difference)) return null;
  const nearest = Math.round(difference / quarter) * quarter;
  const between = `The local time and GPS time differ by ${spanText(difference)}`;
  if (nearest < west || nearest > east) return `${between}: more than any time zone.`;
  if (Math.abs(difference - nearest) > tolerance) return `${between}: not a multiple of 15 minutes.`;
  if (offset === null || millisecondsOfOffset(offset) === nearest) return null;
  return `GPS time gives the offset ${offsetText(nearest)}, but the offset of the local time is ${offset}.`;
}

/** The clock time of an ISO 8601 text as if it were UTC, without its offset; NaN for an invalid one. */
function millisecondsOf(time: string): number {
  return Date.parse(`${time.replace(offsetAtEnd, '').replace(/(\.\d{3})\d+$/, '$1')}Z`);
}

/** `Z` is 0. */
function millisecondsOfOffset(offset: string): number {
  const size = Number(offset.slice(1, 3)) * hour + Number(offset.slice(4)) * minute;
  return offset.startsWith('-') ? -size : size;
}

function offsetText(offset: number): string {
  const minutes = Math.abs(offset) / minute;
  const parts = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'));
  return `${offset < 0 ? '-' : '+'}${parts.join(':')}`;
}

/** `1 h 1 min 24 s`, without parts that are 0. */
function spanText(difference: number): string {
  const seconds = Math.round(Math.abs(difference) / 1000);
  const parts = [`${Math.floor(seconds / 3600)} h`, `${Math.floor(seconds / 60) % 60} min`, `${seconds % 60} s`].filter(
    (part) => !part.startsWith('0 '),
  );
  return parts.length === 0 ? '0 s' : parts.join(' ');
}
