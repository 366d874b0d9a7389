// What follows from the tags: numbers and texts that need no knowledge of EXIF.
import { orientationOf } from '../../tag/orientation';
import type { ExifRecord, Shows, TagEntry } from '../../types';
import { showsAll } from '../only';
import { isoDateTime } from './date-time';
import { type Exposure, exposureOf, isoQualifiers } from './exposure';
import { digitsIn, type FirstTags, firstTags, textIn } from './first-tags';
import { hemispheres, type Place, placeOf } from './place';

/** Every member that the tags (or the container) give; null in none. Units: docs/schema/typed.schema.json. */
export type Derived = Readonly<{ [Member in keyof AllDerived]?: NonNullable<AllDerived[Member]> }>;

type AllDerived = Place & Exposure & Times & Upright;
type Times = Readonly<{ dateTimeOriginal: string | null; dateTimeDigitized: string | null; dateTime: string | null }>;
type Upright = Readonly<{ width: number | null; height: number | null; orientation: number | null }>;

/** Containers that turn their image themselves: the tag is left over from the camera and turns nothing [ISO 23008-12; ISO 18181-2]. */
const turnsItself: ReadonlySet<string> = new Set(['heif', 'jxl']);

/** Tag -> tags without which it gives no member. */
const qualifiers: ReadonlyMap<number, readonly number[]> = new Map([...hemispheres, ...isoQualifiers]);

/**
 * What the tags of IFD0, Exif and GPS make, the first of a tag; only members that there are. Where `shows` leaves tags out,
 * the members that the others give, with the values that all of them give: an altitude below the sea stays there.
 */
export function derive(record: ExifRecord, shows: Shows = showsAll): Derived {
  const all = deriveAll(record, record.document?.entries ?? []);
  const kept = shows === showsAll ? all : deriveAll(record, withQualifiers(record.document?.entries ?? [], shows));
  return Object.fromEntries(
    Object.entries(all).filter(([name, value]) => value !== null && kept[name as keyof AllDerived] !== null),
  );
}

function deriveAll(record: ExifRecord, entries: readonly TagEntry[]): AllDerived {
  const tags = firstTags(entries);
  return { ...placeOf(tags), ...timesOf(tags), ...uprightOf(record, tags), ...exposureOf(tags) };
}

/** The entries that are shown, and those that tell what these mean. */
function withQualifiers(entries: readonly TagEntry[], shows: Shows): readonly TagEntry[] {
  const shown = new Set(entries.filter(shows));
  const needed = new Set([...shown].flatMap(({ tag }) => qualifiers.get(tag) ?? []));
  return entries.filter((entry) => shown.has(entry) || needed.has(entry.tag));
}

function timesOf({ image }: FirstTags): Times {
  const at = (time: number, subSec: number, offset: number): string | null =>
    isoDateTime({ time: textIn(image(time)), subSec: digitsIn(image(subSec)), offset: textIn(image(offset)) });
  return {
    dateTimeOriginal: at(0x9003, 0x9291, 0x9011),
    dateTimeDigitized: at(0x9004, 0x9292, 0x9012),
    dateTime: at(0x0132, 0x9290, 0x9010),
  };
}

/** The size as it is to be seen, and the orientation that makes it so; 5 to 8 swap the sides. */
function uprightOf({ container, shape }: ExifRecord, { image }: FirstTags): Upright {
  const orientation = shape.orientation ?? (turnsItself.has(container) ? null : orientationOf(image(0x0112)));
  const swapped = orientation !== null && orientation > 4;
  return {
    width: swapped ? shape.height : shape.width,
    height: swapped ? shape.width : shape.height,
    orientation,
  };
}
