// The styles, by name. A new one is a file here and a line below.
import type { Style } from '../types';
import { cos } from './cos';
import { obs } from './obs';
import { oss } from './oss';
import { qiniu } from './qiniu';
import { readable } from './readable';
import { typed } from './typed';

/** The style of an answer that names none. */
export const defaultStyle = cos;

export const styles: ReadonlyMap<string, Style> = new Map(
  [cos, typed, readable, oss, obs, qiniu].map((style) => [style.name, style]),
);

/** The form of another operation, `imageInfo`; no style of `exif`. */
export { imageInfo } from './image-info';
