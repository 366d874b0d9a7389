// Reads bytes as the service reads an object, and returns what was found and the cost.

import { defaultLimits, type Limits } from '../../lib/limits';
import { nothingKnown, type ReadDeps } from '../../lib/read/object';
import { readRecord as readAny } from '../../lib/read/record';
import type { ExifDocument, ExifRecord, ObjectRef, ReadCost } from '../../lib/types';
import { anyRef, bucketOf } from '../fakes/counting-bucket';
import { entriesOf } from './document';
import { type Size, type StatedMembers, splitShape } from './shape';

export type ReadResult = Readonly<{
  container: string;
  shape: Size;
  stated: StatedMembers;
  /** `entriesOf` the document; null without one, and where it cannot be read. */
  entries: readonly string[] | null;
  /** GETs, those of one round together. */
  requests: number;
  bytes: number;
}>;

export async function readBytes(bytes: Uint8Array, limits: Partial<Limits> = {}): Promise<ReadResult> {
  const cost: ReadCost = { requests: 0, bytes: 0 };
  const deps = { bucket: bucketOf(bytes).bucket, limits: { ...defaultLimits, ...limits }, dropGroups: [] };
  const { container, shape, document } = await readRecord(anyRef, deps, cost, new AbortController().signal);
  return { container, ...splitShape(shape), entries: isReadable(document) ? entriesOf(document) : null, ...cost };
}

function isReadable(document: ExifDocument | null): document is ExifDocument {
  if (document === null) return false;
  return document.entries.length > 0 || !document.warnings.some(({ code }) => code === 'bad-header');
}

/** The record of an object of which nothing is known; a fault that lasts is thrown like any. */
export async function readRecord(
  ref: ObjectRef,
  deps: ReadDeps,
  cost: ReadCost,
  signal: AbortSignal,
): Promise<ExifRecord> {
  const reading = await readAny({ ref, deps, cost, known: nothingKnown, signal });
  if (reading.kind === 'fault') throw reading.problem;
  if (reading.kind !== 'record') throw new Error(`${reading.kind}, though nothing was known`);
  return reading.record;
}
