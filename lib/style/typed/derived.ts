// What follows from the tags: numbers and texts that need no knowledge of EXIF.
import type { ExifRecord, TagEntry } from '../../types';
import { isoDateTime } from './date-time';
import { asciiOf, type FirstTags, firstTags, numberOf, partsOf, quotient } from './first-tags';
import { type Place, placeOf } from './place';

/** Every member that the tags (or the container) give; null in none. Units: docs/schema/typed.schema.json. */
export type Derived = Readonly<{ [Member in keyof AllDerived]?: NonNullable<AllDerived[Member]> }>;

type AllDerived = Place & Exposure & Times & Upright;
type Times = Readonly<{ dateTimeOriginal: string | null; dateTimeDigitized: string | null; dateTime: string | null }>;
type Upright = Readonly<{ width: number | null; height: number | null; orientation: number | null }>;
type Exposure = Readonly<{
  exposureTime: number | null;
  fNumber: number | null;
  iso: number | null;
  exposureBias: number | null;
  focalLength: number | null;
  focalLength35: number | null;
}>;

/** Containers that turn their image themselves: the tag is left over from the camera and turns nothing [ISO 23008-12; ISO 18181-2]. */
const turnsItself: ReadonlySet<string> = new Set(['heif', 'jxl']);
const RATIONAL = 5;
/** PhotographicSensitivity that is too great for its type [EXIF 3.0 4.6.6.7.5]. */
const isoBeyond = 65_535;

/** What the tags of IFD0, Exif and GPS make, the first of a tag; only members that there are. */
export function derive(record: ExifRecord): Derived {
  const tags = firstTags(record.document);
  const all: AllDerived = { ...placeOf(tags), ...timesOf(tags), ...uprightOf(record, tags), ...exposureOf(tags) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
}

function timesOf({ image }: FirstTags): Times {
  const at = (time: number, subSec: number, offset: number): string | null =>
    isoDateTime({ time: asciiOf(image(time)), subSec: asciiOf(image(subSec)), offset: asciiOf(image(offset)) });
  return {
    dateTimeOriginal: at(0x9003, 0x9291, 0x9011),
    dateTimeDigitized: at(0x9004, 0x9292, 0x9012),
    dateTime: at(0x0132, 0x9290, 0x9010),
  };
}

/** The size as it is to be seen, and the orientation that makes it so; 5 to 8 swap the sides. */
function uprightOf({ container, shape }: ExifRecord, { image }: FirstTags): Upright {
  const stored = turnsItself.has(container) ? null : numberOf(image(0x0112));
  const orientation =
    shape.orientation ?? (stored !== null && [1, 2, 3, 4, 5, 6, 7, 8].includes(stored) ? stored : null);
  const swapped = orientation !== null && orientation > 4;
  return {
    width: swapped ? shape.height : shape.width,
    height: swapped ? shape.width : shape.height,
    orientation,
  };
}

/** From the tags that state it, else from the APEX values that cameras and programs write instead. */
function exposureOf({ image }: FirstTags): Exposure {
  const positive = (tag: number): number | null => {
    const number = numberOf(image(tag));
    return number !== null && number > 0 ? number : null;
  };
  return {
    exposureTime: positive(0x829a) ?? power(signedOf(image(0x9201)), -1),
    fNumber: positive(0x829d) ?? power(numberOf(image(0x9202)), 0.5),
    iso: isoOf(positive),
    exposureBias: signedOf(image(0x9204)),
    focalLength: positive(0x920a),
    focalLength35: positive(0xa405),
  };
}

/** 2 to the power of an APEX value times `factor`; null beyond what a camera has. */
function power(apex: number | null, factor: number): number | null {
  return apex === null || Math.abs(apex) > 64 ? null : 2 ** (apex * factor);
}

/** A tag that is signed by definition, though some write it as RATIONAL, and a trail camera as the four SHORTs of one. */
function signedOf(entry: TagEntry | undefined): number | null {
  const [part, ...more] = partsOf(entry);
  if (typeof part === 'number' && more.length > 0) return null;
  if (typeof part !== 'object' || entry?.type !== RATIONAL) return quotient(part);
  return quotient([part[0] | 0, part[1] | 0]);
}

/** PhotographicSensitivity, or what states it where that cannot: the recommended index, the standard output, ISO speed. */
function isoOf(positive: (tag: number) => number | null): number | null {
  const iso = positive(0x8827);
  if (iso !== null && iso !== isoBeyond) return iso;
  return positive(0x8832) ?? positive(0x8831) ?? positive(0x8833);
}
