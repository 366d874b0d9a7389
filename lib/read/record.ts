// Reads the EXIF of one object: first read, container by its bytes, limits, IFDs, record.
import { sameVersion } from '../bytes/etag';
import { budgetedReader, windowedReader } from '../bytes/reader';
import { containers } from '../container';
import { type Limits, readAhead } from '../limits';
import { isLasting, ProblemError } from '../problem';
import { type TagGroup, tagGroups } from '../tag/groups';
import { mergeDocuments, readStreams, type StreamDocuments } from '../tiff/document';
import type {
  Bucket,
  ByteRange,
  Container,
  ExifDocument,
  ExifRecord,
  ImageShape,
  IsKnown,
  ObjectRef,
  ObjectStat,
  RangeReader,
  ReadCost,
} from '../types';

/** Changes whenever the same object may give another record; part of the revision. */
export const parserVersion = '4';

export type ReadDeps = Readonly<{ bucket: Bucket; limits: Limits; dropGroups: readonly TagGroup[] }>;

/** What is known before an object is read: the ETag of what a cache holds of it, and which version the caller has. */
export type Known = Readonly<{ held: string | null; isKnown: IsKnown }>;

/**
 * What reading an object came to: it still has the ETag that is held; the caller has this version; its record; a fault
 * that lasts as long as this version does, of which the store may have told nothing (`stat` null).
 */
export type Reading =
  | Readonly<{ kind: 'unchanged' }>
  | Readonly<{ kind: 'known'; stat: ObjectStat }>
  | Readonly<{ kind: 'record'; record: ExifRecord }>
  | Readonly<{ kind: 'fault'; problem: ProblemError; stat: ObjectStat | null }>;

/** Which object is to be read, with what, and what is known of it before. Counts into `cost`. */
export type ReadAsk = Readonly<{
  ref: ObjectRef;
  deps: ReadDeps;
  cost: ReadCost;
  known: Known;
  signal: AbortSignal;
}>;

/** The first reply about an object, and a reader of all of it within the limits. */
export type OpenObject = Readonly<{ stat: ObjectStat; head: Uint8Array; reader: RangeReader }>;

/** An image whose container and tags were read; `exif` is null where there is no EXIF. */
export type ReadImage = Readonly<{ container: string; shape: ImageShape; exif: StreamDocuments | null }>;

/**
 * Reads an object, as far as what is `known` does not make it needless. Starts over once when the object changes
 * meanwhile, with the whole budget: a second answer must not be poorer than the first. Counts into `cost`. Throws
 * ProblemError, but not for a fault that lasts.
 */
export async function readExif(
  ref: ObjectRef,
  deps: ReadDeps,
  cost: ReadCost,
  known: Known,
  signal: AbortSignal,
): Promise<Reading> {
  return readObject({ ref, deps, cost, known, signal }, async (object) => ({
    kind: 'record',
    record: await readRecord(object, deps),
  }));
}

/** What `use` makes of an object, under the rules of `readExif`. */
export async function readObject<T>(
  ask: ReadAsk,
  use: (object: OpenObject) => Promise<T>,
): Promise<T | Exclude<Reading, { kind: 'record' }>> {
  try {
    return await attempt(ask, use);
  } catch (error) {
    if (!(error instanceof ProblemError && error.code === 'ObjectChanged')) throw error;
  }
  return attempt(ask, use);
}

async function attempt<T>(
  { ref, deps, cost, known, signal }: ReadAsk,
  use: (object: OpenObject) => Promise<T>,
): Promise<T | Exclude<Reading, { kind: 'record' }>> {
  const ranges: ByteRange[] = [];
  const spent: ReadCost = { requests: 0, bytes: 0, ranges };
  let stat: ObjectStat | null = null;
  try {
    const object = await openObject(ref, deps, spent, known.held, signal);
    if (object === null) return { kind: 'unchanged' };
    stat = object.stat;
    checkSize(stat, deps.limits);
    const isKnown = known.isKnown(stat);
    if (isKnown === true) return { kind: 'known', stat };
    return isKnown === false ? await use(object) : await useFirstReply(object, use);
  } catch (problem) {
    if (problem instanceof ProblemError && isLasting(problem.code)) return { kind: 'fault', problem, stat };
    throw problem;
  } finally {
    cost.requests += spent.requests;
    cost.bytes += spent.bytes;
    cost.ranges?.push(...ranges);
  }
}

/** What `use` makes of an object, or `known` when that takes more than the first reply. */
async function useFirstReply<T>(
  object: OpenObject,
  use: (object: OpenObject) => Promise<T>,
): Promise<T | Extract<Reading, { kind: 'known' }>> {
  const { stat, head } = object;
  let isEnough = true;
  const stopped: RangeReader = {
    size: stat.size,
    read: async () => {
      isEnough = false;
      throw new ProblemError('BudgetExceeded', 'Cannot read more than the first reply: the caller knows this version');
    },
  };
  const known = { kind: 'known', stat } as const;
  try {
    // A parser may go on without what it cannot read.
    const made = await use({ ...object, reader: windowedReader(stopped, head, readAhead) });
    return isEnough ? made : known;
  } catch (error) {
    if (isEnough) throw error;
    return known;
  }
}

/**
 * One GET of the first bytes: size, ETag and type come from its reply, and all later reads are pinned to that ETag. Null
 * when the object still has the ETag that is held.
 */
async function openObject(
  ref: ObjectRef,
  { bucket, limits }: ReadDeps,
  cost: ReadCost,
  held: string | null,
  signal: AbortSignal,
): Promise<OpenObject | null> {
  cost.requests++;
  const unless = held === null ? null : { ifNoneMatch: held };
  const first = await bucket.fetch(ref, { start: 0, end: limits.firstRead }, unless, signal);
  if (first === null) return null;
  const { bytes: head, stat } = first;
  cost.ranges?.push({ start: 0, end: head.length });
  cost.bytes += first.received ?? head.length;
  const pin = stat.etag === null ? null : { ifMatch: stat.etag };
  const pinned: RangeReader = {
    size: stat.size,
    read: (ranges) =>
      Promise.all(
        ranges.map(async (range) => {
          const later = await bucket.fetch(ref, range, pin, signal).catch(asChange);
          // Where the store gives no ETag there is nothing to pin: size and date must do.
          if (later === null || !sameVersion(stat, later.stat))
            throw new ProblemError('ObjectChanged', `Cannot read on at ${range.start}`);
          // A store that ignores ranges sends all that is in front, too.
          cost.bytes += (later.received ?? later.bytes.length) - later.bytes.length;
          return later.bytes;
        }),
      ),
  };
  const budgeted = budgetedReader(pinned, cost, limits.requests, limits.readBytes);
  return { stat, head, reader: windowedReader(budgeted, head, readAhead) };
}

/** What a later reply denies (that the object has bytes, has as many, is no archive) was so in the first one. */
function asChange(error: unknown): never {
  const denied = error instanceof ProblemError && (isLasting(error.code) || error.code === 'RangeNotSatisfiable');
  if (!denied) throw error;
  throw new ProblemError('ObjectChanged', error.message, { cause: error });
}

function checkSize({ size }: ObjectStat, { objectBytes }: Limits): void {
  if (size === 0) throw new ProblemError('EmptyObject', 'Cannot read an image from an object of 0 bytes');
  if (size > objectBytes) {
    throw new ProblemError('ImageTooLarge', `Cannot read an object of ${size} bytes: the limit is ${objectBytes}`);
  }
}

async function readRecord(object: OpenObject, { limits, dropGroups }: ReadDeps): Promise<ExifRecord> {
  const { container, shape, exif } = await readImage(object, limits);
  return {
    stat: object.stat,
    parser: parserVersion,
    container,
    shape,
    document: exif === null ? null : dropEntries(mergeDocuments(exif), dropGroups),
  };
}

/** The container of an object by its bytes, and all tags. Throws ProblemError for what is no image or over the limits. */
export async function readImage({ head, reader }: OpenObject, limits: Limits): Promise<ReadImage> {
  const container = containers.find((candidate) => candidate.matches(head));
  if (container === undefined) throw new ProblemError('NotAnImage', 'No supported format begins with these bytes');
  const located = await container.locate(reader);
  checkShape(container, located.shape, limits);
  const exif = located.exif === null ? null : await readStreams(located.exif);
  const shape = completeShape(container, located.shape, exif);
  checkShape(container, shape, limits);
  return { container: container.name, shape, exif };
}

function completeShape(container: Container, shape: ImageShape, exif: StreamDocuments | null): ImageShape {
  return container.shapeOf === undefined || exif === null ? shape : container.shapeOf(mergeDocuments(exif));
}

/**
 * Throws ProblemError `SideTooLong`, `TooManyPixels`, `TooManyFrames` (by their pixels) or `FrameCountTooHigh`; what the
 * container does not state passes.
 */
function checkShape({ name }: Container, shape: ImageShape, limits: Limits): void {
  const { width, height, frames, animated } = shape;
  const side = name === 'webp' ? Math.min(limits.side, limits.webpSide) : limits.side;
  if (Math.max(width ?? 0, height ?? 0) > side) {
    throw new ProblemError(
      'SideTooLong',
      `Cannot serve a ${name} of ${width} x ${height}: the limit is ${side} a side`,
    );
  }
  const pixels = (width ?? 0) * (height ?? 0);
  if (pixels > limits.pixels) {
    throw new ProblemError('TooManyPixels', `Cannot serve an image of ${pixels} pixels: the limit is ${limits.pixels}`);
  }
  if (!animated) return;
  if (frames > limits.frames) {
    throw new ProblemError('FrameCountTooHigh', `Cannot serve ${frames} frames: the limit is ${limits.frames}`);
  }
  if (pixels * frames > limits.pixels) {
    throw new ProblemError(
      'TooManyFrames',
      `Cannot serve ${frames} frames of ${pixels} pixels: the limit is ${limits.pixels}`,
    );
  }
}

/** The document without the tags of `groups`. */
export function dropEntries(document: ExifDocument, groups: readonly TagGroup[]): ExifDocument {
  if (groups.length === 0) return document;
  return { ...document, entries: document.entries.filter((entry) => !groups.some((group) => tagGroups[group](entry))) };
}
