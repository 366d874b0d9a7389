// Values that are computed from several tags, in a form that a program can use without knowledge of EXIF.
import { Tag } from '../../tag/ids';
import { type Entries, indexEntries } from '../../tag/lookup';
import { orientationOf } from '../../tag/orientation';
import type { ExifRecord, TagEntry, TagFilter } from '../../types';
import { showsAll } from '../only';
import { isoDateTime } from './date-time';
import { type Exposure, exposureOf, isoQualifiers } from './exposure';
import { type GpsPosition, hemispheres, placeOf } from './place';
import { statedDigits, statedText } from './stated';

/**
 * The members that the tags (or the container) give. A member without a value is absent, never null. Units:
 * docs/schema/typed.schema.json.
 */
export type DerivedMembers = Readonly<{ [Member in keyof NullableMembers]?: NonNullable<NullableMembers[Member]> }>;

type NullableMembers = GpsPosition & Exposure & Times & UprightSize;
type Times = Readonly<{ dateTimeOriginal: string | null; dateTimeDigitized: string | null; dateTime: string | null }>;
type UprightSize = Readonly<{ width: number | null; height: number | null; orientation: number | null }>;

/**
 * Containers that state the orientation themselves. Their decoders ignore the EXIF orientation, which the camera wrote [ISO
 * 23008-12; ISO 18181-2].
 */
const turnsItself: ReadonlySet<string> = new Set(['heif', 'jxl']);

/** Tag -> the other tags that are needed to compute its member. */
const qualifiers: ReadonlyMap<number, readonly number[]> = new Map([...hemispheres, ...isoQualifiers]);

/**
 * The members that the tags of IFD0, the Exif IFD and the GPS IFD give. `shows` selects the tags that may give a member, but
 * the value of a member is still computed from all tags: an altitude below sea level stays negative without GPSAltitudeRef.
 */
export function derive(record: ExifRecord, shows: TagFilter = showsAll): DerivedMembers {
  const entries = record.document?.entries ?? [];
  const all = deriveAll(record, entries);
  const kept = shows === showsAll ? all : deriveAll(record, withQualifiers(entries, shows));
  return Object.fromEntries(
    Object.entries(all).filter(([name, value]) => value !== null && kept[name as keyof NullableMembers] !== null),
  );
}

function deriveAll(record: ExifRecord, entries: readonly TagEntry[]): NullableMembers {
  const tags = indexEntries({ entries, littleEndian: record.document?.littleEndian ?? false });
  return { ...placeOf(tags), ...timesOf(tags), ...uprightOf(record, tags), ...exposureOf(tags) };
}

/** The entries that are shown, and the entries that their meaning depends on. */
function withQualifiers(entries: readonly TagEntry[], shows: TagFilter): readonly TagEntry[] {
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
function uprightOf({ container, shape }: ExifRecord, { image }: Entries): UprightSize {
  const orientation = shape.orientation ?? (turnsItself.has(container) ? null : orientationOf(image(Tag.Orientation)));
  const swapped = orientation !== null && orientation > 4;
  return {
    width: swapped ? shape.height : shape.width,
    height: swapped ? shape.width : shape.height,
    orientation,
  };
}
