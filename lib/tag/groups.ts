// Groups of tags that a deployment may keep out of every answer.
import type { TagEntry } from '../types';
import { anyTagName } from './name';
import { makerNote } from './pointer';

/** Documents of another kind inside the EXIF: each may repeat the position, the serial number or the owner. */
const embeddedDocuments = [
  0x02bc, // XMLPacket
  0x83bb, // IPTCNAA
  0x8649, // ImageResources
  0x935c, // ImageSourceData
  0xc68c, // OriginalRawFileData
];
const makerNotes = [
  makerNote,
  0xc634, // DNGPrivateData
  0xc4a5, // PrintImageMatching
];

const inIfd = (ifd: string) => (entry: TagEntry) => entry.ifd === ifd;
const anyOf = (...tags: readonly number[]) => {
  const set = new Set(tags);
  return (entry: TagEntry) => set.has(entry.tag);
};
/** Nobody knows what is in a tag that has no name here: makers and programs put serial numbers and owners in such. */
const isNameless = ({ ifd, tag }: TagEntry): boolean => anyTagName(ifd, tag) === null;
const gpsIfd = inIfd('GPS');
const thumbnailIfd = inIfd('IFD1');
const serialTags = anyOf(
  0xa431, // BodySerialNumber
  0xa435, // LensSerialNumber
  0xa420, // ImageUniqueID
  0xc62f, // CameraSerialNumber
  0xc65d, // RawDataUniqueID
  ...makerNotes,
  ...embeddedDocuments,
);
const ownerTags = anyOf(
  0x013b, // Artist
  0x013c, // HostComputer
  0x8298, // Copyright
  0x9c9d, // XPAuthor
  0xa430, // CameraOwnerName
  0xa437, // Photographer
  0xa438, // ImageEditor
  ...makerNotes,
  ...embeddedDocuments,
);
const gpsTags = anyOf(0x8825, ...makerNotes, ...embeddedDocuments);
const makerNoteTags = anyOf(...makerNotes);
const thumbnailTags = anyOf(0x501b); // ThumbnailData of GDI+

/** Name of a group -> whether an entry belongs to it. What may repeat a group's content goes with it. */
export const tagGroups = {
  gps: (entry: TagEntry) => gpsIfd(entry) || gpsTags(entry) || isNameless(entry),
  serial: (entry: TagEntry) => serialTags(entry) || isNameless(entry),
  owner: (entry: TagEntry) => ownerTags(entry) || isNameless(entry),
  thumbnail: (entry: TagEntry) => thumbnailIfd(entry) || thumbnailTags(entry),
  makernote: (entry: TagEntry) => makerNoteTags(entry) || isNameless(entry),
} as const satisfies Record<string, (entry: TagEntry) => boolean>;

export type TagGroup = keyof typeof tagGroups;
