// The name of a tag, by the IFD it stands in.
import type { IfdPath } from '../types';
import { exifTags } from './exif';
import { gpsTags } from './gps';
import { imageTags } from './image';
import { interopTags } from './interop';

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

/** Every name that a tag may have. */
export function tagNames(): ReadonlySet<string> {
  return new Set([imageTags, exifTags, gpsTags, interopTags].flatMap((names) => [...names.values()]));
}
