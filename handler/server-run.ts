// How a server runs jobs: as many at a time as it has room for.
import { type JobDeps, refuseJob, runJob } from '../lib/job';
import { serverJobs } from '../lib/limits';
import { ProblemError } from '../lib/problem';
import type { Run } from './create';
import { turnstile } from './turnstile';

/** A `Run` of `serverJobs` at a time; when as many as may wait do so, the rest is told to come back. */
export function createServerRun(deps: JobDeps): Run {
  const full = new ProblemError('SlowDown', 'Cannot run more jobs at once');
  return turnstile(
    (job, { remainingMs }) => runJob(job, deps, remainingMs),
    (job) => refuseJob(job, deps, full),
    serverJobs,
  );
}
