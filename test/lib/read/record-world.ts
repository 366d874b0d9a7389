// Reads one object over a bucket that counts.
import { defaultLimits, type Limits } from '../../../lib/limits';
import { aheadBy } from '../../../lib/read/ahead';
import type { Forecast } from '../../../lib/read/forecast';
import type { ReadDeps } from '../../../lib/read/object';
import { type ReadResult, readRecord } from '../../../lib/read/record';
import type { ExifRecord, IsKnown, ReadCost } from '../../../lib/types';
import { someExif, tiffBytes } from '../../../testing/build/containers';
import { buildJpeg, comment, exifSegment, frameHeader, maxPayload } from '../../../testing/build/jpeg';
import { actl, buildPng, exifChunk, idat, iend, ihdr } from '../../../testing/build/png';
import { buildTiff } from '../../../testing/build/tiff';
import { anyRef, type CountingBucket } from '../../../testing/fakes/counting-bucket';

export type RecordWorldOptions = Partial<{
  limits: Partial<Limits>;
  dropGroups: ReadDeps['dropGroups'];
  forecast: Forecast | undefined;
  key: string;
  isKnown: IsKnown;
  held: string | null;
  cost: ReadCost;
  signal: AbortSignal;
}>;

export async function readingOf({ bucket }: CountingBucket, given: RecordWorldOptions = {}): Promise<ReadResult> {
  const limits = { ...defaultLimits, ...given.limits };
  const { forecast, dropGroups = [] } = given;
  const deps = { bucket, limits, dropGroups, openAhead: forecast && aheadBy(forecast) };
  const signal = given.signal ?? new AbortController().signal;
  const cost = given.cost ?? { requests: 0, bytes: 0 };
  const known = { held: given.held ?? null, isKnown: given.isKnown ?? (() => false) };
  return readRecord({ ref: { ...anyRef, key: given.key ?? anyRef.key }, deps, cost, known, signal });
}

/** The record, null where the caller knows it. */
export async function read(counting: CountingBucket, given: RecordWorldOptions = {}): Promise<ExifRecord | null> {
  const reading = await readingOf(counting, given);
  if (reading.kind === 'fault') throw reading.problem;
  return reading.kind === 'record' ? reading.record : null;
}

export const frame = frameHeader(640, 480);
export const jpegBytes = buildJpeg([exifSegment(tiffBytes), frame], 200_000);
/** EXIF far behind the first read. */
export const farJpeg = buildJpeg(
  [...Array.from({ length: 3 }, () => comment(maxPayload)), exifSegment(tiffBytes), frame],
  200_000,
);
export const farTiff = buildTiff(someExif(), { place: 'ifds-last', gap: 300_000 });
export const pngOf = (width: number, height: number, frames?: number) =>
  buildPng([ihdr(width, height), ...(frames === undefined ? [] : [actl(frames)]), exifChunk(tiffBytes), idat(), iend]);
