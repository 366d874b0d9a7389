// Entries of a cache, made without reading an object.
import type { CacheEntry, ExifRecord, ObjectOrder, ObjectRef, TagEntry } from '../../../lib/types';

export const refTo = (key: string, bucket = 'photos'): ObjectRef => ({ bucketId: 'test', bucket, key });

/** `second` since 1970. */
export const orderOf = (sequencer: string | null, second: number | null): ObjectOrder => ({
  sequencer,
  lastModified: second === null ? null : new Date(second * 1000),
});

/** One value of each kind, and the numbers that JSON cannot hold. */
export const oddTags: readonly TagEntry[] = [
  { ifd: 'IFD0', tag: 0x10f, type: 2, count: 5, offset: 10, value: Uint8Array.of(67, 97, 110, 0, 255) },
  { ifd: 'IFD0', tag: 0x112, type: 3, count: 1, offset: 22, value: [65535] },
  { ifd: 'Exif', tag: 0x829a, type: 5, count: 1, offset: 100, value: [[1, 4294967295]] },
  { ifd: 'Exif', tag: 0x9204, type: 10, count: 1, offset: 112, value: [[-2147483648, -1]] },
  { ifd: 'Exif', tag: 0x927c, type: 7, count: 40_000, offset: 124, value: null },
  { ifd: 'IFD0', tag: 0x140, type: 3, count: 196_608, offset: 136, value: null },
  { ifd: 'SubIFD12', tag: 50_000, type: 12, count: 5, offset: 0, value: [Number.NaN, -0, 1e-320, Infinity, -Infinity] },
  { ifd: 'GPS', tag: 0, type: 1, count: 4, offset: 9, value: Uint8Array.of(2, 3, 0, 0) },
  { ifd: 'Raw', tag: 1, type: 17, count: 1, offset: 9, value: [Number.MIN_SAFE_INTEGER] },
  { ifd: 'IFD1', tag: 2, type: 7, count: 0, offset: 9, value: new Uint8Array(0) },
  { ifd: 'Interop', tag: 2, type: 4, count: 0, offset: 9, value: [] },
];

export function recordOf(entries: readonly TagEntry[] = oddTags): ExifRecord {
  return {
    stat: { size: 1234, etag: '"e\u00e91"', lastModified: new Date(1_700_000_000_000) },
    parser: '1',
    container: 'jpeg',
    shape: {
      ...{ width: 640, height: null, frames: 3, animated: true, moreFrames: true },
      ...{ format: 'avif', bitDepth: 10, dpi: [299.72, 72], density: [4, 3], orientation: 6 },
    },
    document: {
      littleEndian: true,
      entries,
      warnings: [{ code: 'truncated', at: 12, detail: 'the 40 bytes of tag 0x010e lie outside' }],
      pages: 2,
    },
  };
}

export function recordEntry(ref: ObjectRef, order: ObjectOrder, revision = '1'): CacheEntry {
  return { ref, revision, order, generation: 1, content: { kind: 'record', record: recordOf() } };
}

export function faultEntry(ref: ObjectRef, order: ObjectOrder): CacheEntry {
  const stat = { size: 5, etag: null, lastModified: null };
  return { ref, revision: '1', order, generation: 1, content: { kind: 'fault', code: 'NotAnImage', stat } };
}

export function goneEntry(ref: ObjectRef, order: ObjectOrder, revision = '1'): CacheEntry {
  return { ref, revision, order, generation: 1, content: { kind: 'gone' } };
}
