// A shape in two parts: the size and frames, which every container states, and the members that only some state.
import type { ImageShape } from '../../lib/types';

export type Size = Pick<ImageShape, 'width' | 'height' | 'frames' | 'animated' | 'moreFrames'>;
export type StatedMembers = Omit<ImageShape, keyof Size>;

export function splitShape({ width, height, frames, animated, moreFrames, ...stated }: ImageShape) {
  const size: Size = { width, height, frames, animated, ...(moreFrames === undefined ? {} : { moreFrames }) };
  return { shape: size, stated: stated as StatedMembers };
}
