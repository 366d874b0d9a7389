// Groups of tags that a deployment may keep out of every answer.
import type { TagEntry } from '../types';
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
const gpsIfd = inIfd('GPS');
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

/** Name of a group -> whether an entry belongs to it. What may repeat a group's content goes with it. */
export const tagGroups = {
  gps: (entry: TagEntry) => gpsIfd(entry) || gpsTags(entry),
  serial: serialTags,
  owner: ownerTags,
  thumbnail: inIfd('IFD1'),
  makernote: anyOf(...makerNotes),
} as const satisfies Record<string, (entry: TagEntry) => boolean>;

export type TagGroup = keyof typeof tagGroups;
