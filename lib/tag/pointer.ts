// Tags that lead elsewhere: to another IFD, or to a payload that is no EXIF value.
import type { IfdPath, TagEntry } from '../types';

/** Tags whose value is the offset of another IFD, and the IFD found there. */
const exifIfdPointer = 0x8769;
const gpsIfdPointer = 0x8825;
const interopIfdPointer = 0xa005;
const subIfdsPointer = 0x014a;

export const pointerTags: ReadonlySet<number> = new Set([
  exifIfdPointer,
  gpsIfdPointer,
  interopIfdPointer,
  subIfdsPointer,
]);

/** Pointer tag -> path of the one IFD that it leads to. */
export const pointerPaths: ReadonlyMap<number, IfdPath> = new Map([
  [exifIfdPointer, 'Exif'],
  [gpsIfdPointer, 'GPS'],
  [interopIfdPointer, 'Interop'],
]);

export const makerNote = 0x927c;

/** Tags that hold a document of another kind, which may be megabytes long. */
export const payloadTags: ReadonlySet<number> = new Set([
  makerNote,
  0x002e, // JpgFromRaw (Panasonic)
  0x02bc, // XMLPacket
  0x83bb, // IPTCNAA
  0x8649, // ImageResources (Photoshop)
  0x8773, // InterColorProfile
  0x935c, // ImageSourceData (Photoshop)
  0xc4a5, // PrintImageMatching
  0xc634, // DNGPrivateData
  0xc68c, // OriginalRawFileData
]);

/**
 * Whether an entry has no value because the value is beyond a limit. A later entry of its tag counts instead. Payloads are
 * left unread on purpose and count as they are.
 */
export function isBeyondLimits({ tag, value }: TagEntry): boolean {
  return value === null && !payloadTags.has(tag);
}

/** Names, as exiv2 has them, of tags that lead elsewhere: the default style shows none of them, so the tables of names lack them. */
export const pointerNames: ReadonlyMap<number, string> = new Map([
  [exifIfdPointer, 'ExifTag'],
  [gpsIfdPointer, 'GPSTag'],
  [interopIfdPointer, 'InteroperabilityTag'],
  [subIfdsPointer, 'SubIFDs'],
  [makerNote, 'MakerNote'],
]);
