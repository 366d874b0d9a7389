// How an image was exposed: from the tags that state it, else from the APEX values that cameras and programs write instead.
import type { TagEntry } from '../../types';
import { type FirstTags, numberOf, partsOf, quotient } from './first-tags';

/** Seconds, EV, millimetres; null: not stated. */
export type Exposure = Readonly<{
  exposureTime: number | null;
  fNumber: number | null;
  iso: number | null;
  exposureBias: number | null;
  focalLength: number | null;
  focalLength35: number | null;
}>;

const RATIONAL = 5;
const fNumberTag = 0x829d;
const photographicSensitivity = 0x8827;
/** PhotographicSensitivity that is too great for its type [EXIF 3.0 4.6.6.7.5]. */
const isoBeyond = 65_535;
/** What states it then: the recommended index, the standard output, ISO speed. */
const isoOtherwise: readonly number[] = [0x8832, 0x8831, 0x8833];

/** Tag -> tags that tell what its value means, where they do not say it themselves. */
export const isoQualifiers: ReadonlyMap<number, readonly number[]> = new Map([[photographicSensitivity, isoOtherwise]]);

/** What the first of each tag makes. */
export function exposureOf({ image }: FirstTags): Exposure {
  const positive = (tag: number): number | null => positiveOf(image(tag));
  const aperture = numberOf(image(0x9202));
  return {
    exposureTime: positive(0x829a) ?? power(signedOf(image(0x9201)), -1),
    fNumber: positive(fNumberTag) ?? (isBlankAperture(aperture, image) ? null : power(aperture, 0.5)),
    iso: isoOf(positive(photographicSensitivity), image),
    exposureBias: signedOf(image(0x9204)),
    focalLength: positive(0x920a),
    focalLength35: positive(0xa405),
  };
}

/** `stated` is PhotographicSensitivity; where it cannot tell the sensitivity, the tags that can; null where none does. */
export function isoOf(stated: number | null, image: FirstTags['image']): number | null {
  if (stated !== null && stated > 0 && stated !== isoBeyond) return stated;
  return isoOtherwise.map((tag) => positiveOf(image(tag))).find((iso) => iso !== null) ?? null;
}

/** Whether an aperture of 0 APEX units is none: a lens without contacts has an f-number of 0 beside it, and is no f/1. */
export function isBlankAperture(apex: number | null, image: FirstTags['image']): boolean {
  const fNumber = image(fNumberTag);
  return apex === 0 && fNumber !== undefined && positiveOf(fNumber) === null;
}

/** A tag that is signed by definition, though some write it as RATIONAL, and a trail camera as the four SHORTs of one. */
export function signedOf(entry: TagEntry | undefined): number | null {
  const [part, ...more] = partsOf(entry);
  if (typeof part === 'number' && more.length > 0) return null;
  if (typeof part !== 'object' || entry?.type !== RATIONAL) return quotient(part);
  return quotient([part[0] | 0, part[1] | 0]);
}

function positiveOf(entry: TagEntry | undefined): number | null {
  const number = numberOf(entry);
  return number !== null && number > 0 ? number : null;
}

/** 2 to the power of an APEX value times `factor`; null beyond what a camera has. */
function power(apex: number | null, factor: number): number | null {
  return apex === null || Math.abs(apex) > 64 ? null : 2 ** (apex * factor);
}
