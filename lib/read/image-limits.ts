// The limits on images: bytes of the object, pixels, frames.
import type { Limits } from '../limits';
import { ProblemError } from '../problem';
import type { ImageShape, ObjectStat } from '../types';

/** Throws ProblemError `EmptyObject` or `ImageTooLarge`. */
export function checkSize({ size }: ObjectStat, { objectBytes }: Pick<Limits, 'objectBytes'>): void {
  if (size === 0) throw new ProblemError('EmptyObject', 'Cannot read an image from an object of 0 bytes');
  if (size > objectBytes) {
    throw new ProblemError('ImageTooLarge', `Cannot read an object of ${size} bytes: the limit is ${objectBytes}`);
  }
}

/**
 * Checks the shape of an image in the container `name`; a size that it does not state passes. Throws ProblemError
 * `SideTooLong`, `TooManyPixels`, `TooManyFrames` (by their pixels) or `FrameCountTooHigh`.
 */
export function checkShape(name: string, shape: ImageShape, limits: Limits): void {
  const { width, height, frames, animated } = shape;
  const isWebpLimit = name === 'webp' && limits.webpSide < limits.side;
  const side = isWebpLimit ? limits.webpSide : limits.side;
  if (Math.max(width ?? 0, height ?? 0) > side) {
    throw new ProblemError(
      'SideTooLong',
      `Cannot serve a ${name} of ${width} x ${height}: the limit is ${side} a side (${isWebpLimit ? 'EXIF_MAX_WEBP_SIDE' : 'EXIF_MAX_SIDE'})`,
    );
  }
  const pixels = (width ?? 0) * (height ?? 0);
  if (pixels > limits.pixels) {
    throw new ProblemError('TooManyPixels', `Cannot serve an image of ${pixels} pixels: the limit is ${limits.pixels}`);
  }
  if (!animated) return;
  if (frames > limits.frames) {
    throw new ProblemError('FrameCountTooHigh', `Cannot serve ${frames} frames: the limit is ${limits.frames}`);
  }
  if (pixels * frames > limits.pixels) {
    throw new ProblemError(
      'TooManyFrames',
      `Cannot serve ${frames} frames of ${pixels} pixels: the limit is ${limits.pixels}`,
    );
  }
}
