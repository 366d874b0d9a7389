// Finds the GPS IFDs of a stream. A pointer of another kind may lead to one first, or alone. Its tags still are about the place,
// and EXIF_DROP=gps must find them.
import { GpsTag, Tag } from '../tag/ids';
import type { IfdPath, TagEntry } from '../types';
import { tagTypes } from './type';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** An IFD that was read or is to be read, and its entries so far. `isPointedAt`: a GPS pointer leads to it after another one did. */
export type FoundIfd = { readonly path: IfdPath; readonly entries: Mutable<TagEntry>[]; isPointedAt: boolean };

/** The greatest number of a GPS tag [EXIF 3.0 4.6.7]. */
const lastGpsTag = GpsTag.GPSHPositioningError;

/**
 * Sets the path `GPS` in the entries of each GPS IFD that was read under another path: in all of them, but where most have
 * numbers that no GPS tag has, only in those that have such a number.
 */
export function nameGpsEntries(ifds: Iterable<FoundIfd>): void {
  for (const ifd of ifds) {
    if (!(ifd.isPointedAt ? isGpsIfPointedAt(ifd) : isGpsByContent(ifd))) continue;
    const numbers = ifd.entries.filter(isGpsNumber);
    const isWhole = ifd.isPointedAt || 2 * numbers.length > ifd.entries.length;
    for (const entry of isWhole ? ifd.entries : numbers) entry.ifd = 'GPS';
  }
}

function isGpsNumber({ tag }: TagEntry): boolean {
  return tag <= lastGpsTag;
}

/** Whether an IFD that a GPS pointer leads to has tags of one: a wrong pointer may lead to IFD0 or the Exif IFD. */
function isGpsIfPointedAt({ entries }: FoundIfd): boolean {
  return entries.some((entry) => isGpsNumber(entry) && entry.tag !== Tag.ProcessingSoftware);
}

/** Whether an IFD that some pointer leads to has coordinates, though no GPS pointer does. */
function isGpsByContent({ path, entries }: FoundIfd): boolean {
  if (path === 'IFD0' || path === 'Raw') return false;
  return entries.some((entry) => isCoordinate(entry) || (path === 'Interop' && isForeignToInterop(entry)));
}

/**
 * GPSLatitude or GPSLongitude: no tag of an image IFD has such a number and fractions, or degrees, minutes and seconds as whole
 * numbers, or a text. The Interoperability IFD has a tag 2 of four bytes, its version.
 */
function isCoordinate({ ifd, tag, type, count }: TagEntry): boolean {
  if (tag !== GpsTag.GPSLatitude && tag !== GpsTag.GPSLongitude) return false;
  const kind = tagTypes.get(type)?.kind ?? '';
  if (['rational', 'signed-rational', 'float'].includes(kind)) return true;
  return kind === 'bytes' ? ifd !== 'Interop' && count > 4 : count === 3;
}

/** A number of a GPS tag that the Interoperability IFD does not have: that has 1 and 2 [EXIF 3.0 4.6.8]. */
function isForeignToInterop(entry: TagEntry): boolean {
  return isGpsNumber(entry) && entry.tag !== 1 && entry.tag !== 2;
}
