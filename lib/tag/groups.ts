// Groups of tags that a deployment can leave out of every answer.

import type { ExifDocument, TagEntry } from '../types';
import { Tag } from './ids';
import { anyTagName } from './lookup';
import { imageSourceData } from './pointer';

/** Documents that may have XMP and IPTC-IIM inside. */
const embeddedFiles = [Tag.ImageResources, imageSourceData, Tag.OriginalRawFileData];
/** Documents of another format inside the EXIF: each may repeat the position, the serial number or the owner. */
const embeddedDocuments = [Tag.XMLPacket, Tag.IPTCNAA, ...embeddedFiles];
/** The type of values that are not text. */
const undefinedType = 7;
const makerNotes = [Tag.MakerNote, Tag.DNGPrivateData, Tag.PrintImageMatching];

const inIfd = (ifd: string) => (entry: TagEntry) => entry.ifd === ifd;
const anyOf = (...tags: readonly number[]) => {
  const set = new Set(tags);
  return (entry: TagEntry) => set.has(entry.tag);
};
/** The content of a tag without a name is unknown: makers and programs put serial numbers and owners there. */
const isNameless = ({ ifd, tag }: TagEntry): boolean => anyTagName(ifd, tag) === null;
const gpsIfd = inIfd('GPS');
const thumbnailIfd = inIfd('IFD1');
const serialTags = anyOf(
  Tag.BodySerialNumber,
  Tag.LensSerialNumber,
  Tag.ImageUniqueID,
  Tag.CameraSerialNumber,
  Tag.RawDataUniqueID,
  ...makerNotes,
  ...embeddedDocuments,
);
const ownerTags = anyOf(
  Tag.Artist,
  Tag.HostComputer,
  Tag.Copyright,
  Tag.XPAuthor,
  Tag.CameraOwnerName,
  Tag.Photographer,
  Tag.ImageEditor,
  ...makerNotes,
  ...embeddedDocuments,
);
const gpsTags = anyOf(Tag.GPSTag, ...makerNotes, ...embeddedDocuments);
const makerNoteTags = anyOf(...makerNotes);
const thumbnailTags = anyOf(0x501b); // ThumbnailData of GDI+; exiv2 has no name for it
/** Some cameras write the names of faces that they know; programs write these names among the keywords. */
const faceTags = anyOf(Tag.XPKeywords, ...makerNotes, ...embeddedDocuments);
const promptTags = anyOf(Tag.UserComment, Tag.ImageDescription, Tag.XPComment, ...embeddedDocuments);
const xmpTags = anyOf(Tag.XMLPacket, ...embeddedFiles);
const iptcTags = anyOf(Tag.IPTCNAA, ...embeddedFiles);

/** Some programs write a prompt into any text tag, as JSON with or without a name: `workflow:{...}`. */
function isJson({ type, value }: TagEntry): boolean {
  if (type === undefinedType || !(value instanceof Uint8Array)) return false;
  return /^\s*(\w+:)?\s*\{/.test(String.fromCharCode(...value.subarray(0, 99)).replace(/\0/g, ''));
}

/** Name of a group -> whether an entry belongs to it. A tag that may repeat the content of a group belongs to it, too. */
export const tagGroups = {
  gps: (entry: TagEntry) => gpsIfd(entry) || gpsTags(entry) || isNameless(entry),
  serial: (entry: TagEntry) => serialTags(entry) || isNameless(entry),
  owner: (entry: TagEntry) => ownerTags(entry) || isNameless(entry),
  thumbnail: (entry: TagEntry) => thumbnailIfd(entry) || thumbnailTags(entry),
  makernote: (entry: TagEntry) => makerNoteTags(entry) || isNameless(entry),
  faces: (entry: TagEntry) => faceTags(entry) || isNameless(entry),
  prompt: (entry: TagEntry) => promptTags(entry) || isJson(entry) || isNameless(entry),
  xmp: (entry: TagEntry) => xmpTags(entry) || isNameless(entry),
  iptc: (entry: TagEntry) => iptcTags(entry) || isNameless(entry),
} as const satisfies Record<string, (entry: TagEntry) => boolean>;

export type TagGroup = keyof typeof tagGroups;

/** The document without the tags of `groups`. */
export function dropEntries(document: ExifDocument, groups: readonly TagGroup[]): ExifDocument {
  if (groups.length === 0) return document;
  return { ...document, entries: document.entries.filter((entry) => !groups.some((group) => tagGroups[group](entry))) };
}
