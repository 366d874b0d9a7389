// Values that follow from several tags: numbers and texts whose reader needs no knowledge of EXIF.
import { Tag } from '../../tag/ids';
import { type Entries, indexEntries } from '../../tag/lookup';
import { orientationOf } from '../../tag/orientation';
import type { ExifRecord, Shows, TagEntry } from '../../types';
import { showsAll } from '../only';
import { isoDateTime } from './date-time';
import { type Exposure, exposureOf, isoQualifiers } from './exposure';
import { type GpsPosition, hemispheres, placeOf } from './place';
import { statedDigits, statedText } from './stated';

/** The members that the tags (or the container) give; no member is null. Units: docs/schema/typed.schema.json. */
export type Derived = Readonly<{ [Member in keyof AllDerived]?: NonNullable<AllDerived[Member]> }>;

type AllDerived = GpsPosition & Exposure & Times & Upright;
type Times = Readonly<{ dateTimeOriginal: string | null; dateTimeDigitized: string | null; dateTime: string | null }>;
type Upright = Readonly<{ width: number | null; height: number | null; orientation: number | null }>;

/** Containers whose decoders turn the image: the tag is left over from the camera and turns nothing [ISO 23008-12; ISO 18181-2]. */
const turnsItself: ReadonlySet<string> = new Set(['heif', 'jxl']);

/** Tag -> tags that its member depends on. */
const qualifiers: ReadonlyMap<number, readonly number[]> = new Map([...hemispheres, ...isoQualifiers]);

/**
 * The members that the tags of IFD0, the Exif and the GPS IFD give. Where `shows` leaves tags out, only members that the other
 * tags give are there, but their values still come from all tags: an altitude below the sea stays below the sea without
 * GPSAltitudeRef.
 */
export function derive(record: ExifRecord, shows: Shows = showsAll): Derived {
  const entries = record.document?.entries ?? [];
  const all = deriveAll(record, entries);
  const kept = shows === showsAll ? all : deriveAll(record, withQualifiers(entries, shows));
  return Object.fromEntries(
    Object.entries(all).filter(([name, value]) => value !== null && kept[name as keyof AllDerived] !== null),
  );
}

function deriveAll(record: ExifRecord, entries: readonly TagEntry[]): AllDerived {
  const tags = indexEntries({ entries, littleEndian: record.document?.littleEndian ?? false });
  return { ...placeOf(tags), ...timesOf(tags), ...uprightOf(record, tags), ...exposureOf(tags) };
}

/** The entries that are shown, and those that their meaning depends on. */
function withQualifiers(entries: readonly TagEntry[], shows: Shows): readonly TagEntry[] {
  const shown = new Set(entries.filter(shows));
  const needed = new Set([...shown].flatMap(({ tag }) => qualifiers.get(tag) ?? []));
  return entries.filter((entry) => shown.has(entry) || needed.has(entry.tag));
}

function timesOf({ image }: Entries): Times {
  const at = (time: number, subSec: number, offset: number): string | null =>
    isoDateTime({
      time: statedText(image(time)),
      subSec: statedDigits(image(subSec)),
      offset: statedText(image(offset)),
    });
  return {
    dateTimeOriginal: at(Tag.DateTimeOriginal, Tag.SubSecTimeOriginal, Tag.OffsetTimeOriginal),
    dateTimeDigitized: at(Tag.DateTimeDigitized, Tag.SubSecTimeDigitized, Tag.OffsetTimeDigitized),
    dateTime: at(Tag.DateTime, Tag.SubSecTime, Tag.OffsetTime),
  };
}

/** The size of the upright image, and the orientation that turns the coded image upright; 5 to 8 swap the sides. */
function uprightOf({ container, shape }: ExifRecord, { image }: Entries): Upright {
  const orientation = shape.orientation ?? (turnsItself.has(container) ? null : orientationOf(image(Tag.Orientation)));
  const swapped = orientation !== null && orientation > 4;
  return {
    width: swapped ? shape.height : shape.width,
    height: swapped ? shape.width : shape.height,
    orientation,
  };
}
