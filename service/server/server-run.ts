// The `Run` of a server: reads are admitted by admission.ts, and the time of a job begins when its request arrives.
import type { JobDeps } from '../../lib/job';
import type { Config } from '../config/config';
import { runRequest } from '../run-request';
import type { JobRunner } from '../schedule';
import { createAdmission } from './admission';
import type { ServerMetrics } from './server-metrics';
import { type Part, readBounds, whole } from './shares';

/**
 * A `Run` whose reads stay within the share of `part` in `serverReads`. A request that cannot be answered in time is answered
 * `SlowDown`.
 */
export function createServerRun(deps: JobDeps, metrics: ServerMetrics | null = null, part: Part = whole): JobRunner {
  const admit = createAdmission(readBounds(part));
  const limited: JobDeps = { ...deps, admit: metrics === null ? admit : metrics.countReads(admit) };
  return (job, budget) => runRequest(job, limited, budget);
}

/** The metrics that the settings ask for; loaded only then. */
export function serverMetricsOf({ metrics }: Pick<Config, 'metrics'>): ServerMetrics | null {
  if (metrics !== 'prometheus') return null;
  const { createServerMetrics } = require('./server-metrics') as typeof import('./server-metrics');
  return createServerMetrics();
}

/** `deps`, whose jobs are counted. */
export function countingJobs(deps: JobDeps, metrics: ServerMetrics | null): JobDeps {
  if (metrics === null) return deps;
  return {
    ...deps,
    log(line) {
      metrics.countJob(line);
      deps.log(line);
    },
  };
}
