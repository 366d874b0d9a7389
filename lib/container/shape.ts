// Shapes that containers share.
import { ProblemError } from '../problem';
import type { ImageShape } from '../types';

/** An image that does not state its size. */
export const noShape: ImageShape = { width: null, height: null, frames: 1, animated: false };

/** One picture of that size. */
export function still(width: number | null, height: number | null): ImageShape {
  return { ...noShape, width, height };
}

/** Pixels per inch from those per metre, to a hundredth: a metre holds too few to tell more. */
export function perInch(perMetre: number): number {
  return Math.round(perMetre * 2.54) / 100;
}

/** What `read` answers, null where the bytes for it are damaged: damage behind the EXIF must not cost the EXIF. */
export async function unlessDamaged<T>(read: () => T | Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'DamagedImage') return null;
    throw error;
  }
}
