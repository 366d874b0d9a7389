// Which tags an answer shows, where only some are asked for.
import { ProblemError } from '../problem';
import { anyTagName, tagNames } from '../tag/lookup';
import type { ExifRecord, Shows } from '../types';

/** `0x9209` or `37385`: a tag by its number, in whatever IFD. */
const byNumber = /^(0x[0-9a-f]{4}|\d{1,5})$/i;
const greatestNumber = 0xffff;

/** A name that no tag has: which of a list, counted from 1, and the tag whose name differs only in case or blanks. */
export type WrongName = Readonly<{ at: number; name: string; meant: string | null }>;

/** Names in the one form that `showsOnly` knows, sorted and without repetition; or the first that no tag has. */
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

/** `0x010f` of `0x010F` and of `271`; null when the text is not the number of a tag. */
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
 * The names of a list with commas between, as `parseNames` gives them. Throws ProblemError `OperationUnknown` for one that no
 * tag has, which it tells by its place: nothing of a query is repeated.
 */
export function readNames(list: string): readonly string[] {
  const parsed = parseNames(list.split(','));
  if ('names' in parsed) return parsed.names;
  const hint = parsed.meant === null ? '.' : `, did you mean ${parsed.meant}?`;
  const wrong = `Name ${parsed.at} in exif/only is not that of a tag${hint}`;
  const safeDetail = `${wrong} Names are those of the answer to exif, as exif/only/Make,Model,0x9209.`;
  throw new ProblemError('OperationUnknown', 'The operation asks for a tag that has no such name', { safeDetail });
}

/** Shows the tags of these names or numbers, as `parseNames` gives them. */
export function showsOnly(names: readonly string[]): Shows {
  const wanted = new Set(names);
  return ({ ifd, tag }) => wanted.has(anyTagName(ifd, tag) ?? '') || wanted.has(hexOf(tag));
}

/** Shows every tag. */
export const showsAll: Shows = () => true;

/** Whether a record of which nothing is shown has tags, and only those asked for are not among them. */
export function hidesAll({ document }: ExifRecord, shows: Shows): boolean {
  return shows !== showsAll && document !== null && document.entries.length > 0;
}
