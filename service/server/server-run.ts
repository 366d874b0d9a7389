// How a server runs jobs: reading within the bounds of admission.ts, on the time that began when the request arrived.
import { type JobDeps, runJob } from '../../lib/job';
import { serverReads } from '../../lib/limits';
import type { Run } from '../create-handler';
import { createAdmission } from './admission';

/** A `Run` of which `serverReads` bounds the reads; a request that cannot be answered in time is told to come back. */
export function createServerRun(deps: JobDeps): Run {
  const limited: JobDeps = { ...deps, admit: createAdmission(serverReads) };
  return (job, { remainingMs, arrival }) => runJob(job, limited, remainingMs, arrival);
}
