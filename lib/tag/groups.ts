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

/** Tags whose values may repeat anything. */
const opaque = [...makerNotes, ...embeddedDocuments];
/** ThumbnailData of GDI+; exiv2 has no name for it. */
const thumbnailData = 0x501b;

/**
 * Whether an entry has one of `tags`, or a tag without a name. The content of the latter is unknown: makers and programs put
 * serial numbers and owners there.
 */
const anyOf = (...tags: readonly number[]) => {
  const set = new Set(tags);
  return ({ ifd, tag }: TagEntry): boolean => set.has(tag) || anyTagName(ifd, tag) === null;
};
const gpsTags = anyOf(Tag.GPSTag, ...opaque);
const promptTags = anyOf(Tag.UserComment, Tag.ImageDescription, Tag.XPComment, ...embeddedDocuments);

/** Some programs write a prompt into any text tag, as JSON with or without a name: `workflow:{...}`. */
function isJson({ type, value }: TagEntry): boolean {
  if (type === undefinedType || !(value instanceof Uint8Array)) return false;
  return beginsLikeJson(String.fromCharCode(...value.subarray(0, 99)).replace(/\0/g, ''));
}

/** Whether the first characters of a text are those of a JSON object, with or without a name. */
export function beginsLikeJson(text: string): boolean {
  return /^\s*(\w+:)?\s*\{/.test(text.slice(0, 99));
}

/** Name of a group -> whether an entry belongs to it. A tag that may repeat the content of a group belongs to it, too. */
export const tagGroups = {
  gps: (entry: TagEntry) => entry.ifd === 'GPS' || gpsTags(entry),
  serial: anyOf(
    Tag.BodySerialNumber,
    Tag.LensSerialNumber,
    Tag.ImageUniqueID,
    Tag.CameraSerialNumber,
    Tag.RawDataUniqueID,
    ...opaque,
  ),
  owner: anyOf(
    Tag.Artist,
    Tag.HostComputer,
    Tag.Copyright,
    Tag.XPAuthor,
    Tag.CameraOwnerName,
    Tag.Photographer,
    Tag.ImageEditor,
    ...opaque,
  ),
  thumbnail: ({ ifd, tag }: TagEntry) => ifd === 'IFD1' || tag === thumbnailData,
  makernote: anyOf(...makerNotes),
  /** Some cameras write the names of faces that they know; programs write these names among the keywords. */
  faces: anyOf(Tag.XPKeywords, ...opaque),
  prompt: (entry: TagEntry) => promptTags(entry) || isJson(entry),
  xmp: anyOf(Tag.XMLPacket, ...embeddedFiles),
  iptc: anyOf(Tag.IPTCNAA, ...embeddedFiles),
} as const satisfies Record<string, (entry: TagEntry) => boolean>;

export type TagGroup = keyof typeof tagGroups;

/** The document without the tags of `groups`. */
export function dropEntries(document: ExifDocument, groups: readonly TagGroup[]): ExifDocument {
  if (groups.length === 0) return document;
  return { ...document, entries: document.entries.filter((entry) => !groups.some((group) => tagGroups[group](entry))) };
}
