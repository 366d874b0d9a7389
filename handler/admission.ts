// Decides which requests of a server may read their object now, which wait, and which are told to come back.
//
// At most `running` requests read at the same time, because each may hold some megabytes. A request whose store does not
// answer holds next to nothing: after `stallMs` it gives its place to the next one, and takes a place again when the
// store's reply is there. So a store, or a part of one, that hangs does not keep requests for healthy objects waiting.
import type { Admit } from '../lib/job';
import { ProblemError } from '../lib/problem';
import { createPlaces, type Places } from '../lib/store/places';
import type { Bucket, Fetched } from '../lib/types';

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
    const reader = patientReader(floor, ask.bucket, bucketId);
    try {
      return await read(reader.bucket);
    } finally {
      reader.end();
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

/** The bucket for one request that has taken a place, and the end of that request. */
type Reader = Readonly<{ bucket: Bucket; end(): void }>;

function patientReader(floor: Floor, inner: Bucket, bucketId: string): Reader {
  const place = holdPlace(floor, bucketId);
  let open = 0;
  let bytes = 0;
  let timer: NodeJS.Timeout | undefined;
  const stall = (): void => {
    if (bytes <= floor.bounds.stalledBytes) place.lend();
  };
  const fetch: Bucket['fetch'] = async (ref, range, condition, signal): Promise<Fetched | null> => {
    if (open++ === 0) timer = setTimeout(stall, floor.bounds.stallMs);
    try {
      const fetched = await inner.fetch(ref, range, condition, signal);
      bytes += fetched?.bytes.length ?? 0;
      return fetched;
    } finally {
      if (--open === 0) {
        clearTimeout(timer);
        await place.comeBack(signal);
      }
    }
  };
  return { bucket: { fetch }, end: place.end };
}

/** The place of one request: it may be lent to others while the request waits for its store. */
type Place = Readonly<{ lend(): void; comeBack(signal: AbortSignal): Promise<void>; end(): void }>;

function holdPlace(floor: Floor, bucketId: string): Place {
  const { places, stalled } = floor;
  let state: 'held' | 'lent' | 'none' | 'ended' = 'held';
  let since = performance.now();
  const give = (): void => {
    floor.meanMs += weight * (performance.now() - since - floor.meanMs);
    places.give();
  };
  const count = (change: 1 | -1): void => {
    stalled.set(bucketId, stalledOf(floor, bucketId) + change);
  };
  return {
    lend() {
      if (state !== 'held') return;
      state = 'lent';
      count(1);
      give();
    },
    /** Takes a place again, before all that have not begun. Without one the time is over, as the next read will say. */
    async comeBack(signal) {
      if (state !== 'lent') return;
      state = 'none';
      count(-1);
      const stillWanted = (): boolean => state === 'none';
      if (!(await places.take({ signal, returning: true, stillWanted }))) return;
      since = performance.now();
      if (stillWanted()) state = 'held';
      else places.give();
    },
    end() {
      if (state === 'held') give();
      if (state === 'lent') count(-1);
      state = 'ended';
    },
  };
}
