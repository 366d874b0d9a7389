// Entries and truths for the tests of the comparison.
import type { Truth, TruthTag } from '../../check/corpus/truth';
import type { ExifDocument, TagEntry } from '../../lib/types';

/** An entry of IFD0. */
export function entry(tag: number, type: number, value: TagEntry['value'], more: Partial<TagEntry> = {}): TagEntry {
  return { ifd: 'IFD0', tag, type, count: value?.length ?? 0, offset: 0, value, ...more };
}

/** Bytes of a text, a character a byte. */
export function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

export function document(...entries: TagEntry[]): ExifDocument {
  return { littleEndian: true, entries, warnings: [], pages: 1 };
}

/** The truth about a TIFF with these tags. */
export function truthOf(exif: Readonly<Record<string, TruthTag>>, more: Partial<Truth> = {}): Truth {
  return {
    path: 'valid/tiff/a.tif',
    format: 'tiff',
    width: 4,
    height: 3,
    frames: 1,
    has_exif: true,
    file_size: 100,
    byte_order: 'II',
    exif_offset: 0,
    exif,
    ...more,
  };
}
