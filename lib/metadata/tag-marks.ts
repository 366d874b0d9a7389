// What each tag of EXIF gives away, also where XMP repeats it.
import { type TagGroup, tagGroups } from '../tag/groups';
import { anyTagName, namesOf } from '../tag/lookup';
import type { IfdPath, TagEntry } from '../types';
import { type Mark, type Marks, markTable } from './marks';

/** The tags whose content is what a group is about. The other tags of a group may repeat such content. */
const about = markTable([
  ['GPSLatitude GPSLongitude GPSAltitude GPSDestLatitude GPSDestLongitude GPSAreaInformation', 'gps'],
  ['BodySerialNumber LensSerialNumber ImageUniqueID CameraSerialNumber RawDataUniqueID', 'serial'],
  ['Artist HostComputer Copyright XPAuthor CameraOwnerName Photographer ImageEditor', 'owner'],
]);

export function tagMarks(entry: TagEntry): Marks {
  const clear = about.get(anyTagName(entry.ifd, entry.tag) ?? '') ?? [];
  return (Object.keys(tagGroups) as TagGroup[]).flatMap((group): Mark[] => {
    if (!tagGroups[group](entry)) return [];
    return [clear.includes(group) ? group : `?${group}`];
  });
}

/** The marks of the tag that has a name in EXIF; null for a name that none has. */
export function marksOfTagName(name: string): Marks | null {
  const place = placesByName.get(name);
  return place === undefined ? null : tagMarks({ ...place, type: 0, count: 0, offset: 0, value: null });
}

const placesByName: ReadonlyMap<string, Pick<TagEntry, 'ifd' | 'tag'>> = new Map(
  (['GPS', 'Exif', 'IFD0'] satisfies IfdPath[]).flatMap((ifd) =>
    Array.from(namesOf(ifd), ([tag, name]) => [name, { ifd, tag }] as const),
  ),
);
