// Which tags an answer shows, where only some are asked for.
import { ProblemError } from '../problem';
import { anyTagName, tagNames } from '../tag/name';
import type { Shows } from '../types';

/** `0x9209`: a tag by its number, in whatever IFD. */
const byNumber = /^0x[0-9a-f]{4}$/i;

/**
 * The names of a list with commas between, sorted and without repetition, numbers in lower case. Throws ProblemError
 * `OperationUnknown` for one that no tag has.
 */
export function readNames(list: string): readonly string[] {
  const known = tagNames();
  const read = list.split(',').map((name) => (byNumber.test(name) ? name.toLowerCase() : name));
  const names = [...new Set(read)].sort();
  if (names.every((name) => known.has(name) || byNumber.test(name))) return names;
  const safeDetail =
    'A name in exif/only is not that of a tag. Names are those of the answer to exif, as exif/only/Make,Model,0x9209.';
  throw new ProblemError('OperationUnknown', 'The operation asks for a tag that has no such name', { safeDetail });
}

/** Shows the tags of these names or numbers. */
export function showsOnly(names: readonly string[]): Shows {
  const wanted = new Set(names);
  return ({ ifd, tag }) =>
    wanted.has(anyTagName(ifd, tag) ?? '') || wanted.has(`0x${tag.toString(16).padStart(4, '0')}`);
}

/** Shows every tag. */
export const showsAll: Shows = () => true;
