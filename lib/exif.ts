// Reads the EXIF of one object: first read, container by its bytes, limits, IFDs, record.
import { sameVersion } from './bucket/version';
import { budgetedReader, windowedReader } from './bytes/reader';
import { containers } from './container';
import { type Limits, readAhead } from './limits';
import { isLasting, ProblemError } from './problem';
import { type TagGroup, tagGroups } from './tag/groups';
import { readDocument } from './tiff/document';
import type {
  Bucket,
  Container,
  ExifDocument,
  ExifRecord,
  ImageShape,
  ObjectRef,
  ObjectStat,
  RangeReader,
  ReadCost,
} from './types';

/** Changes whenever the same object may give another record; part of every ETag. */
export const parserVersion = '1';

export type ReadDeps = Readonly<{ bucket: Bucket; limits: Limits; dropGroups: readonly TagGroup[] }>;

/** What is known before an object is read: the ETag of what a cache holds of it, and which version the caller has. */
export type Known = Readonly<{ held: string | null; isKnown: (stat: ObjectStat) => boolean }>;

/**
 * What reading an object came to: it still has the ETag that is held; the caller has this version; its record; a fault
 * that lasts as long as this version does, of which the store may have told nothing (`stat` null).
 */
export type Reading =
  | Readonly<{ kind: 'unchanged' }>
  | Readonly<{ kind: 'known'; stat: ObjectStat }>
  | Readonly<{ kind: 'record'; record: ExifRecord }>
  | Readonly<{ kind: 'fault'; problem: ProblemError; stat: ObjectStat | null }>;

/** The first reply about an object. */
type OpenObject = Readonly<{ ref: ObjectRef; stat: ObjectStat; head: Uint8Array; reader: RangeReader }>;

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
  try {
    return await attempt(ref, deps, cost, known, signal);
  } catch (error) {
    if (!(error instanceof ProblemError && error.code === 'ObjectChanged')) throw error;
  }
  return attempt(ref, deps, cost, known, signal);
}

async function attempt(
  ref: ObjectRef,
  deps: ReadDeps,
  cost: ReadCost,
  known: Known,
  signal: AbortSignal,
): Promise<Reading> {
  const spent: ReadCost = { requests: 0, bytes: 0 };
  let stat: ObjectStat | null = null;
  try {
    const object = await openObject(ref, deps, spent, known.held, signal);
    if (object === null) return { kind: 'unchanged' };
    stat = object.stat;
    checkSize(stat, deps.limits);
    if (known.isKnown(stat)) return { kind: 'known', stat };
    return { kind: 'record', record: await readRecord(object, deps) };
  } catch (problem) {
    if (problem instanceof ProblemError && isLasting(problem.code)) return { kind: 'fault', problem, stat };
    throw problem;
  } finally {
    cost.requests += spent.requests;
    cost.bytes += spent.bytes;
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
  cost.bytes += first.received ?? head.length;
  const pin = stat.etag === null ? null : { ifMatch: stat.etag };
  const pinned: RangeReader = {
    size: stat.size,
    read: (ranges) =>
      Promise.all(
        ranges.map(async (range) => {
          const later = await bucket.fetch(ref, range, pin, signal);
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
  return { ref, stat, head, reader: windowedReader(budgeted, head, readAhead) };
}

function checkSize({ size }: ObjectStat, { objectBytes }: Limits): void {
  if (size === 0) throw new ProblemError('EmptyObject', 'Cannot read an image from an object of 0 bytes');
  if (size > objectBytes) {
    throw new ProblemError('ImageTooLarge', `Cannot read an object of ${size} bytes: the limit is ${objectBytes}`);
  }
}

async function readRecord({ ref, stat, head, reader }: OpenObject, deps: ReadDeps): Promise<ExifRecord> {
  const container = containers.find((candidate) => candidate.matches(head));
  if (container === undefined) throw new ProblemError('NotAnImage', 'No supported format begins with these bytes');
  const located = await container.locate(reader);
  checkShape(located.shape, deps.limits);
  const document = located.exif === null ? null : await readDocument(located.exif);
  const shape = completeShape(container, located.shape, document);
  checkShape(shape, deps.limits);
  return {
    ref,
    stat,
    parser: parserVersion,
    container: container.name,
    shape,
    document: document === null ? null : dropEntries(document, deps.dropGroups),
  };
}

function completeShape(container: Container, shape: ImageShape, document: ExifDocument | null): ImageShape {
  return container.shapeOf === undefined || document === null ? shape : container.shapeOf(document);
}

/** Throws ProblemError `SideTooLong`, `TooManyPixels` or `TooManyFrames`; sizes that are not stated pass. */
function checkShape({ width, height, frames, animated }: ImageShape, limits: Limits): void {
  if (Math.max(width ?? 0, height ?? 0) > limits.side) {
    throw new ProblemError(
      'SideTooLong',
      `Cannot serve an image of ${width} x ${height}: the limit is ${limits.side} a side`,
    );
  }
  const pixels = (width ?? 0) * (height ?? 0);
  if (pixels > limits.pixels) {
    throw new ProblemError('TooManyPixels', `Cannot serve an image of ${pixels} pixels: the limit is ${limits.pixels}`);
  }
  if (animated && pixels * frames > limits.pixels) {
    throw new ProblemError(
      'TooManyFrames',
      `Cannot serve ${frames} frames of ${pixels} pixels: the limit is ${limits.pixels}`,
    );
  }
}

function dropEntries(document: ExifDocument, groups: readonly TagGroup[]): ExifDocument {
  if (groups.length === 0) return document;
  return { ...document, entries: document.entries.filter((entry) => !groups.some((group) => tagGroups[group](entry))) };
}
