// Finds the GPS IFDs of a stream, also those to which only a pointer of another kind leads, or leads first. EXIF_DROP=gps must
// find their tags.
import { GpsTag, Tag } from '../tag/ids';
import type { IfdPath, TagEntry } from '../types';
import { tagTypes } from './type';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * An IFD that was read or will be read, and its entries so far. `isPointedAt`: a GPS pointer leads to it, but another pointer
 * led to it first.
 */
export type FoundIfd = { readonly path: IfdPath; readonly entries: Mutable<TagEntry>[]; isPointedAt: boolean };

/** The greatest number of a GPS tag [EXIF 3.0 4.6.7]. */
const lastGpsTag = GpsTag.GPSHPositioningError;

/**
 * Sets the path `GPS` in the entries of each GPS IFD that was read under another path. If most entries of an IFD have numbers
 * that no GPS tag has, only its other entries are changed.
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
 * GPSLatitude or GPSLongitude: in an image IFD, no tag with this number has fractions, a text, or three whole numbers. (The
 * Interoperability IFD has a tag 2, its version, with four bytes.)
 */
function isCoordinate({ ifd, tag, type, count }: TagEntry): boolean {
  if (tag !== GpsTag.GPSLatitude && tag !== GpsTag.GPSLongitude) return false;
  const kind = tagTypes.get(type)?.kind ?? '';
  if (['rational', 'signed-rational', 'float'].includes(kind)) return true;
  return kind === 'bytes' ? ifd !== 'Interop' && count > 4 : count === 3;
}

/** The number of a GPS tag that the Interoperability IFD does not have; it has only 1 and 2 [EXIF 3.0 4.6.8]. */
function isForeignToInterop(entry: TagEntry): boolean {
  return isGpsNumber(entry) && entry.tag !== 1 && entry.tag !== 2;
}
