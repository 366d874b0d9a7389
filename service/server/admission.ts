// Decides which requests of a server may read their object now, which wait, and which are told to come back.
//
// At most `running` requests read at the same time, because each may hold some megabytes. A request whose store or cache
// does not answer holds next to nothing: after `stallMs` it gives its place to the next one, and takes a place again when
// the reply is there. So a store, a part of one, or a cache that hangs does not keep requests for healthy objects waiting.

import { type HeldPlace, holdPlace } from '../../lib/io/lent-place';
import { createPlaces, type Places } from '../../lib/io/places';
import type { Admit, AdmitAsk } from '../../lib/job';
import { ProblemError } from '../../lib/problem';
import type { Sources } from '../../lib/read/view';
import type { Bucket, ExifCache } from '../../lib/types';

export type AdmissionBounds = Readonly<{
  /** Requests that read at the same time, and requests that wait for their turn. */
  running: number;
  waiting: number;
  /** Milliseconds without a reply of the store after which a request gives its place away. */
  stallMs: number;
  /** Requests of one bucket that may be without a reply for longer; with more, its next ones are refused at once. */
  stalled: number;
  /** Bytes: a request that has read more of its object keeps its place. */
  stalledBytes: number;
  /** Milliseconds that must be left for reading to begin. */
  leastMs: number;
}>;

/** What all requests of a server share. */
type Floor = {
  readonly places: Places;
  readonly bounds: AdmissionBounds;
  /** Requests without a reply, by bucket. */
  readonly stalled: Map<string, number>;
  /** Milliseconds for which a place is held, on average. */
  meanMs: number;
};

/** How much the latest place counts in the average. */
const weight = 0.1;

/** Runs reads within `bounds`. Throws ProblemError `SlowDown` for a read that cannot begin in time. */
export function createAdmission(bounds: AdmissionBounds): Admit {
  const floor: Floor = { places: createPlaces(bounds), bounds, stalled: new Map(), meanMs: 0 };
  return async (ask, read) => {
    const { bucketId, endsAt, signal } = ask;
    const mayBegin = (): boolean => stalledOf(floor, bucketId) < bounds.stalled && msTo(endsAt) >= bounds.leastMs;
    if (!mayBegin() || expectedMs(floor) > msTo(endsAt)) throw slowDown();
    const taken = await floor.places.take({ signal, returning: false, stillWanted: mayBegin });
    if (!taken) throw slowDown();
    let bytes = 0;
    const place = holdOn(floor, ask, () => bytes <= bounds.stalledBytes);
    const count = (more: number): void => {
      bytes += more;
    };
    try {
      return await read(patientSources(ask.sources, place, count));
    } finally {
      place.end();
    }
  };
}

function slowDown(): ProblemError {
  return new ProblemError(
    'SlowDown',
    'Cannot read the object now: too many requests are being read or wait for their store',
  );
}

function msTo(time: number): number {
  return time - performance.now();
}

function stalledOf({ stalled }: Floor, bucketId: string): number {
  return stalled.get(bucketId) ?? 0;
}

/** Milliseconds that a request which comes now will probably wait. */
function expectedMs({ places, bounds, meanMs }: Floor): number {
  return (places.waiting() / bounds.running) * meanMs;
}

/** The sources for one request that has taken a place: waiting for them may lend the place. */
function patientSources({ bucket, cache }: Sources, place: HeldPlace, count: (bytes: number) => void): Sources {
  const fetch: Bucket['fetch'] = (...args) =>
    place.waitFor(async () => {
      const fetched = await bucket.fetch(...args);
      count(fetched?.bytes.length ?? 0);
      return fetched;
    });
  if (cache === null) return { bucket: { fetch }, cache };
  const { store } = cache;
  const patientStore: ExifCache = {
    name: store.name,
    get: (...args) => place.waitFor(() => store.get(...args)),
    put: (...args) => place.waitFor(() => store.put(...args)),
  };
  return { bucket: { fetch }, cache: { ...cache, store: patientStore } };
}

function holdOn(floor: Floor, { bucketId, signal }: AdmitAsk, mayLend: () => boolean): HeldPlace {
  const { places, stalled, bounds } = floor;
  return holdPlace(places, signal, {
    stallMs: bounds.stallMs,
    mayLend,
    lent: (change) => void stalled.set(bucketId, stalledOf(floor, bucketId) + change),
    gave(heldMs) {
      floor.meanMs += weight * (heldMs - floor.meanMs);
    },
  });
}
