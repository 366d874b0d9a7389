// Walks the IFDs of a TIFF stream [TIFF 6.0 section 2; BigTIFF; EXIF 3.0 4.6.3], in rounds: all IFDs and values that are known
// to be needed are read together, then decoded synchronously. A bad entry is left out; the others are still read.
//
//   IFD      count  entry * count  offset of the next IFD        count 2 bytes, offset 4 (BigTIFF: 8 and 8)
//   entry    tag 2  type 2  count 4  value or its offset 4       (BigTIFF: count 8, value or offset 8)
import { need, u16, u32, u64 } from '../bytes/cursor';
import { readUpTo } from '../bytes/reader';
import {
  maxEntries,
  maxIfdBytes,
  maxIfds,
  maxNumberBytes,
  maxPayloadBytes,
  maxValueBytes,
  maxWarnings,
  totalValueBytes,
} from '../limits';
import { ProblemError } from '../problem';
import { payloadTags, pointerPaths, pointerTags } from '../tag/pointer';
import type { ByteRange, ExifDocument, IfdPath, RangeReader, TagEntry, TagValue, TiffStream, Warning } from '../types';
import { type Chain, chainPath } from './chain';
import { type FoundIfd, nameGpsEntries } from './gps-ifd';
import { readTiffHeader, type TiffHeader, tiffHeaderLength, tiffHeaderMinimum } from './header';
import type { LimitTotals } from './limit-totals';
import { isBudgetEnd, readOneByOne } from './partial-read';
import { tagTypes } from './type';
import { decodeValue } from './value';

/** The number of entries that the first read of an IFD covers. A longer IFD is read again completely. */
const likelyEntries = 40;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** An IFD that a pointer at `at` leads to; `chain` says whether its own pointer to a next IFD is followed. */
type Target = Readonly<{ path: IfdPath; offset: number; chain: Chain | null; at: number }>;
type PendingIfd = Target & Readonly<{ length: number; found: FoundIfd }>;
type PendingValue = Readonly<{ entry: Mutable<TagEntry>; range: ByteRange }>;

type Walk = Readonly<{
  header: TiffHeader;
  size: number;
  entries: Mutable<TagEntry>[];
  dropped: Set<TagEntry>;
  warnings: Warning[];
  /** Offset -> the IFD there. */
  visited: Map<number, FoundIfd>;
  paths: Set<IfdPath>;
  counts: { pages: number } & Record<Chain, number>;
  totals: LimitTotals;
  ifds: PendingIfd[];
  values: PendingValue[];
}>;

/**
 * Reads every tag of the IFD chain, the SubIFDs, and the Exif, GPS and Interoperability IFDs of one stream. Throws
 * ProblemError `DamagedImage` when there is no TIFF header or the first IFD lies outside, and the errors of the reader as long as
 * no tag was read. Adds to `totals`.
 */
export async function readStream({ reader, root }: TiffStream, totals: LimitTotals): Promise<ExifDocument> {
  const walk = startWalk(readTiffHeader(await readUpTo(reader, 0, tiffHeaderLength)), reader.size, root, totals);
  while (walk.ifds.length + walk.values.length > 0) await readRound(walk, reader);
  return {
    littleEndian: walk.header.littleEndian,
    entries: finishedEntries(walk),
    warnings: walk.warnings,
    pages: walk.counts.pages,
  };
}

/** The entries whose values can be shown. Those of a GPS IFD have the path GPS, whichever pointer led to it first. */
function finishedEntries({ entries, dropped, visited }: Walk): readonly TagEntry[] {
  nameGpsEntries(visited.values());
  return entries.filter((entry) => !dropped.has(entry));
}

function startWalk(header: TiffHeader, size: number, root: IfdPath, totals: LimitTotals): Walk {
  const walk: Walk = {
    header,
    size,
    entries: [],
    dropped: new Set(),
    warnings: [],
    visited: new Map(),
    paths: new Set(),
    counts: { pages: 0, IFD: 0, SubIFD: 0 },
    totals,
    ifds: [],
    values: [],
  };
  if (header.ifd0 < tiffHeaderMinimum || header.ifd0 >= size) {
    throw new ProblemError('DamagedImage', `Cannot read IFD0 at ${header.ifd0} of a stream of ${size} bytes`);
  }
  if (root === 'IFD0') followChain(walk, 'IFD', header.ifd0, 0);
  else follow(walk, { path: root, offset: header.ifd0, chain: null, at: 0 });
  return walk;
}

/** One round: the IFDs and values that are known to be needed, read together, then decoded. */
async function readRound(walk: Walk, reader: RangeReader): Promise<void> {
  const ifds = walk.ifds.splice(0);
  const values = walk.values.splice(0);
  const ranges = [
    ...ifds.map(({ offset, length }) => rangeAt(offset, length, walk.size)),
    ...values.map((v) => v.range),
  ];
  const bytes = await readWithin(walk, reader, ranges);
  ifds.forEach((ifd, i) => {
    const held = bytes[i] ?? null;
    if (held !== null) readIfd(walk, ifd, held);
  });
  values.forEach(({ entry }, i) => {
    const held = bytes[ifds.length + i] ?? null;
    // A value beyond the budget is missing: its entry stays, without a value.
    if (held !== null) setValue(walk, entry, held);
  });
}

/**
 * The bytes of each range. When the budget is too small for all of them, they are read one after the other, and the result is
 * null for each range that exceeds it.
 */
async function readWithin(
  walk: Walk,
  reader: RangeReader,
  ranges: readonly ByteRange[],
): Promise<readonly (Uint8Array | null)[]> {
  try {
    return await reader.read(ranges);
  } catch (error) {
    if (!isBudgetEnd(error) || walk.entries.length === 0) throw error;
  }
  warn(walk, 'limit', ranges[0]?.start ?? 0, 'the budget of reads is too small for every IFD and value');
  return readOneByOne(reader, ranges);
}

function rangeAt(offset: number, length: number, size: number): ByteRange {
  return { start: offset, end: Math.min(size, offset + length) };
}

/** Decodes one IFD from `bytes`, which start at its offset; plans to read it again when they are too short. */
function readIfd(walk: Walk, ifd: PendingIfd, bytes: Uint8Array): void {
  const { big, littleEndian } = walk.header;
  const countLength = big ? 8 : 2;
  const entryLength = big ? 20 : 12;
  if (bytes.length < countLength) return warn(walk, 'truncated', ifd.offset, `${ifd.path} ends inside its count`);
  const count = big ? u64(bytes, 0, littleEndian) : u16(bytes, 0, littleEndian);
  if (count === null || count > maxEntries)
    return warn(walk, 'limit', ifd.offset, `${ifd.path} claims too many entries`);
  const length = countLength + count * entryLength + (big ? 8 : 4);
  if (bytes.length < length && ifd.offset + bytes.length < walk.size) {
    // IFDs may overlap, so the size of the file does not limit their sum.
    walk.totals.ifdBytes += length;
    if (walk.totals.ifdBytes > maxIfdBytes) return warn(walk, 'limit', ifd.offset, `${ifd.path} is too long`);
    walk.ifds.push({ ...ifd, length });
    return;
  }
  if (ifd.chain === 'IFD') walk.counts.pages++;
  const whole = Math.min(count, Math.floor((bytes.length - countLength) / entryLength));
  if (whole < count) warn(walk, 'truncated', ifd.offset, `${ifd.path} ends after ${whole} of ${count} entries`);
  for (let i = 0; i < whole; i++) {
    if (walk.totals.entries >= maxEntries) return warn(walk, 'limit', ifd.offset, 'more entries than the limit');
    readEntry(walk, ifd, bytes, countLength + i * entryLength);
  }
  const next = bytes.length < length ? 0 : offsetAt(walk, bytes, length - (big ? 8 : 4));
  if (next === 0) return;
  if (ifd.chain !== null) followChain(walk, ifd.chain, next, ifd.offset);
  else if (mayBeIfd(walk, next)) warn(walk, 'bad-entry', ifd.offset, `the next IFD of ${ifd.path} is not read`);
}

function readEntry(walk: Walk, ifd: PendingIfd, bytes: Uint8Array, at: number): void {
  const { big, littleEndian } = walk.header;
  const tag = u16(bytes, at, littleEndian);
  const type = u16(bytes, at + 2, littleEndian);
  const count = big ? u64(bytes, at + 4, littleEndian) : u32(bytes, at + 4, littleEndian);
  const offset = ifd.offset + at;
  const size = tagTypes.get(type)?.size;
  if (size === undefined) return warn(walk, 'bad-type', offset, `tag ${hex(tag)} has type ${type}`);
  if (count === null) return warn(walk, 'bad-entry', offset, `tag ${hex(tag)} has a count beyond any file`);
  const entry: Mutable<TagEntry> = { ifd: ifd.path, tag, type, count, offset, value: null };
  const length = count * size;
  const inline = big ? 8 : 4;
  const valueAt = at + (big ? 12 : 8);
  if (length <= inline) {
    addEntry(walk, ifd, entry);
    return setValue(walk, entry, bytes.subarray(valueAt, valueAt + length));
  }
  const start = offsetAt(walk, bytes, valueAt);
  if (start < 0 || start + length > walk.size) {
    return warn(walk, 'truncated', offset, `the ${length} bytes of tag ${hex(tag)} lie outside`);
  }
  addEntry(walk, ifd, entry);
  planValue(walk, entry, start, length, size);
}

function addEntry(walk: Walk, { found }: PendingIfd, entry: Mutable<TagEntry>): void {
  walk.totals.entries++;
  walk.entries.push(entry);
  found.entries.push(entry);
}

/** Plans to read the value in the next round, unless it is a payload or beyond the limits: then the entry has no value. */
function planValue(walk: Walk, entry: Mutable<TagEntry>, start: number, length: number, size: number): void {
  if (payloadTags.has(entry.tag) && length > maxPayloadBytes) return;
  const { totals } = walk;
  const numberBytes = size > 1 ? length : 0;
  if (
    length > maxValueBytes ||
    totals.valueBytes + length > totalValueBytes ||
    totals.numberBytes + numberBytes > maxNumberBytes
  ) {
    return warn(walk, 'limit', entry.offset, `the ${length} bytes of tag ${hex(entry.tag)} are more than the limit`);
  }
  totals.valueBytes += length;
  totals.numberBytes += numberBytes;
  walk.values.push({ entry, range: { start, end: start + length } });
}

function setValue(walk: Walk, entry: Mutable<TagEntry>, bytes: Uint8Array): void {
  const { tag, type, count, offset } = entry;
  entry.value = decodeValue(bytes, type, count, walk.header.littleEndian);
  if (entry.value === null) {
    walk.dropped.add(entry);
    return warn(walk, 'bad-entry', offset, `tag ${hex(tag)} holds a number too large to be exact`);
  }
  followPointers(walk, entry, entry.value);
}

/** Plans the IFDs that a pointer tag leads to. An IFD that is not read costs a warning. */
function followPointers(walk: Walk, { ifd: from, tag, offset: at }: TagEntry, value: Exclude<TagValue, null>): void {
  if (!pointerTags.has(tag) || value.length === 0) return;
  const [target] = value;
  if (value instanceof Uint8Array || typeof target !== 'number')
    return warn(walk, 'bad-type', at, `tag ${hex(tag)} leads to an IFD, but its value is not an offset`);
  const path = pointerPaths.get(tag);
  if (path !== undefined) {
    if (value.length > 1)
      warn(walk, 'bad-entry', at, `tag ${hex(tag)} has more than one offset: only the first is followed`);
    return follow(walk, { path, offset: target, chain: null, at }, from);
  }
  if (from === 'Exif') return warn(walk, 'bad-entry', at, 'SubIFDs of the Exif IFD are not read');
  followSubIfds(walk, value, at);
}

/** SubIFDs are an array of offsets, or a chain when there is only one offset. */
function followSubIfds(walk: Walk, offsets: Exclude<TagValue, null>, at: number): void {
  for (const offset of offsets) {
    if (typeof offset !== 'number') continue;
    if (offsets.length === 1) followChain(walk, 'SubIFD', offset, at);
    else follow(walk, { path: chainPath('SubIFD', walk.counts.SubIFD++), offset, chain: null, at });
  }
}

function followChain(walk: Walk, chain: Chain, offset: number, at: number): void {
  follow(walk, { path: chainPath(chain, walk.counts[chain]++), offset, chain, at });
}

/**
 * Plans the IFD of `target`, unless it was read already, lies outside, or is one too many. Of two IFDs with the same name only
 * the first is read. But some programs write several Exif IFDs, in IFD0 or inside an Exif IFD: all of them are read.
 */
function follow(walk: Walk, target: Target, from: IfdPath | null = null): void {
  const { path, offset, at } = target;
  // The pointer may be of a floating-point type.
  if (!Number.isSafeInteger(offset)) return warn(walk, 'bad-entry', at, `the offset of ${path} is not a whole number`);
  const before = walk.visited.get(offset);
  if (before !== undefined && path === 'GPS') before.isPointedAt = true;
  if (before?.path === path) return;
  if (before !== undefined) return warn(walk, 'loop', at, `${path} at ${offset} was read before`);
  const mayRepeat = path === 'Exif' && (from === 'IFD0' || from === 'Exif');
  if (walk.paths.has(path) && !mayRepeat)
    return warn(walk, 'bad-entry', at, `${path} at ${offset} is not read: there is one before it`);
  if (walk.visited.size >= maxIfds) return warn(walk, 'limit', at, 'more IFDs than the limit');
  if (offset < tiffHeaderMinimum) return warn(walk, 'bad-entry', at, `${path} at ${offset} lies inside the header`);
  if (offset + 2 > walk.size) return warn(walk, 'truncated', at, `${path} at ${offset} lies outside`);
  const found: FoundIfd = { path, entries: [], isPointedAt: false };
  walk.visited.set(offset, found);
  walk.paths.add(path);
  const length = walk.header.big ? 16 + 20 * likelyEntries : 6 + 12 * likelyEntries;
  walk.ifds.push({ ...target, length, found });
}

/** Whether an IFD that was not read may be at `offset`: some programs write any number where the standard requires 0. */
function mayBeIfd({ visited, size }: Walk, offset: number): boolean {
  return offset >= tiffHeaderMinimum && offset + 2 <= size && !visited.has(offset);
}

/** The offset stored at `at`; -1 for a 64-bit one that is too large for any file. */
function offsetAt(walk: Walk, bytes: Uint8Array, at: number): number {
  need(bytes, at, walk.header.big ? 8 : 4);
  return walk.header.big ? (u64(bytes, at, walk.header.littleEndian) ?? -1) : u32(bytes, at, walk.header.littleEndian);
}

function warn(walk: Walk, code: Warning['code'], at: number, detail: string): void {
  if (walk.warnings.length < maxWarnings) walk.warnings.push({ code, at, detail });
}

function hex(tag: number): string {
  return `0x${tag.toString(16).padStart(4, '0')}`;
}
