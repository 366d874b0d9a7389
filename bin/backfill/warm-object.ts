// Warms the cache for one object, with the same job as an upload event.

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type JobDeps, runJob } from '../../lib/job';
import { isLasting, ProblemError, problemCode } from '../../lib/problem';
import { problems } from '../../lib/problem-table';
import type { Sinks } from '../../lib/sink/sink';
import type { Job } from '../../lib/types';

/**
 * How warming the cache for an object ended. `error` is null when it did not fail; `code` and `container` are those of the job's
 * summary. `isUpToDate`: the cache had this version already. `isSent`: every sink has accepted the message about the object.
 * `kinds`: what the object gives away; absent when nobody asked for it.
 */
export type Attempt = Readonly<{
  code: string;
  container: string | null;
  error: unknown;
  isUpToDate: boolean;
  isSent: boolean;
  kinds?: readonly string[];
}>;

/** Warms the cache for a key. `etag` is that of the list, or null. Never throws. */
export type Warm = (key: string, etag: string | null) => Promise<Attempt>;

/** Objects in a row without an entry in the cache, after which the next one is expected to have none either. */
const missesInARow = 20;

/**
 * Warms by `runJob`, without its log. `bucket` is the bucket's own name. While the cache has nothing of the objects, they are
 * put without a look-up: two requests instead of three. When an object has an entry, the put is refused, and costs a look-up.
 */
export function createWarm(deps: JobDeps, bucket: string): Warm {
  const silent: JobDeps = { ...deps, log: () => undefined, isLogged: () => false };
  let misses = 0;
  return async (key, etag) => {
    const order = { lastModified: null, sequencer: null };
    const object = { bucket, key, order, listed: { etag, isNew: misses >= missesInARow } };
    const job: Job = { id: randomUUID(), trigger: 'backfill', act: 'warm', object };
    const { sinks = null } = deps;
    let isSent = false;
    const deliver: Sinks['deliver'] = async (state, signal) => {
      await sinks?.deliver(state, signal);
      isSent = true;
    };
    const counted = sinks === null ? silent : { ...silent, sinks: { ...sinks, deliver } };
    const { error, summary } = await runJob(job, counted, null);
    if (error === null) misses = summary?.cache === 'miss' ? misses + 1 : 0;
    return {
      code: summary?.code ?? problemCode(error),
      container: summary?.container ?? null,
      error,
      isUpToDate: summary?.cache === 'hit',
      isSent,
    };
  };
}

/** Milliseconds before each further try. Each try sends up to three requests to the store within a second. */
const pauses = [500, 2_000, 8_000] as const;

/** `warm`, tried again after a pause while a later try may succeed. */
export function patiently(warm: Warm, sleep: (ms: number) => Promise<unknown> = delay): Warm {
  return async (key, etag) => {
    for (const pause of pauses) {
      const attempt = await warm(key, etag);
      if (!canPass(attempt.error)) return attempt;
      await sleep(pause * (0.5 + Math.random()));
    }
    return warm(key, etag);
  };
}

/** For an attempt that did not fail: why the object cannot be read as an image; null for an object that can. */
export function unreadableProblem({ code, error }: Attempt): ProblemError | null {
  return error === null && isLasting(code) ? new ProblemError(code, problems[code].message) : null;
}

function canPass(error: unknown): boolean {
  return error instanceof ProblemError && problems[error.code].retry === true;
}
