// Reads an object for its row: its metadata, and what it gives away, from one read.

import { setTimeout as delay } from 'node:timers/promises';
import type { BlockName } from '../../lib/block/block';
import { withinTime } from '../../lib/io/deadline';
import type { JobDeps } from '../../lib/job';
import { metadataContent } from '../../lib/metadata/content';
import { findingsOf, privateAnswer } from '../../lib/metadata/private';
import { type ProblemCode, ProblemError } from '../../lib/problem';
import { problems } from '../../lib/problem-table';
import { namedObject } from '../../lib/read/follow-event';
import { type MetadataNeeds, readMetadata } from '../../lib/read/metadata';
import { nothingKnown } from '../../lib/read/object';
import type { Row } from '../../lib/table/columns';
import { type RowState, rowOf } from '../../lib/table/row';
import type { ObjectStat, ReadCost } from '../../lib/types';
import type { ObjectOutcome } from '../terminal/tally';

/** An object of the list. */
export type ListedKey = Readonly<{ key: string; etag: string | null; size: number | null }>;

/**
 * The row of an object; null when the object is gone. `code` is OK, or the code of the problem; `message` says why it `failed`,
 * otherwise it is null. Plain data: it comes from a thread.
 */
export type RowResult = Readonly<{
  row: Row | null;
  code: string;
  container: string | null;
  outcome: Exclude<ObjectOutcome, 'upToDate'>;
  message: string | null;
  cost: Readonly<{ requests: number; bytes: number }>;
}>;

/** Reads an object. Never throws. */
export type ReadRow = (listed: ListedKey) => Promise<RowResult>;

/** Milliseconds before each further try. Each try sends up to three requests to the store within a second. */
const pauses = [500, 2_000, 8_000] as const;

/** `bucket` is the bucket's own name; `privacy`: whether to look for what the object gives away. */
export function createReadRow(
  deps: JobDeps,
  { bucket, privacy }: Readonly<{ bucket: string; privacy: boolean }>,
  { stop, sleep = delay }: Readonly<{ stop: AbortSignal; sleep?: (ms: number) => Promise<unknown> }>,
): ReadRow {
  const answer = metadataContent('flat');
  const needs: MetadataNeeds = privacy
    ? { wanted: new Set<BlockName>([...answer.wanted, ...privateAnswer.wanted]), thumbnail: true }
    : { wanted: answer.wanted };

  const readOnce = async (listed: ListedKey, cost: ReadCost): Promise<RowResult> => {
    const { ref, bucket: store } = namedObject({ bucket, key: listed.key }, deps);
    // Each state of an object gets a greater number in the caches too: the time at which its reading began.
    const order = Date.now();
    const found = await withinTime(stop, deps.limits.totalMs, (signal) =>
      readMetadata({ ref, deps: { ...deps, bucket: store }, cost, known: nothingKnown, signal }, needs),
    );
    const rowFor = (stat: ObjectStat | null, state: RowState): Row => {
      const { etag, size, lastModified } = stat ?? { ...listed, lastModified: null };
      // The list of a folder has no sizes.
      const known = state.code === 'EmptyObject' ? 0 : size;
      return rowOf({ bucket, key: listed.key, etag, size: known, lastModified, order }, state);
    };
    if (found.kind === 'metadata') {
      const { record } = found;
      const members = JSON.parse(await answer.render(record)) as Readonly<Record<string, unknown>>;
      const givesAway = privacy ? { givesAway: findingsOf(record).map(({ kind }) => kind) } : {};
      const { stat, container } = record.exif;
      const row = rowFor(stat, { record: members, ...givesAway });
      return { row, code: 'OK', container, outcome: 'done', message: null, cost };
    }
    const { code } = found.kind === 'fault' ? found.problem : new ProblemError('InternalError', 'Nothing was known');
    const row = rowFor(found.kind === 'fault' ? found.stat : null, { code });
    return { row, code, container: null, outcome: 'unreadable', message: null, cost };
  };

  return async (listed) => {
    const cost: ReadCost = { requests: 0, bytes: 0 };
    for (let tries = 0; ; tries++) {
      try {
        return await readOnce(listed, cost);
      } catch (error) {
        const pause = pauses[tries];
        if (pause === undefined || stop.aborted || !canPass(error)) return failed(listed, bucket, cost, error);
        await sleep(pause * (0.5 + Math.random()));
      }
    }
  };
}

function canPass(error: unknown): boolean {
  return error instanceof ProblemError && problems[error.code].retry === true;
}

/** An object that is gone since it was listed has no row, and is not a failure. */
function failed(listed: ListedKey, bucket: string, cost: ReadCost, error: unknown): RowResult {
  const code: ProblemCode = error instanceof ProblemError ? error.code : 'InternalError';
  if (code === 'NoSuchKey') return { row: null, code, container: null, outcome: 'done', message: null, cost };
  const message = error instanceof ProblemError ? error.message : String((error as Error)?.stack ?? error);
  const row = rowOf({ ...listed, bucket, lastModified: null, order: Date.now() }, { code });
  return { row, code, container: null, outcome: 'failed', message, cost };
}
