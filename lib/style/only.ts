// Selects the tags of an answer when a request names only some.
import { ProblemError } from '../problem';
import { anyTagName, tagNames } from '../tag/lookup';
import type { ExifRecord, TagFilter } from '../types';

/** `0x9209` or `37385`: a tag by its number, in any IFD. */
const byNumber = /^(0x[0-9a-f]{4}|\d{1,5})$/i;
const greatestNumber = 0xffff;

/**
 * A name that no tag has. `at`: its position in the list, from 1. `meant`: the tag whose name differs only in case or blanks.
 */
export type WrongName = Readonly<{ at: number; name: string; meant: string | null }>;

/**
 * Converts names to the form that `showsOnly` needs, sorted and without repetition. Returns the first unknown name if there is
 * one.
 */
export function parseNames(asked: readonly string[]): Readonly<{ names: readonly string[] }> | WrongName {
  const known = tagNames();
  const names = new Set<string>();
  for (const [index, name] of asked.entries()) {
    const normal = known.has(name) ? name : numberText(name);
    if (normal === null) return { at: index + 1, name, meant: meantBy(name, known) };
    names.add(normal);
  }
  return { names: [...names].sort() };
}

/** `0x010f` for `0x010F` and for `271`; null when the text is not the number of a tag. */
function numberText(text: string): string | null {
  return byNumber.test(text) && Number(text) <= greatestNumber ? hexOf(Number(text)) : null;
}

function hexOf(tag: number): string {
  return `0x${tag.toString(16).padStart(4, '0')}`;
}

function meantBy(text: string, known: ReadonlySet<string>): string | null {
  const wanted = text.trim().toLowerCase();
  return [...known].find((name) => name.toLowerCase() === wanted) ?? null;
}

/**
 * The names of a comma-separated list, as `parseNames` returns them. Throws ProblemError `OperationUnknown` for an unknown
 * name. The message has its position and not the name, because answers repeat no text of a query.
 */
export function readNames(list: string): readonly string[] {
  const parsed = parseNames(list.split(','));
  if ('names' in parsed) return parsed.names;
  const hint = parsed.meant === null ? '.' : `, did you mean ${parsed.meant}?`;
  const wrong = `Name ${parsed.at} in exif/only is not the name of a tag${hint}`;
  const safeDetail = `${wrong} Use the names in the answer to ?exif, or numbers, for example exif/only/Make,Model,0x9209.`;
  throw new ProblemError('OperationUnknown', 'The operation names an unknown tag', { safeDetail });
}

/** Shows the tags with these names or numbers, as `parseNames` returns them. */
export function showsOnly(names: readonly string[]): TagFilter {
  const wanted = new Set(names);
  return ({ ifd, tag }) => wanted.has(anyTagName(ifd, tag) ?? '') || wanted.has(hexOf(tag));
}

/** Shows every tag. */
export const showsAll: TagFilter = () => true;

/** Whether nothing is shown because none of the requested tags is there, although the record has other tags. */
export function hidesAll({ document }: ExifRecord, shows: TagFilter): boolean {
  return shows !== showsAll && document !== null && document.entries.length > 0;
}
