// Reads one object in different ways, and says where the answers differ.
import { budgetedReader, windowedReader } from '../../lib/bytes/reader';
import { readExif as readFromMemory } from '../../lib/index';
import { defaultLimits, type Limits, readAhead } from '../../lib/limits';
import { ProblemError } from '../../lib/problem';
import { nothingKnown } from '../../lib/read/object';
import { readImage, readRecord } from '../../lib/read/record';
import { mergeDocuments } from '../../lib/tiff/document';
import type { ByteRange, ExifDocument, ExifRecord, ImageShape, RangeReader, ReadCost } from '../../lib/types';
import { bucketOfObject, type FuzzObject, type ReadCounts } from './object';

/** The outcome of a reading: the record, or the code of the problem. */
export type ReadingFinding = Readonly<{ container: string; shape: ImageShape; document: ExifDocument | null }>;
export type ReadingOutcome = Readonly<{ found: ReadingFinding } | { code: string }>;

/** An outcome, and whether the budget of reads ended before all was read. */
export type Reading = Readonly<{ way: string; outcome: ReadingOutcome; ended: boolean }>;

const ref = { bucketId: 'fuzz', bucket: 'fuzz', key: 'fuzz' };
const signal = new AbortController().signal;

/** Limits under which no object that a fuzzer makes comes to the end of its budget. */
export const unbounded: Limits = { ...defaultLimits, requests: 100_000, readBytes: 1024 * 1024 * 1024 };

/**
 * The outcome of `work`. The codes that an image may cause are outcomes; every other error is thrown, a ProblemError
 * such as `InternalError` included.
 */
export async function outcomeOf(work: () => Promise<ReadingFinding>): Promise<ReadingOutcome> {
  try {
    return { found: await work() };
  } catch (error) {
    if (error instanceof ProblemError && blamesTheImage.has(error.code)) return { code: error.code };
    throw error;
  }
}

/** Codes of problems that the bytes of an image may be the reason of. */
export const blamesTheImage: ReadonlySet<string> = new Set([
  'NotAnImage',
  'DamagedImage',
  'BudgetExceeded',
  'SideTooLong',
  'TooManyPixels',
  'TooManyFrames',
  'EmptyObject',
  'ImageTooLarge',
]);

/** Reads through a bucket, as a function does. `wrong` collects faults of the cost. */
export async function readFromStore(object: FuzzObject, limits: Limits, wrong: string[]): Promise<ExifRecord> {
  const cost: ReadCost = { requests: 0, bytes: 0 };
  const served: ReadCounts = { requests: 0, bytes: 0 };
  const deps = { bucket: bucketOfObject(object, served), limits, dropGroups: [] };
  try {
    const reading = await readRecord({ ref, deps, cost, known: nothingKnown, signal });
    if (reading.kind === 'fault') throw reading.problem;
    if (reading.kind !== 'record') throw new Error(`${reading.kind}, though nothing was known`);
    return reading.record;
  } finally {
    if (served.requests > limits.requests) wrong.push('more requests than the budget has');
    if (served.bytes > Math.max(limits.readBytes, limits.firstRead)) wrong.push('more bytes than the budget has');
    if (cost.requests !== served.requests || cost.bytes !== served.bytes) wrong.push('the cost is counted wrong');
  }
}

/** The bounds of a deployed function. */
const { objectBytes, side, pixels } = defaultLimits;

/** Reads the ranges of bytes as the package for programs does. */
export function readFromRanges(bytes: Uint8Array): Promise<ExifRecord> {
  const read = async ({ start, end }: ByteRange): Promise<Uint8Array> => bytes.slice(start, end);
  return readFromMemory({ size: bytes.length, read }, { limits: { objectBytes, side, pixels } });
}

/** Reads bytes as the package for programs does: they may also be an EXIF block without an image, which no store has. */
export function readFromBytes(bytes: Uint8Array): Promise<ExifRecord> {
  return readFromMemory(bytes, { limits: { objectBytes, side, pixels } });
}

/** Bytes of the first read, as the least a deployment may set; an SVG needs more to be known as one. */
export const firstReads = [4096, 5000] as const;
const headBytes = 4096;

/** How bytes are handed to the container and to the IFD walk: by the window, or each range by itself. */
export type Cut = Readonly<{ minRead: number; mergeGap: number } | 'ranges'>;

/** Reads an object whose first bytes are known, in windows of `cut`. Budgets are those of `limits`. */
export async function readInParts(object: FuzzObject, cut: Cut, limits: Limits, way: string): Promise<Reading> {
  const state = { ended: false };
  const budgeted = partReader(object, cut, limits, state);
  const head = object.slice({ start: 0, end: Math.min(headBytes, object.size) });
  const stat = { size: object.size, etag: null, lastModified: null };
  const outcome = await outcomeOf(async () => {
    // Where a store is asked, it says so itself.
    if (object.size === 0) throw new ProblemError('EmptyObject', 'Cannot read an empty object');
    const { container, shape, exif } = await readImage({ stat, head, reader: budgeted }, limits);
    return { container, shape, document: exif === null ? null : mergeDocuments(exif) };
  });
  return { way, outcome, ended: state.ended };
}

/** A reader of an object that hands out its bytes in small parts, and notes when the budget refuses a read. */
export function partReader(object: FuzzObject, cut: Cut, limits: Limits, state: { ended: boolean }): RangeReader {
  const store: RangeReader = { size: object.size, read: async (ranges) => ranges.map((range) => object.slice(range)) };
  const budgeted = budgetedReader(store, { requests: 0, bytes: 0 }, limits.requests, limits.readBytes);
  const watched: RangeReader = {
    size: object.size,
    read: async (ranges) => {
      try {
        return await budgeted.read(ranges);
      } catch (error) {
        state.ended ||= error instanceof ProblemError && error.code === 'BudgetExceeded';
        throw error;
      }
    },
  };
  const none = new Uint8Array(0);
  // A window of 0 bytes and no gap: each range is read exactly as it is asked for, and checked.
  const { minRead, mergeGap } = cut === 'ranges' ? { minRead: 0, mergeGap: -1 } : cut;
  return windowedReader(watched, none, { ...readAhead, minRead, maxRead: Math.max(1, minRead), mergeGap });
}

/**
 * Where two readings of one object differ; nothing when they need not be equal. Readings whose budget did not end are
 * equal in all but costs. One whose budget ended may know less, but nothing else: its problem is `BudgetExceeded` or the
 * other's, its container is the other's, and it has only tags that the other has.
 */
export function differences(whole: Reading, other: Reading): readonly string[] {
  const [more, less] = whole.ended ? [other, whole] : [whole, other];
  if (more.ended) return [];
  const where = `${less.way} and ${more.way}`;
  const difference = less.ended ? strangeness(more.outcome, less.outcome) : inequality(more.outcome, less.outcome);
  return difference === null ? [] : [`${where} differ: ${difference}`];
}

function inequality(a: ReadingOutcome, b: ReadingOutcome): string | null {
  if ('code' in a || 'code' in b) {
    const [first, second] = [a, b].map((one) => ('code' in one ? one.code : 'an answer'));
    return first === second ? null : `${second}, ${first}`;
  }
  const [one, other] = [a.found, b.found];
  if (one.container !== other.container) return 'container';
  if (printShape(one.shape) !== printShape(other.shape)) return 'shape';
  return printDocument(one.document) === printDocument(other.document) ? null : 'tags';
}

/** What a reading of less has that a reading of all has not. */
function strangeness(all: ReadingOutcome, less: ReadingOutcome): string | null {
  if ('code' in less) {
    const isFine = less.code === 'BudgetExceeded' || ('code' in all && all.code === less.code);
    return isFine ? null : `${less.code} where the budget ended`;
  }
  if ('code' in all) return null;
  if (all.found.container !== less.found.container) return 'container';
  const known = new Set(entryTexts(all.found.document));
  return entryTexts(less.found.document).every((entry) => known.has(entry)) ? null : 'a tag where the budget ended';
}

function printShape(shape: ImageShape): string {
  return JSON.stringify(Object.entries(shape).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function printDocument(document: ExifDocument | null): string {
  if (document === null) return 'none';
  const { littleEndian, pages, warnings } = document;
  return JSON.stringify([littleEndian, pages, entryTexts(document), warnings]);
}

function entryTexts(document: ExifDocument | null): readonly string[] {
  return (document?.entries ?? []).map(({ ifd, tag, type, count, offset, value }) => {
    const shown = value instanceof Uint8Array ? `bytes ${value.join()}` : (value?.map(String).join(' ') ?? 'null');
    return `${ifd} ${tag} ${type} ${count} ${offset} ${shown}`;
  });
}
