// The name of a tag, by the IFD it stands in.
import type { IfdPath } from '../types';
import { exifTags } from './exif';
import { gpsTags } from './gps';
import { imageTags } from './image';
import { interopTags } from './interop';
import { pointerNames } from './pointer';

const own: ReadonlyMap<IfdPath, ReadonlyMap<number, string>> = new Map([
  ['Exif', exifTags],
  ['GPS', gpsTags],
  ['Interop', interopTags],
  ['Raw', new Map()],
]);

/** The name of `tag` in `ifd`, as exiv2 has it; null when it has none. All IFDs of chains and SubIFDs share IFD0's names. */
export function tagName(ifd: IfdPath, tag: number): string | null {
  return (own.get(ifd) ?? imageTags).get(tag) ?? null;
}

/** The same, and of tags that lead elsewhere the names that exiv2 has for them. */
export function anyTagName(ifd: IfdPath, tag: number): string | null {
  return tagName(ifd, tag) ?? (ifd === 'GPS' || ifd === 'Interop' ? null : (pointerNames.get(tag) ?? null));
}

/** Every name that a tag may have, those that lead elsewhere included. */
export function tagNames(): ReadonlySet<string> {
  const tables = [imageTags, exifTags, gpsTags, interopTags, pointerNames];
  return new Set(tables.flatMap((names) => [...names.values()]));
}
