// Entries by hand, and what is derived of them.
import { type DerivedMembers, derive } from '../../../../lib/style/derived/derive';
import type { ExifRecord, TagEntry } from '../../../../lib/types';
import { latin1 } from '../../../../testing/build/bytes';
import { recordOf } from '../../../../testing/fakes/record';

export type Ifd = TagEntry['ifd'];
export type Pair = readonly [number, number];

export function entry(ifd: Ifd, tag: number, type: number, value: TagEntry['value']): TagEntry {
  return { ifd, tag, type, count: value?.length ?? 0, offset: 0, value };
}

export const text = (ifd: Ifd, tag: number, value: string): TagEntry => entry(ifd, tag, 2, latin1(`${value}\0`));
export const short = (ifd: Ifd, tag: number, ...value: readonly number[]): TagEntry => entry(ifd, tag, 3, value);
export const ratio = (ifd: Ifd, tag: number, ...value: readonly Pair[]): TagEntry => entry(ifd, tag, 5, value);
export const signed = (ifd: Ifd, tag: number, ...value: readonly Pair[]): TagEntry => entry(ifd, tag, 10, value);

export function derivedOf(entries: readonly TagEntry[], more: Partial<ExifRecord> = {}): DerivedMembers {
  return derive({ ...recordOf({ littleEndian: true, entries, warnings: [], pages: 1 }), ...more });
}

/** Of an image whose size is not known, so that nothing follows but what the entries make. */
export function from(...entries: readonly TagEntry[]): DerivedMembers {
  return derivedOf(entries, { shape: { width: null, height: null, frames: 1, animated: false } });
}
