// The styles, by name. A new one is a file here and a line below.
import type { Style } from '../types';
import { cos } from './cos';

/** The style of an answer that names none. */
export const defaultStyle: Style = cos;

export const styles: ReadonlyMap<string, Style> = new Map([cos].map((style) => [style.name, style]));
