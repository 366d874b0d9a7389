// Runs a job: for one object, or for many when the settings allow a batch.
import { isBatch } from '../lib/http/request';
import { type JobDeps, runJob } from '../lib/job';
import type { Job, Outcome } from '../lib/types';
import type { Budget } from './schedule';

const atOnce = { waitedMs: 0, gone: null };

/** Runs `job`. Never throws. The code for batches is loaded at the first one. */
export function runRequest(job: Job, deps: JobDeps, budget: Budget): Promise<Outcome> {
  const { remainingMs, arrival = atOnce, sink } = budget;
  if (job.act !== 'answer' || deps.answers.batch !== true || !isBatch(job.request))
    return runJob(job, deps, remainingMs, arrival);
  const { runBatch } = require('../lib/batch/run-batch') as typeof import('../lib/batch/run-batch');
  return runBatch(job, deps, { remainingMs, arrival, sink: sink ?? null });
}
