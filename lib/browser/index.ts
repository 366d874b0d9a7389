// The library in a browser: reads the EXIF of an image, all formats, in the styles flat and typed.

import type { Answers } from '../api/answers';
import { checkMembers, checkOptions, readOptionNames } from '../api/arguments';
import { checkRendering, type ReadOptions, type RenderOptions, readOpened } from '../api/reading';
import { ProblemError } from '../problem';
import { flat } from '../style/flat';
import type { ExifRecord, Style } from '../types';
import { openSource, type Source } from './open';

export type { FlatExif, TypedDerived, TypedExif, TypedNumber, TypedTag, TypedValue } from '../api/answers';
export type { ReadOptions, RenderOptions } from '../api/reading';
export type { ProblemCode } from '../problem';
export type { ExifRecord, ReadCost } from '../types';
export type { Source } from './open';
export { ProblemError };

/** The styles in a browser. */
export type StyleName = 'flat' | 'typed';

export type ParseOptions<Name extends StyleName = StyleName> = ReadOptions &
  RenderOptions &
  Readonly<{
    /** The style of the answer. Default: `flat`. */
    style?: Name | undefined;
  }>;

const styles: ReadonlyMap<string, Style> = new Map<string, Style>([
  ['flat', flat],
  ['typed', { name: 'typed', render: async (...given) => (await import('./extra')).typed.render(...given) }],
]);

/**
 * Reads the EXIF of an image: one object with plain names, or with `style` another answer. Throws a ProblemError, whose `code`
 * says what is wrong (NotAnImage, NoSuchKey, Timeout ...). For a wrong argument the code is `ConfigInvalid`.
 */
export async function parse<Name extends StyleName = 'flat'>(
  source: Source,
  options: ParseOptions<Name> = {},
): Promise<Answers[Name]> {
  const { style = 'flat', only, ...reading } = checkMembers(options, 'option', [...readOptionNames, 'style', 'only']);
  const rendered = checkRendering(styles, style, only);
  return JSON.parse(await rendered(await readExif(source, reading as ReadOptions))) as Answers[Name];
}

/** Reads an image and returns its record, from which `render` makes several answers. Throws as `parse` does. */
export async function readExif(source: Source, options: ReadOptions = {}): Promise<ExifRecord> {
  const checked = checkOptions(options);
  const opened = await openSource(source, checked.limits);
  try {
    return await readOpened(opened, checked);
  } catch (error) {
    if (!(error instanceof ProblemError && error.code === 'NotAnImage') || opened.formats !== undefined) throw error;
    const { containers: formats } = await import('./extra');
    return await readOpened({ ...opened, formats }, checked);
  } finally {
    opened.stop?.();
  }
}

/** Renders a record as JSON text. Throws ProblemError `ConfigInvalid` for an unknown style or tag name. */
export async function render(record: ExifRecord, style: StyleName, options: RenderOptions = {}): Promise<string> {
  const { only } = checkMembers(options, 'option', ['only']);
  return checkRendering(styles, style, only)(record);
}
