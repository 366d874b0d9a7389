// The `Run` of a server: reads are admitted by admission.ts, and the time of a job begins when its request arrives.
import type { Writable } from 'node:stream';
import type { JobDeps, LogLevel } from '../../lib/job';
import { serverReads } from '../../lib/limits';
import { ProblemError } from '../../lib/problem';
import { createSharedReads } from '../../lib/read/shared-reads';
import type { ViewMember, ViewResult } from '../../lib/read/view';
import type { Config } from '../config/config';
import { runRequest } from '../run-request';
import type { JobRunner } from '../schedule';
import { createAdmission } from './admission';
import { type Overload, watchOverload } from './overload';
import type { ServerMetrics } from './server-metrics';
import { type Part, readBounds, whole } from './shares';

/** One for all refusals: it has no data of a request. */
const busy = new ProblemError(
  'SlowDown',
  'Cannot answer now: the requests before this one need all the time of the processor',
);

/** `part`: the share of this process in the limits of the server. */
export type ServerRunOptions = Readonly<{
  metrics?: ServerMetrics | null;
  part?: Part | undefined;
  overload?: Overload;
}>;

/**
 * A `Run` whose reads stay within the share of `part` in `serverReads`. Requests for one object share a read, unless `shared` of
 * `deps` is null. A request that cannot be answered in time is answered `SlowDown`.
 */
export function createServerRun(deps: JobDeps, options: ServerRunOptions = {}): JobRunner {
  const { metrics = null, part = whole, overload = watchOverload() } = options;
  const admit = createAdmission(readBounds(part));
  const joinMs = deps.cache?.answers?.freshMs ?? 0;
  const { shared = createSharedReads<ViewMember, ViewResult>({ stallMs: serverReads.stallMs, joinMs }) } = deps;
  const limited: JobDeps = {
    ...deps,
    shared,
    admit: metrics === null ? admit : metrics.countReads(admit),
    checkLoad() {
      if (overload.isReached()) throw busy;
    },
  };
  return async (job, budget) => {
    const end = overload.begin();
    let isAnswered = false;
    try {
      const outcome = await runRequest(job, limited, budget);
      isAnswered = outcome.error === null;
      return outcome;
    } finally {
      end(isAnswered);
    }
  };
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
  const { isLogged = () => true } = deps;
  return {
    ...deps,
    isLogged: () => true,
    log(line) {
      metrics.countJob(line);
      if (isLogged(line['level'] as LogLevel)) deps.log(line);
    },
  };
}

/**
 * `deps`, whose lines of one turn of the event loop are written to `out` together: a write costs more than the line, most of all
 * in a worker, where it wakes the process that leads.
 */
export function joiningLines<Deps extends Pick<JobDeps, 'log'>>(deps: Deps, out: Writable = process.stdout): Deps {
  let isHeld = false;
  const release = (): void => {
    isHeld = false;
    out.uncork();
  };
  process.once('exit', release);
  return {
    ...deps,
    log(line) {
      if (!isHeld) {
        isHeld = true;
        out.cork();
        setImmediate(release);
      }
      deps.log(line);
    },
  };
}
