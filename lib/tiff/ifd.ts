// Walks the IFDs of a TIFF stream [TIFF 6.0 section 2; BigTIFF; EXIF 3.0 4.6.3], in rounds: every IFD and value that is
// known to be needed is read together, then decoded without waiting. One bad entry costs that entry.
//
//   IFD      count  entry * count  offset of the next IFD        count 2 bytes, offset 4 (BigTIFF: 8 and 8)
//   entry    tag 2  type 2  count 4  value or its offset 4       (BigTIFF: count 8, value or offset 8)
import { need, u16, u32, u64 } from '../bytes/cursor';
import { readUpTo } from '../bytes/reader';
import { maxEntries, maxIfds, maxNumberBytes, maxPayloadBytes, maxValueBytes, maxWarnings } from '../limits';
import { ProblemError } from '../problem';
import { exifIfdPointer, gpsIfdPointer, interopIfdPointer, payloadTags, subIfdsPointer } from '../tag/pointer';
import type { ByteRange, ExifBlock, ExifDocument, IfdPath, RangeReader, TagEntry, TagValue, Warning } from '../types';
import { readHeader, type TiffHeader, tiffHeaderLength } from './header';
import { tagTypes } from './type';
import { decodeValue } from './value';

/** Entries that the first read of an IFD makes room for; a longer IFD is read again, whole. */
const likelyEntries = 40;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** Chains of IFDs: the pages of a file, and SubIFDs where the tag holds just the first of them [TIFF Tech Note 1]. */
type Chain = 'IFD' | 'SubIFD';
/** An IFD that a pointer at `at` leads to; `chain` says whether its own pointer to a next IFD is followed. */
type Target = Readonly<{ path: IfdPath; offset: number; chain: Chain | null; at: number }>;
type PendingIfd = Target & Readonly<{ length: number }>;
type PendingValue = Readonly<{ entry: Mutable<TagEntry>; range: ByteRange }>;

type Walk = Readonly<{
  header: TiffHeader;
  size: number;
  entries: Mutable<TagEntry>[];
  dropped: Set<TagEntry>;
  warnings: Warning[];
  visited: Set<number>;
  paths: Set<IfdPath>;
  counts: { pages: number; numberBytes: number } & Record<Chain, number>;
  ifds: PendingIfd[];
  values: PendingValue[];
}>;

/**
 * Reads every tag of the IFD chain, the SubIFDs, and the Exif, GPS and Interoperability IFDs. Throws ProblemError
 * `DamagedImage` when there is no TIFF header or IFD0 lies outside, and what the reader throws before any tag is read.
 */
export async function readDocument(block: ExifBlock): Promise<ExifDocument> {
  const { reader } = block;
  const walk = startWalk(readHeader(await readUpTo(reader, 0, tiffHeaderLength)), reader.size);
  while (walk.ifds.length + walk.values.length > 0) {
    const more = await readRound(walk, reader);
    if (!more) break;
  }
  return {
    littleEndian: walk.header.littleEndian,
    entries: walk.dropped.size === 0 ? walk.entries : walk.entries.filter((entry) => !walk.dropped.has(entry)),
    warnings: walk.warnings,
    pages: walk.counts.pages,
  };
}

function startWalk(header: TiffHeader, size: number): Walk {
  const walk: Walk = {
    header,
    size,
    entries: [],
    dropped: new Set(),
    warnings: [],
    visited: new Set(),
    paths: new Set(),
    counts: { pages: 0, numberBytes: 0, IFD: 0, SubIFD: 0 },
    ifds: [],
    values: [],
  };
  if (header.ifd0 >= size) {
    throw new ProblemError('DamagedImage', `Cannot read IFD0 at ${header.ifd0}: the stream ends at ${size}`);
  }
  followChain(walk, 'IFD', header.ifd0, 0);
  return walk;
}

/** One round of reads and what they hold; false when the budget ends the walk early, with what was read so far. */
async function readRound(walk: Walk, reader: RangeReader): Promise<boolean> {
  const ifds = walk.ifds.splice(0);
  const values = walk.values.splice(0);
  const ranges = [
    ...ifds.map(({ offset, length }) => rangeAt(offset, length, walk.size)),
    ...values.map((v) => v.range),
  ];
  let bytes: readonly Uint8Array[];
  try {
    bytes = await reader.read(ranges);
  } catch (error) {
    // What the budget did not reach is lost; what it did reach is an answer.
    const enough = error instanceof ProblemError && error.code === 'BudgetExceeded' && walk.entries.length > 0;
    if (!enough) throw error;
    warn(walk, 'limit', ranges[0]?.start ?? 0, 'the budget of reads ended before the last IFD or value');
    for (const { entry } of values) walk.dropped.add(entry);
    return false;
  }
  ifds.forEach((ifd, i) => {
    readIfd(walk, ifd, bytes[i] ?? new Uint8Array(0));
  });
  values.forEach(({ entry }, i) => {
    setValue(walk, entry, bytes[ifds.length + i] ?? new Uint8Array(0));
  });
  return true;
}

function rangeAt(offset: number, length: number, size: number): ByteRange {
  return { start: offset, end: Math.min(size, offset + length) };
}

/** Decodes one IFD from `bytes`, which begin at its offset; asks for it again where they hold too little of it. */
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
    walk.ifds.push({ ...ifd, length });
    return;
  }
  if (ifd.chain === 'IFD') walk.counts.pages++;
  const whole = Math.min(count, Math.floor((bytes.length - countLength) / entryLength));
  if (whole < count) warn(walk, 'truncated', ifd.offset, `${ifd.path} ends after ${whole} of ${count} entries`);
  for (let i = 0; i < whole; i++) {
    if (walk.entries.length >= maxEntries) return warn(walk, 'limit', ifd.offset, 'more entries than the limit');
    readEntry(walk, ifd, bytes, countLength + i * entryLength);
  }
  if (ifd.chain !== null && bytes.length >= length) {
    const next = offsetAt(walk, bytes, length - (big ? 8 : 4));
    if (next !== 0) followChain(walk, ifd.chain, next, ifd.offset);
  }
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
    walk.entries.push(entry);
    return setValue(walk, entry, bytes.subarray(valueAt, valueAt + length));
  }
  const start = offsetAt(walk, bytes, valueAt);
  if (start < 0 || start + length > walk.size) {
    return warn(walk, 'truncated', offset, `the ${length} bytes of tag ${hex(tag)} lie outside`);
  }
  planValue(walk, entry, start, length, size);
}

/** Notes the value's range for the next round, unless it is a payload or beyond the limits. */
function planValue(walk: Walk, entry: Mutable<TagEntry>, start: number, length: number, size: number): void {
  if (payloadTags.has(entry.tag) && length > maxPayloadBytes) {
    walk.entries.push(entry);
    return;
  }
  if (size > 1) walk.counts.numberBytes += length;
  if (length > maxValueBytes || walk.counts.numberBytes > maxNumberBytes) {
    return warn(walk, 'limit', entry.offset, `the ${length} bytes of tag ${hex(entry.tag)} are more than the limit`);
  }
  walk.entries.push(entry);
  walk.values.push({ entry, range: { start, end: start + length } });
}

function setValue(walk: Walk, entry: Mutable<TagEntry>, bytes: Uint8Array): void {
  const { tag, type, count, offset } = entry;
  entry.value = decodeValue(bytes, type, count, walk.header.littleEndian);
  if (entry.value === null) {
    walk.dropped.add(entry);
    return warn(walk, 'bad-entry', offset, `tag ${hex(tag)} holds a number too large to be exact`);
  }
  followPointers(walk, entry.ifd, tag, entry.value, offset);
}

/** Plans the IFDs that a pointer tag leads to. */
function followPointers(walk: Walk, from: IfdPath, tag: number, value: TagValue, at: number): void {
  const target = value instanceof Uint8Array ? undefined : value?.[0];
  if (typeof target !== 'number' || value === null) return;
  if (tag === exifIfdPointer) follow(walk, { path: 'Exif', offset: target, chain: null, at });
  else if (tag === gpsIfdPointer) follow(walk, { path: 'GPS', offset: target, chain: null, at });
  else if (tag === interopIfdPointer) follow(walk, { path: 'Interop', offset: target, chain: null, at });
  else if (tag === subIfdsPointer && from !== 'Exif') followSubIfds(walk, value, at);
}

/** SubIFDs are an array of offsets, or a chain whose first offset stands alone. */
function followSubIfds(walk: Walk, offsets: Exclude<TagValue, null>, at: number): void {
  for (const offset of offsets) {
    if (typeof offset !== 'number') continue;
    if (offsets.length === 1) followChain(walk, 'SubIFD', offset, at);
    else follow(walk, { path: `SubIFD${walk.counts.SubIFD++}`, offset, chain: null, at });
  }
}

function followChain(walk: Walk, chain: Chain, offset: number, at: number): void {
  follow(walk, { path: `${chain}${walk.counts[chain]++}`, offset, chain, at });
}

/** Plans the IFD of `target`, unless one of its name or place was, it lies outside, or there are too many. */
function follow(walk: Walk, target: Target): void {
  const { path, offset, at } = target;
  if (walk.paths.has(path)) return;
  if (walk.visited.has(offset)) return warn(walk, 'loop', at, `${path} at ${offset} was read before`);
  if (walk.visited.size >= maxIfds) return warn(walk, 'limit', at, 'more IFDs than the limit');
  if (offset < 0 || offset + 2 > walk.size) return warn(walk, 'truncated', at, `${path} at ${offset} lies outside`);
  walk.visited.add(offset);
  walk.paths.add(path);
  const length = walk.header.big ? 16 + 20 * likelyEntries : 6 + 12 * likelyEntries;
  walk.ifds.push({ ...target, length });
}

/** The offset stored at `at`; -1 for a 64-bit one beyond any file. */
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
