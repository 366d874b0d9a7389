// The settings of a server: how many connections it keeps open, and how many processes it has.
import { serverConnections, serverReads } from '../../lib/limits';
import type { Env } from '../../lib/types';
import { readNumber, settingInvalid } from './setting';

export type ServerConfig = Readonly<{
  /** Connections that a server keeps open at the same time. */
  maxConnections: number;
  /** Processes that answer (service/server/workers.ts); 1 = this one alone. */
  workers: number;
}>;

/** Every setting of this file, by the name of its environment variable. */
export const serverSettingNames = ['EXIF_MAX_CONNECTIONS', 'EXIF_WORKERS'] as const;

/** Each worker has a share of the limits of the whole server, so each must get at least one read at a time. */
const mostWorkers = serverReads.running;

/** Reads the settings of this file. Throws ProblemError `ConfigInvalid` for the first one that is wrong. */
export function readServer(env: Env): ServerConfig {
  const maxConnections = readNumber(env, 'EXIF_MAX_CONNECTIONS', 1, 100_000) ?? serverConnections.open;
  const workers = readWorkers(env, Math.min(mostWorkers, maxConnections));
  if (workers > maxConnections)
    throw settingInvalid('EXIF_WORKERS', 'must not be more than EXIF_MAX_CONNECTIONS: each needs a connection');
  return { maxConnections, workers };
}

/** `most`: for `auto`. */
function readWorkers(env: Env, most: number): number {
  const text = env['EXIF_WORKERS'] || '1';
  if (text === 'auto') return Math.min(most, cores());
  const count = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (count < 1 || count > mostWorkers)
    throw settingInvalid('EXIF_WORKERS', `must be auto or a whole number from 1 to ${mostWorkers}`);
  return count;
}

/** The cores that this process may use. The module is loaded here, because few deployments need it. */
function cores(): number {
  const { availableParallelism } = require('node:os') as typeof import('node:os');
  return availableParallelism();
}
