// A record with some of its tags only, for any style.
import { ProblemError } from '../problem';
import { tagName, tagNames } from '../tag/name';
import type { ExifRecord } from '../types';

/** `0x9209`: a tag by its number, in whatever IFD. */
const byNumber = /^0x[0-9a-f]{4}$/;

/**
 * The names of a list with commas between, sorted and without repetition. Throws ProblemError `OperationUnknown` for one
 * that no tag has.
 */
export function readNames(list: string): readonly string[] {
  const known = tagNames();
  const names = [...new Set(list.split(','))].sort();
  if (names.every((name) => known.has(name) || byNumber.test(name))) return names;
  const safeDetail =
    'A name in exif/only is not that of a tag. Names are those of the answer to exif, as exif/only/Make,Model,0x9209.';
  throw new ProblemError('OperationUnknown', 'The operation asks for a tag that has no such name', { safeDetail });
}

/** The record with the tags of these names only; what is derived from others goes with them. */
export function keepOnly(record: ExifRecord, names: readonly string[]): ExifRecord {
  const { document } = record;
  if (document === null) return record;
  const wanted = new Set(names);
  const entries = document.entries.filter(
    ({ ifd, tag }) => wanted.has(tagName(ifd, tag) ?? '') || wanted.has(`0x${tag.toString(16).padStart(4, '0')}`),
  );
  return { ...record, document: { ...document, entries } };
}
