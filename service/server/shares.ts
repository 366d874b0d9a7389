// The share of one worker in the limits of the whole server. The shares of all workers together are the limit.
import { serverConnections, serverReads } from '../../lib/limits';
import type { Config } from '../config/config';
import type { AdmissionBounds } from './admission';
import type { ConnectionBounds } from './connections';

/** Which one of how many processes this is: `index` counts from 0. */
export type Part = Readonly<{ index: number; count: number }>;

/** A process that answers alone. */
export const whole: Part = { index: 0, count: 1 };

/** What a worker knows from its start. `port`: the port to listen on. */
export type Place = Part & Readonly<{ port: number }>;

/** The variable of the environment that has the `Place` of a worker, as JSON. */
export const placeName = 'BUCKET_EXIF_WORKER';

/** The share in `total`, a whole number. It is at least 1 when there are no more parts than `total`. */
export function shareOf(total: number, { index, count }: Part): number {
  return Math.floor(total / count) + (index < total % count ? 1 : 0);
}

/** The limits of admission.ts. */
export function readBounds(part: Part): AdmissionBounds {
  const { running, waiting, stalled } = serverReads;
  return {
    ...serverReads,
    running: shareOf(running, part),
    waiting: shareOf(waiting, part),
    stalled: shareOf(stalled, part),
  };
}

/** The limits of connections.ts that are about all connections together. */
export function connectionBounds(open: number, part: Part): Partial<ConnectionBounds> {
  const { waitingInAll, heldBytes } = serverConnections;
  return {
    open: shareOf(open, part),
    waitingInAll: shareOf(waitingInAll, part),
    heldBytes: shareOf(heldBytes, part),
  };
}

/** `config` with the share in the memory for the cache and for answers: each process has its own. */
export function withMemoryShare(config: Config, part: Part): Config {
  const { location, answerBytes } = config.cache;
  const own = location?.kind === 'memory' ? { ...location, maxBytes: shareOf(location.maxBytes, part) } : location;
  return { ...config, cache: { ...config.cache, location: own, answerBytes: shareOf(answerBytes, part) } };
}
