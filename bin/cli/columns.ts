// The columns of CSV, TSV and NDJSON, and of JSON that names fields: the members of the style `flat`, and any tag by its name or number.

import type { ExifRecord } from '../../lib';
import { nearest } from '../../lib/io/nearest';
import { flat, flatMembers, tagValue } from '../../lib/style/flat';
import { parseNames, showsOnly } from '../../lib/style/only';
import { wrongUse } from '../terminal/command-line';
import { onlyHint } from './only-hint';

/** A value of a column; null when the image does not have it. */
export type Cell = string | number | readonly number[] | null;

/** A column; `tag` is null for a member of `flat`, otherwise the tag as `showsOnly` needs it. */
export type Column = Readonly<{ name: string; tag: string | null }>;

/** Whether a name is that of a member of `flat`. */
export function isField(name: string): boolean {
  return flatMembers.includes(name);
}

/** The columns when none are named. They are the same for all images, so rows can be written as the images are read. */
export const allColumns: readonly Column[] = flatMembers.map((name) => ({ name, tag: null }));

/**
 * The columns with these names, each once, in this order. `source` is left out, because it always comes first. Throws
 * ProblemError `ConfigInvalid` for an unknown name.
 */
export function readColumns(names: readonly string[]): readonly Column[] {
  return [...new Set(names)]
    .filter((name) => name !== 'source')
    .map((name) => {
      if (isField(name)) return { name, tag: null };
      const parsed = parseNames([name]);
      if ('names' in parsed) return { name, tag: parsed.names[0] ?? '' };
      const meant = nearest(name, flatMembers) ?? parsed.meant;
      throw wrongUse(`--only: ${JSON.stringify(name)} is not the name of a field or of a tag${onlyHint(name, meant)}`);
    });
}

/** The values of an image. */
export function cellsOf(record: ExifRecord, columns: readonly Column[]): readonly Cell[] {
  const members = JSON.parse(flat.render(record)) as Readonly<Record<string, string | number | undefined>>;
  return columns.map(({ name, tag }) => (tag === null ? (members[name] ?? null) : tagValue(record, showsOnly([tag]))));
}
