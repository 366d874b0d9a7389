// Decides which requests of a server may read their object now, which wait, and which are refused.
//
// At most `running` requests read at the same time, because each may have some megabytes in memory. A request that waits for a
// reply of its store or cache needs little memory: after `stallMs` it lends its slot, see lib/io/slots.ts.
import { createSlots, inSlot, type Slots, type WaitFor } from '../../lib/io/slots';
import { ProblemError } from '../../lib/problem';
import type { AdmissionRequest, Admit, Sources } from '../../lib/read/view';
import type { Bucket, ExifCache, FetchResult } from '../../lib/types';

export type AdmissionBounds = Readonly<{
  /** Requests that read at the same time, and requests in the queue. */
  running: number;
  waiting: number;
  /** Milliseconds without a reply of the store after which a request lends its slot. */
  stallMs: number;
  /**
   * Requests of one bucket that may wait for a reply for longer than that. With more, further requests for this bucket are
   * refused at once.
   */
  stalled: number;
  /** Bytes: a request that has read more of its object keeps its slot. */
  stalledBytes: number;
  /** Milliseconds that must be left for a read to begin. */
  leastMs: number;
}>;

/** The state that all requests of a server share. */
type AdmissionState = {
  readonly slots: Slots;
  readonly bounds: AdmissionBounds;
  /** The number of requests that wait for a reply, by bucket. */
  readonly stalled: Map<string, number>;
  /** Milliseconds for which a slot is in use, on average. */
  meanMs: number;
};

/** The weight of the latest value in the average. */
const weight = 0.1;

const busyMessage = 'Cannot read the object now: too many requests are being read or wait for their store';

/** Makes a function that runs reads within `bounds`. Throws ProblemError `SlowDown` for a read that cannot begin in time. */
export function createAdmission(bounds: AdmissionBounds): Admit {
  const state: AdmissionState = { slots: createSlots(bounds), bounds, stalled: new Map(), meanMs: 0 };
  return async (request, read) => {
    const { sources, time } = request;
    let bytes = 0;
    const rules = lendingRules(state, request, () => bytes <= bounds.stalledBytes);
    const count = (more: number): void => {
      bytes += more;
    };
    const isWanted = (): boolean => mayBegin(state, request);
    if (!isWanted() || expectedMs(state) > msTo(time.endsAt)) throw new ProblemError('SlowDown', busyMessage);
    return inSlot(state.slots, { signal: time.signal, isWanted }, rules, busyMessage, (waitFor) =>
      read(lendingSources(sources, waitFor, count)),
    );
  };
}

function mayBegin(state: AdmissionState, { bucketId, time }: AdmissionRequest): boolean {
  return stalledOf(state, bucketId) < state.bounds.stalled && msTo(time.endsAt) >= state.bounds.leastMs;
}

function msTo(time: number): number {
  return time - performance.now();
}

function stalledOf({ stalled }: AdmissionState, bucketId: string): number {
  return stalled.get(bucketId) ?? 0;
}

/** Milliseconds that a request which arrives now will probably wait. */
function expectedMs({ slots, bounds, meanMs }: AdmissionState): number {
  return (slots.waiting() / bounds.running) * meanMs;
}

function lendingRules(state: AdmissionState, { bucketId }: AdmissionRequest, mayLend: () => boolean) {
  return {
    stallMs: state.bounds.stallMs,
    mayLend,
    onLend: (change: 1 | -1) => void state.stalled.set(bucketId, stalledOf(state, bucketId) + change),
    onGive(usedMs: number) {
      state.meanMs += weight * (usedMs - state.meanMs);
    },
  };
}

/** The bucket and the cache for a request that has a slot. While it waits for them, the slot may be lent. */
function lendingSources({ bucket, cache }: Sources, waitFor: WaitFor, count: (bytes: number) => void): Sources {
  const counted = (read: () => Promise<FetchResult | null>) =>
    waitFor(async () => {
      const fetched = await read();
      count(fetched?.bytes.length ?? 0);
      return fetched;
    });
  const { fetch, fetchAhead } = bucket;
  const lendingBucket: Bucket = {
    fetch: (...args) => counted(() => fetch(...args)),
    ...(fetchAhead === undefined ? {} : { fetchAhead: (...args) => counted(() => fetchAhead(...args)) }),
  };
  if (cache === null) return { bucket: lendingBucket, cache };
  const { store } = cache;
  const lendingStore: ExifCache = {
    name: store.name,
    get: (...args) => waitFor(() => store.get(...args)),
    put: (...args) => waitFor(() => store.put(...args)),
  };
  return { bucket: lendingBucket, cache: { ...cache, store: lendingStore } };
}
