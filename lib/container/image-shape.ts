// The parts of an `ImageShape` that several containers share.
import type { ImageShape } from '../types';

/** An image that does not state its size. */
export const noShape: ImageShape = { width: null, height: null, frames: 1, animated: false };

/** One picture of that size. */
export function still(width: number | null, height: number | null): ImageShape {
  return { ...noShape, width, height };
}

/** Pixels per inch from pixels per metre, rounded to a hundredth: whole pixels per metre are not more exact. */
export function perInch(perMetre: number): number {
  return Math.round(perMetre * 2.54) / 100;
}
