// Warms the cache for one object, by the job that also the upload triggers run.

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type JobDeps, type LogLine, runJob } from '../../lib/job';
import { isLasting, ProblemError, problems } from '../../lib/problem';
import type { Job } from '../../lib/types';

/**
 * How warming ended: `error` null when it did what it should, `code` and `container` as the log has them. `isHeld`: the
 * cache had this version of the object already.
 */
export type Attempt = Readonly<{ code: string; container: string | null; error: unknown; isHeld: boolean }>;

/** Warms the cache for a key. Never throws. */
export type Warm = (key: string) => Promise<Attempt>;

/** Warms by `runJob` over `deps`; `bucket` is the bucket's own name. The log goes nowhere but into the result. */
export function createWarm(deps: JobDeps, bucket: string): Warm {
  return async (key) => {
    let line: LogLine = {};
    const log = (written: LogLine): void => {
      line = written;
    };
    const order = { lastModified: null, sequencer: null };
    const job: Job = {
      id: randomUUID(),
      trigger: 'backfill',
      act: 'warm',
      object: { bucket, key, order, listed: true },
    };
    const { error } = await runJob(job, { ...deps, log }, null);
    const container = typeof line['container'] === 'string' ? line['container'] : null;
    return { code: String(line['code'] ?? codeOf(error)), container, error, isHeld: line['cache'] === 'hit' };
  };
}

/** Milliseconds before each further try; the store itself has been tried three times within a second by then. */
const pauses = [500, 2_000, 8_000] as const;

/** `warm`, again after a pause while a later try may succeed. A throttled store gets the pause from each place at work. */
export function patiently(warm: Warm, sleep: (ms: number) => Promise<unknown> = delay): Warm {
  return async (key) => {
    for (const pause of pauses) {
      const attempt = await warm(key);
      if (!mayPass(attempt.error)) return attempt;
      await sleep(pause * (0.5 + Math.random()));
    }
    return warm(key);
  };
}

/** Why the object of an attempt that did not fail cannot be read as an image; null for one that can. */
export function unreadableProblem({ code, error }: Attempt): ProblemError | null {
  return error === null && isLasting(code) ? new ProblemError(code, problems[code].message) : null;
}

/** The code of an error as the log has it. */
export function codeOf(error: unknown): string {
  if (error === null) return 'OK';
  return error instanceof ProblemError ? error.code : 'InternalError';
}

function mayPass(error: unknown): boolean {
  return error instanceof ProblemError && problems[error.code].retry === true;
}
