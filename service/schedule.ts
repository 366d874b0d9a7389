// Runs the jobs of one event: several at once, but the jobs for the same object one after the other.
import type { LineSink } from '../lib/batch/run-batch';
import type { Arrival } from '../lib/job';
import { ProblemError } from '../lib/problem';
import type { Job, Outcome } from '../lib/types';

/**
 * `remainingMs`: milliseconds until the platform stops the function; null when it does not say. `arrival`: when a request
 * reached a server. `sink`: sends an answer while it is made, where the entry point can do that.
 */
export type Budget = Readonly<{ remainingMs: number | null; arrival?: Arrival; sink?: LineSink }>;

/** Runs a job. Never throws: the outcome has the error. */
export type JobRunner = (job: Job, budget: Budget) => Promise<Outcome>;

/** `running`: jobs at once. `remainingMs`: called before each job; null when the platform does not say. */
export type Schedule = Readonly<{ running: number; remainingMs(): number | null }>;

/** Milliseconds that must be left to start a job for an event: enough to read an object and to store the result. */
const leastMs = 1_000;

/** Outcomes of `jobs`, in the same order. A job that cannot end in time is not started: its outcome is a Timeout. */
export async function runJobs(
  jobs: readonly Job[],
  run: JobRunner,
  { running, remainingMs }: Schedule,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  const lanes = toLanes(jobs).values();
  const work = async (): Promise<void> => {
    // All workers share one iterator, so each lane is taken once.
    for (const lane of lanes) {
      for (const { job, place } of lane) outcomes[place] = await runInTime(job, run, remainingMs());
    }
  };
  await Promise.all(Array.from({ length: Math.min(running, jobs.length) }, work));
  return outcomes;
}

async function runInTime(job: Job, run: JobRunner, remainingMs: number | null): Promise<Outcome> {
  if (job.act === 'answer' || remainingMs === null || remainingMs >= leastMs) return run(job, { remainingMs });
  const error = new ProblemError('Timeout', `Cannot start a job: ${remainingMs} ms left, ${leastMs} needed`);
  return { job, answer: null, error };
}

type PlacedJob = Readonly<{ job: Job; place: number }>;

/** One lane for each object, with its jobs in their order, and one for each request. */
function toLanes(jobs: readonly Job[]): readonly (readonly PlacedJob[])[] {
  const lanes = new Map<string, PlacedJob[]>();
  jobs.forEach((job, place) => {
    const name = job.act === 'answer' ? String(place) : JSON.stringify([job.object.bucket, job.object.key]);
    const lane = lanes.get(name);
    if (lane === undefined) lanes.set(name, [{ job, place }]);
    else lane.push({ job, place });
  });
  return [...lanes.values()];
}
