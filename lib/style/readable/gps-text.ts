// One tag of the GPS IFD as a photographer reads it.
import type { TagEntry } from '../../types';
import { type Entries, numberOf, numbersOf, textOf } from '../text/entry-value';
import { axes, degreesText } from './position';
import { distanceUnits, gpsLetters, gpsWords, speedUnits } from './readable-words';
import { dateText, decimal } from './units';

const versionId = 0x00;
const altitude = 0x06;
const timeStamp = 0x07;
const dateStamp = 0x1d;
const metres = 0x1f;
/** Tags that hold an angle, and those that hold a number of the unit that the tag before names. */
const angles = [0x0f, 0x11, 0x18];
const units = new Map([
  [0x0d, speedUnits],
  [0x1a, distanceUnits],
]);

/** The text of `entry`; null where it says nothing that is the tag's own, and is then to be shown as any other value. */
export function gpsText(entry: TagEntry, entries: Entries): string | null {
  const { tag } = entry;
  const axis = axes.get(tag);
  if (axis !== undefined) return degreesText(entries, axis);
  const text = textOf(entry, entries.littleEndian);
  const letters = gpsLetters.get(tag);
  if (letters !== undefined) return letters.get(text) ?? null;
  if (tag === dateStamp) return dateText(text) || null;
  if (tag === timeStamp) return timeText(numbersOf(entry, 3));
  if (tag === versionId) return numbersOf(entry, 4).join('.') || null;
  const value = numberOf(entry);
  return value === null ? null : measureText(tag, value, entries);
}

function measureText(tag: number, value: number, entries: Entries): string | null {
  if (tag === altitude) return altitudeText(value, numberOf(entries.at('GPS', altitude - 1)));
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

/** `18:42:09 UTC`. */
function timeText(parts: readonly (number | null)[]): string | null {
  const texts = parts.map((part, index) =>
    part !== null && part >= 0 && part < 100 ? decimal(part, index < 2 ? 0 : 2) : '',
  );
  if (texts.length < 3 || texts.includes('')) return null;
  return `${texts.map((text) => text.replace(/^\d(?!\d)/, '0$&')).join(':')} UTC`;
}
