// Tags that do not have a value of their own: pointers to other IFDs, and tags that contain a document of another format.
import type { IfdPath, TagEntry } from '../types';
import { pointers, Tag } from './ids';

/** Tags whose value is the offset of another IFD. */
export const pointerTags: ReadonlySet<number> = new Set([
  pointers.ExifTag,
  pointers.GPSTag,
  pointers.InteroperabilityTag,
  pointers.SubIFDs,
]);

/** Pointer tag -> path of the one IFD that it leads to. */
export const pointerPaths: ReadonlyMap<number, IfdPath> = new Map([
  [pointers.ExifTag, 'Exif'],
  [pointers.GPSTag, 'GPS'],
  [pointers.InteroperabilityTag, 'Interop'],
]);

/** The tag in which Panasonic raw files have a complete JPEG. In IFD0 of other files this number is not used. */
export const jpgFromRaw = 0x002e;
/** Photoshop's layers in a TIFF file; exiv2 0.27.6 has no name for the tag. */
export const imageSourceData = 0x935c;

/** Tags that contain a document of another format, which may be megabytes long. */
export const payloadTags: ReadonlySet<number> = new Set([
  Tag.MakerNote,
  jpgFromRaw,
  Tag.XMLPacket,
  Tag.IPTCNAA,
  Tag.ImageResources,
  Tag.InterColorProfile,
  imageSourceData,
  Tag.PrintImageMatching,
  Tag.DNGPrivateData,
  Tag.OriginalRawFileData,
]);

/**
 * Whether an entry has no value because the value is beyond a limit. A later entry of its tag counts instead. Payloads are
 * left unread on purpose, so this is false for them.
 */
export function isBeyondLimits({ tag, value }: TagEntry): boolean {
  return value === null && !payloadTags.has(tag);
}
