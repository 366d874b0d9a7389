// A shape in two parts: the size and frames that every container tells, and what only some do.
import type { ImageShape } from '../../lib/types';

export type Size = Pick<ImageShape, 'width' | 'height' | 'frames' | 'animated' | 'moreFrames'>;
export type Stated = Omit<ImageShape, keyof Size>;

export function splitShape({ width, height, frames, animated, moreFrames, ...stated }: ImageShape) {
  const size: Size = { width, height, frames, animated, ...(moreFrames === undefined ? {} : { moreFrames }) };
  return { shape: size, stated: stated as Stated };
}
