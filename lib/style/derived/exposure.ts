// The exposure of an image: from the tags that state it, otherwise from the APEX values that some cameras and programs write
// instead.
import { Tag } from '../../tag/ids';
import type { Entries } from '../../tag/lookup';
import { RATIONAL } from '../../tiff/type';
import type { TagEntry } from '../../types';
import { quotient, statedNumber, statedParts } from './stated';

/** In seconds, EV, millimetres. null = not stated. */
export type Exposure = Readonly<{
  exposureTime: number | null;
  fNumber: number | null;
  iso: number | null;
  exposureBias: number | null;
  focalLength: number | null;
  focalLength35: number | null;
}>;

/** PhotographicSensitivity (ISOSpeedRatings in EXIF 2.2) that is too great for its type [EXIF 3.0 4.6.6.7.5]. */
const isoBeyond = 65_535;
/** The tags that have the sensitivity in that case, in order of preference. */
const isoOtherwise: readonly number[] = [Tag.RecommendedExposureIndex, Tag.StandardOutputSensitivity, Tag.ISOSpeed];

/** Tag -> the other tags that its meaning depends on. */
export const isoQualifiers: ReadonlyMap<number, readonly number[]> = new Map([[Tag.ISOSpeedRatings, isoOtherwise]]);

/** The exposure. Only the first entry of each tag is used. */
export function exposureOf({ image }: Entries): Exposure {
  const positive = (tag: number): number | null => positiveOf(image(tag));
  const aperture = statedNumber(image(Tag.ApertureValue));
  return {
    exposureTime: positive(Tag.ExposureTime) ?? power(signedOf(image(Tag.ShutterSpeedValue)), -1),
    fNumber: positive(Tag.FNumber) ?? (isBlankAperture(aperture, image) ? null : power(aperture, 0.5)),
    iso: isoOf(positive(Tag.ISOSpeedRatings), image),
    exposureBias: signedOf(image(Tag.ExposureBiasValue)),
    focalLength: positive(Tag.FocalLength),
    focalLength35: positive(Tag.FocalLengthIn35mmFilm),
  };
}

/**
 * The sensitivity: `stated` (the value of ISOSpeedRatings) unless it is too large for its type, otherwise the value of another
 * tag, otherwise null.
 */
export function isoOf(stated: number | null, image: Entries['image']): number | null {
  if (stated !== null && stated > 0 && stated !== isoBeyond) return stated;
  return isoOtherwise.map((tag) => positiveOf(image(tag))).find((iso) => iso !== null) ?? null;
}

/** True when both ApertureValue and FNumber are 0: this does not mean f/1, but a lens without electrical contacts. */
export function isBlankAperture(apex: number | null, image: Entries['image']): boolean {
  const fNumber = image(Tag.FNumber);
  return apex === 0 && fNumber !== undefined && positiveOf(fNumber) === null;
}

/** Reads a tag that is signed by definition. Some programs write it as RATIONAL, and one trail camera as four SHORTs. */
export function signedOf(entry: TagEntry | undefined): number | null {
  const [part, ...more] = statedParts(entry);
  if (typeof part === 'number' && more.length > 0) return null;
  if (typeof part !== 'object' || entry?.type !== RATIONAL) return quotient(part);
  return quotient([part[0] | 0, part[1] | 0]);
}

function positiveOf(entry: TagEntry | undefined): number | null {
  const number = statedNumber(entry);
  return number !== null && number > 0 ? number : null;
}

/** 2 to the power of (an APEX value times `factor`); null outside the range of any camera. */
function power(apex: number | null, factor: number): number | null {
  return apex === null || Math.abs(apex) > 64 ? null : 2 ** (apex * factor);
}
