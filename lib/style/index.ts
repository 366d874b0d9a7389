// The styles, by name. A new one is a file here and a line below. All but the default are loaded when they are first asked
// for: a function that starts to answer `exif` needs no other.
import type { Style } from '../types';
import { cos } from './cos';

/** The style of an answer that names none. */
export const defaultStyle = cos;

const lazy = (name: string, load: () => Style): Style => ({
  name,
  render: (record, shows) => load().render(record, shows),
});

export const styles: ReadonlyMap<string, Style> = new Map(
  [
    cos,
    lazy('typed', () => (require('./typed') as typeof import('./typed')).typed),
    lazy('readable', () => (require('./readable') as typeof import('./readable')).readable),
    lazy('oss', () => (require('./oss') as typeof import('./oss')).oss),
    lazy('obs', () => (require('./obs') as typeof import('./obs')).obs),
    lazy('qiniu', () => (require('./qiniu') as typeof import('./qiniu')).qiniu),
  ].map((style) => [style.name, style]),
);

/** The form of another operation, `imageInfo`; no style of `exif`. */
export const imageInfo = lazy('imageInfo', () => (require('./image-info') as typeof import('./image-info')).imageInfo);
