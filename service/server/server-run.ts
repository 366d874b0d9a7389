// The `Run` of a server: reads are admitted by admission.ts, and the time of a job begins when its request arrives.
import { type JobDeps, runJob } from '../../lib/job';
import { serverReads } from '../../lib/limits';
import type { JobRunner } from '../schedule';
import { createAdmission } from './admission';

/** A `Run` whose reads stay within `serverReads`. A request that cannot be answered in time is answered `SlowDown`. */
export function createServerRun(deps: JobDeps): JobRunner {
  const limited: JobDeps = { ...deps, admit: createAdmission(serverReads) };
  return (job, { remainingMs, arrival }) => runJob(job, limited, remainingMs, arrival);
}
