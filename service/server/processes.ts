// Whether this process answers alone, is a worker, or leads workers. The code for several processes is loaded only for them.
import type { Env } from '../../lib/types';
import type { Config } from '../config/config';
import type { ServerMetrics } from './server-metrics';
import { type Place, placeName } from './shares';
import type { Worker } from './worker';
import type { Leading, Workers } from './workers';

/** The connection to the process that leads; null in a process that is not a worker. */
export function joinWorkers(env: Env): Worker | null {
  const text = env[placeName];
  if (text === undefined || process.send === undefined) return null;
  const { createWorker } = require('./worker') as typeof import('./worker');
  return createWorker(JSON.parse(text) as Place);
}

/** What the program that starts workers gives; the rest is in the settings. */
export type LeadingProgram = Omit<Leading, 'count' | 'log' | 'metrics'>;

/** Starts the workers that `config` asks for, and replaces those that end. */
export function leadWorkers(
  { workers, log }: Pick<Config, 'workers' | 'log'>,
  metrics: ServerMetrics | null,
  program: LeadingProgram,
): Workers {
  const { startWorkers } = require('./workers') as typeof import('./workers');
  return startWorkers({ ...program, env: { ...program.env, ...logFormat(log) }, count: workers, log, metrics });
}

/** Workers do not write to the terminal themselves, so they could not see that there is one. */
function logFormat({ format }: Config['log']): Env {
  return format === null && process.stdout.isTTY ? { EXIF_LOG_FORMAT: 'text' } : {};
}
