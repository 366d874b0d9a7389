// The styles, by name. CONTRIBUTING.md says how to add one. All except the default are loaded on first use, so that a function that
// answers `exif` starts faster.
import type { Style, StyleName } from '../types';
import { cos } from './cos';

/** The style for requests that name none. */
export const defaultStyle = cos;

type NamedStyle<Name extends string> = Style & Readonly<{ name: Name }>;

const lazy = <Name extends string>(name: Name, load: () => Style): NamedStyle<Name> => ({
  name,
  render: (record, shows) => load().render(record, shows),
});

const all: readonly NamedStyle<StyleName>[] = [
  cos,
  lazy('flat', () => (require('./flat') as typeof import('./flat')).flat),
  lazy('typed', () => (require('./typed') as typeof import('./typed')).typed),
  lazy('readable', () => (require('./readable') as typeof import('./readable')).readable),
  lazy('oss', () => (require('./oss') as typeof import('./oss')).oss),
  lazy('obs', () => (require('./obs') as typeof import('./obs')).obs),
  lazy('qiniu', () => (require('./qiniu') as typeof import('./qiniu')).qiniu),
];

export const styles: ReadonlyMap<string, Style> = new Map(all.map((style) => [style.name, style]));

/** The names of the styles, in this order. */
export const styleNames: readonly StyleName[] = all.map(({ name }) => name);

/** The style of the operation `imageInfo`. It cannot be used with `exif`. */
export const imageInfo = lazy('imageInfo', () => (require('./image-info') as typeof import('./image-info')).imageInfo);
