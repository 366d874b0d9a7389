// Walks the IFDs of a TIFF stream [TIFF 6.0 section 2; BigTIFF; EXIF 3.0 4.6.3], in rounds: all IFDs and values that are known
// to be needed are read together, then decoded synchronously. A bad entry is left out; the others are still read.
//
//   IFD      count  entry * count  offset of the next IFD        count 2 bytes, offset 4 (BigTIFF: 8 and 8)
//   entry    tag 2  type 2  count 4  value or its offset 4       (BigTIFF: count 8, value or offset 8)
import { need, u16, u32, u64 } from '../bytes/cursor';
import { heldRanges } from '../bytes/held';
import { readUpTo } from '../bytes/reader';
import { maxEntries, maxIfdBytes, maxNumberBytes, maxPayloadBytes, maxValueBytes, totalValueBytes } from '../limits';
import { ProblemError } from '../problem';
import { payloadTags, pointerTags } from '../tag/pointer';
import type { ByteRange, ExifDocument, IfdPath, TagEntry, TiffStream } from '../types';
import { follow, followChain, followPointers, mayBeIfd } from './follow';
import { nameGpsEntries } from './gps-ifd';
import { readTiffHeader, type TiffHeader, tiffHeaderLength, tiffHeaderMinimum } from './header';
import type { LimitTotals } from './limit-totals';
import { isBudgetEnd, readOneByOne } from './partial-read';
import { IFD8, LONG8, SLONG8, typeOf } from './type';
import { decodeValue } from './value';
import { hex, type Mutable, type PendingIfd, type PendingValue, type Walk, warn } from './walk';

/**
 * Reads every tag of the IFD chain, the SubIFDs, and the Exif, GPS and Interoperability IFDs of one stream. Throws
 * ProblemError `DamagedImage` when there is no TIFF header or the first IFD lies outside, and the errors of the reader as long as
 * no tag was read. Adds to `totals`.
 */
export async function readStream({ reader, root }: TiffStream, totals: LimitTotals): Promise<ExifDocument> {
  const whole = reader.held?.(0, reader.size) ?? null;
  const head = whole ?? (await readUpTo(reader, 0, tiffHeaderLength));
  const walk = startWalk(readTiffHeader(head), { reader, whole, root, totals });
  while (walk.ifds.length + walk.values.length > 0) {
    const round = takeRound(walk);
    decodeRound(walk, round, heldRanges(reader, round.ranges) ?? (await readWithin(walk, round.ranges)));
  }
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
  return dropped.size === 0 ? entries : entries.filter((entry) => !dropped.has(entry));
}

function startWalk(
  header: TiffHeader,
  { reader, whole, root, totals }: Pick<Walk, 'reader' | 'whole' | 'totals'> & Readonly<{ root: IfdPath }>,
): Walk {
  const { size } = reader;
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
    reader,
    whole,
  };
  if (header.ifd0 < tiffHeaderMinimum || header.ifd0 >= size) {
    throw new ProblemError('DamagedImage', `Cannot read IFD0 at ${header.ifd0} of a stream of ${size} bytes`);
  }
  if (root === 'IFD0') followChain(walk, 'IFD', header.ifd0, 0);
  else follow(walk, { path: root, offset: header.ifd0, chain: null, at: 0 });
  return walk;
}

/** The IFDs and values that are known to be needed, to be read together. */
type Round = Readonly<{ ifds: readonly PendingIfd[]; values: readonly PendingValue[]; ranges: readonly ByteRange[] }>;

function takeRound(walk: Walk): Round {
  const ifds = walk.ifds.splice(0);
  const values = walk.values.splice(0);
  const ranges = ifds.map(({ offset, length }) => rangeAt(offset, length, walk.size));
  for (const { range } of values) ranges.push(range);
  return { ifds, values, ranges };
}

function decodeRound(walk: Walk, { ifds, values }: Round, bytes: readonly (Uint8Array | null)[]): void {
  ifds.forEach((ifd, i) => {
    const held = bytes[i] ?? null;
    if (held !== null) readIfd(walk, ifd, held);
  });
  values.forEach(({ entry }, i) => {
    const held = bytes[ifds.length + i] ?? null;
    // A value beyond the budget is missing: its entry stays, without a value.
    if (held !== null) setValue(walk, entry, held, 0);
  });
}

/**
 * The bytes of each range. When the budget is too small for all of them, they are read one after the other, and the result is
 * null for each range that exceeds it.
 */
async function readWithin(walk: Walk, ranges: readonly ByteRange[]): Promise<readonly (Uint8Array | null)[]> {
  try {
    return await walk.reader.read(ranges);
  } catch (error) {
    if (!isBudgetEnd(error) || walk.entries.length === 0) throw error;
  }
  warn(walk, 'limit', ranges[0]?.start ?? 0, 'the budget of reads is too small for every IFD and value');
  return readOneByOne(walk.reader, ranges);
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
  const size = typeOf(type)?.size;
  if (size === undefined) return warn(walk, 'bad-type', offset, `tag ${hex(tag)} has type ${type}`);
  if (count === null) return warn(walk, 'bad-entry', offset, `tag ${hex(tag)} has a count beyond any file`);
  const entry: Mutable<TagEntry> = { ifd: ifd.path, tag, type, count, offset, value: null };
  const length = count * size;
  const inline = big ? 8 : 4;
  const valueAt = at + (big ? 12 : 8);
  if (length <= inline) {
    addEntry(walk, ifd, entry);
    return setValue(walk, entry, bytes, valueAt);
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
  const { whole } = walk;
  if (whole !== null && isOrderless(entry)) setValue(walk, entry, whole, start);
  else walk.values.push({ entry, range: { start, end: start + length } });
}

/** Whether decoding a value has no effect on others: it leads to no IFD, and causes no warning. */
function isOrderless({ tag, type }: TagEntry): boolean {
  return !pointerTags.has(tag) && type !== LONG8 && type !== SLONG8 && type !== IFD8;
}

/** Sets the value that is at `at`. */
function setValue(walk: Walk, entry: Mutable<TagEntry>, bytes: Uint8Array, at: number): void {
  const { tag, type, count, offset } = entry;
  entry.value = decodeValue(bytes, at, type, count, walk.header.littleEndian);
  if (entry.value === null) {
    walk.dropped.add(entry);
    return warn(walk, 'bad-entry', offset, `tag ${hex(tag)} holds a number too large to be exact`);
  }
  followPointers(walk, entry, entry.value);
}

/** The offset stored at `at`; -1 for a 64-bit one that is too large for any file. */
function offsetAt(walk: Walk, bytes: Uint8Array, at: number): number {
  need(bytes, at, walk.header.big ? 8 : 4);
  return walk.header.big ? (u64(bytes, at, walk.header.littleEndian) ?? -1) : u32(bytes, at, walk.header.littleEndian);
}
