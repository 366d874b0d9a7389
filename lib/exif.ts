// Reads the EXIF of one object: first read, container by its bytes, limits, IFDs, record.
import { sameVersion } from './bucket/version';
import { budgetedReader, windowedReader } from './bytes/reader';
import { containers } from './container';
import { type Limits, readAhead } from './limits';
import { ProblemError } from './problem';
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

/** The first reply about an object. */
type OpenObject = Readonly<{ ref: ObjectRef; stat: ObjectStat; head: Uint8Array; reader: RangeReader }>;

/**
 * The record of an object; `record` is null when `isKnown` says of the first reply that the caller has this version, so
 * nothing more is read. Starts over once when the object changes meanwhile, with the whole budget: a second answer must
 * not be poorer than the first. Counts into `cost`. Throws ProblemError.
 */
export async function readExif(
  ref: ObjectRef,
  deps: ReadDeps,
  cost: ReadCost,
  isKnown: (stat: ObjectStat) => boolean,
  signal: AbortSignal,
): Promise<{ stat: ObjectStat; record: ExifRecord | null }> {
  const attempt = async () => {
    const spent: ReadCost = { requests: 0, bytes: 0 };
    try {
      const object = await openObject(ref, deps, spent, signal);
      const record = isKnown(object.stat) ? null : await readRecord(object, deps);
      return { stat: object.stat, record };
    } finally {
      cost.requests += spent.requests;
      cost.bytes += spent.bytes;
    }
  };
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'ObjectChanged') return attempt();
    throw error;
  }
}

/** One GET of the first bytes: size, ETag and type come from its reply, and all later reads are pinned to that ETag. */
async function openObject(
  ref: ObjectRef,
  { bucket, limits }: ReadDeps,
  cost: ReadCost,
  signal: AbortSignal,
): Promise<OpenObject> {
  cost.requests++;
  const first = await bucket.fetch(ref, { start: 0, end: limits.firstRead }, null, signal);
  const { bytes: head, stat } = first;
  cost.bytes += first.received ?? head.length;
  if (stat.size === 0) throw new ProblemError('EmptyObject', 'Cannot read an image from an object of 0 bytes');
  if (stat.size > limits.objectBytes) {
    throw new ProblemError(
      'ImageTooLarge',
      `Cannot read an object of ${stat.size} bytes: the limit is ${limits.objectBytes}`,
    );
  }
  const pinned: RangeReader = {
    size: stat.size,
    read: (ranges) =>
      Promise.all(
        ranges.map(async (range) => {
          const later = await bucket.fetch(ref, range, stat.etag, signal);
          // Where the store gives no ETag there is nothing to pin: size and date must do.
          if (!sameVersion(stat, later.stat))
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
