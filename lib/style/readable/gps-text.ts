// One tag of the GPS IFD as a photographer reads it.
import type { TagEntry } from '../../types';
import { type Entries, isText, numberOf, numbersOf, textOf } from '../text/entry-value';
import { altitudeRefOf, clockSeconds } from '../typed/place';
import { axes, degreesText } from './position';
import { distanceUnits, gpsLetters, gpsWords, speedUnits } from './readable-words';
import { dateText, decimal } from './units';

const versionId = 0x00;
const altitudeRef = 0x05;
const altitude = 0x06;
const timeStamp = 0x07;
const dateStamp = 0x1d;
const metres = 0x1f;
const secondsOfDay = 86_400;
/** Tags that hold an angle, and those that hold a number of the unit that the tag before names. */
const angles = [0x0f, 0x11, 0x18];
const units = new Map([
  [0x0d, speedUnits],
  [0x1a, distanceUnits],
]);

/**
 * The text of `entry`, empty for degrees that are no place; null where it says nothing that is the tag's own, and is then to
 * be shown as any other value.
 */
export function gpsText(entry: TagEntry, entries: Entries): string | null {
  const { tag } = entry;
  const axis = axes.get(tag);
  if (axis !== undefined) return degreesText(entries, axis) ?? (isText(entry) ? null : '');
  const text = textOf(entry, entries.littleEndian);
  const letters = gpsLetters.get(tag);
  if (letters !== undefined) return letters.get(text) ?? null;
  if (tag === dateStamp) return dateText(text) || null;
  if (tag === timeStamp) return timeText(clockSeconds(entry));
  if (tag === versionId) return numbersOf(entry, 4).join('.') || null;
  if (tag === altitudeRef) return gpsWords.get(tag)?.get(altitudeRefOf(entry) ?? -1) ?? null;
  const value = numberOf(entry);
  return value === null ? null : measureText(tag, value, entries);
}

function measureText(tag: number, value: number, entries: Entries): string | null {
  if (tag === altitude) return altitudeText(value, altitudeRefOf(entries.at('GPS', altitudeRef)));
  if (tag === metres) return `${decimal(value, 2)} m`;
  if (angles.includes(tag)) return `${decimal(value, 2)}°`;
  const names = units.get(tag);
  if (names === undefined) return gpsWords.get(tag)?.get(value) ?? null;
  const name = names.get(textOf(entries.at('GPS', tag - 1), entries.littleEndian));
  return name === undefined ? decimal(value, 2) : `${decimal(value, 2)} ${name}`;
}

/** `34.1 m`, `34.1 m below sea level`. Some programs write a negative altitude and no reference. */
function altitudeText(value: number, reference: number | null): string {
  const below = reference === 1 || reference === 3 || value < 0;
  const shown = decimal(Math.abs(value), 1);
  return below && shown !== '0' ? `${shown} m below sea level` : `${shown} m`;
}

/** `18:42:09 UTC`, seconds cut to hundredths: rounded they could be 60. Null for what is no time of a day. */
function timeText(seconds: number | null): string | null {
  if (seconds === null || seconds >= secondsOfDay) return null;
  // What is a hair below a hundredth only by binary fractions counts as that hundredth.
  const hundredths = Math.floor(seconds * 100 + 1e-6);
  const clock = [Math.floor(hundredths / 360_000), Math.floor(hundredths / 6000) % 60, (hundredths % 6000) / 100];
  return `${clock.map((part) => decimal(part, 2).replace(/^\d(?!\d)/, '0$&')).join(':')} UTC`;
}
