// Reads ahead in one object: a longer first read, or a second GET at the same time as the first one, where the forecast says
// that it will be needed. A second GET that is not needed, fails, or finds another version is as if it had not been sent.
import { setMaxListeners } from 'node:events';
import { sameVersion, versionTag } from '../bytes/etag';
import { partOf } from '../bytes/range';
import type { Limits } from '../limits';
import type { Bucket, ByteRange, FetchResult, LastBytes, ObjectRef, ObjectStat, ReadCost } from '../types';
import type { Forecast, Purpose } from './forecast';

/** An object that may be read ahead. `isHeld`: a cache has the object, so the first read is conditional. */
export type AheadRequest = Readonly<{
  ref: ObjectRef;
  bucket: Bucket;
  limits: Limits;
  purpose: Purpose;
  isHeld: boolean;
  signal: AbortSignal;
}>;

/** What is read ahead of one object. The functions are called in this order. */
export type Ahead = Readonly<{
  /** Bytes of the first read. */
  firstRead: number;
  /** Sends the second GET, if there is one, and adds it to `cost`. */
  send(cost: ReadCost): void;
  /** For the first reply: adds the range of the second GET to `cost`. */
  open(first: FetchResult, cost: ReadCost): void;
  /** The bytes of a range that is needed after the usual first read; null when they were not read ahead. */
  take(range: ByteRange): Uint8Array | Promise<Uint8Array | null> | null;
  /** Learns what the object needed. Called when it was read completely. */
  learn(): void;
  /** Stops the second GET. */
  end(): void;
}>;

/** Decides what is read ahead of an object; null when the bucket cannot do that. */
export type OpenAhead = (request: AheadRequest) => Ahead | null;

/** Reads ahead by the forecast. With a held version there is no second GET: usually the object has not changed. */
export function aheadBy(forecast: Forecast): OpenAhead {
  return (request) => (request.bucket.fetchAhead === undefined ? null : openAhead(request, forecast));
}

function openAhead(request: AheadRequest, forecast: Forecast): Ahead {
  const { ref, limits, purpose, isHeld } = request;
  const plan = forecast.planFor(ref, purpose);
  let mayLearn = true;
  const faults: SecondFaults = {
    failed() {
      mayLearn = false;
      forecast.forget(ref, purpose);
    },
    unsupported() {
      mayLearn = false;
      forecast.exclude(ref.bucketId);
    },
  };
  const second = plan.ahead === null || isHeld ? null : secondRead(request, plan.ahead, faults);
  let first: FetchResult | null = null;
  let needed: ByteRange | null = null;
  return {
    // A store that ignores ranges sends all from the start: only `readBytes` of it may be read.
    firstRead: Math.min(plan.firstRead, Math.max(limits.firstRead, limits.readBytes)),
    send: (cost) => second?.send(cost),
    open(reply, cost) {
      first = reply;
      second?.open(reply.stat, cost);
    },
    take(range) {
      const { start, end } = needed ?? range;
      needed = { start: Math.min(start, range.start), end: Math.max(end, range.end) };
      const bytes = first?.bytes.subarray(range.start, range.end);
      return bytes?.length === range.end - range.start ? bytes : (second?.take(range) ?? null);
    },
    learn() {
      if (first !== null && mayLearn) forecast.learn(ref, purpose, { size: first.stat.size, range: needed });
    },
    end: () => second?.end(),
  };
}

/** The parts of `Ahead` about the second GET. */
type SecondRead = Readonly<{
  send(cost: ReadCost): void;
  open(stat: ObjectStat, cost: ReadCost): void;
  take(range: ByteRange): Promise<Uint8Array | null> | null;
  end(): void;
}>;

/** Called when bytes of the second GET are needed and it failed, or the store does not support it. */
type SecondFaults = Readonly<{ failed(): void; unsupported(): void }>;

/** The part of the object that the second GET is for, and the version of the first reply. */
type SecondPart = Readonly<{ part: ByteRange; stat: ObjectStat }>;

function secondRead(
  { ref, bucket, signal }: AheadRequest,
  wanted: ByteRange | LastBytes,
  faults: SecondFaults,
): SecondRead {
  const stopper = new AbortController();
  const stop = (): void => stopper.abort();
  /** Null when the store does not support the range, undefined after a failure. */
  let reply: Promise<FetchResult | null | undefined> = Promise.resolve(undefined);
  let isRunning = false;
  let opened: SecondPart | null = null;
  const bytesOf = async (range: ByteRange, { part, stat }: SecondPart): Promise<Uint8Array | null> => {
    const result = await reply;
    if (result === undefined) faults.failed();
    // A store without strong ETags does not show whether both replies are of one version.
    else if (result === null || versionTag(stat.etag) === null) faults.unsupported();
    else if (sameVersion(stat, result.stat))
      return result.bytes.subarray(range.start - part.start, range.end - part.start);
    return null;
  };
  return {
    send(cost) {
      cost.requests++;
      isRunning = true;
      setMaxListeners(0, signal); // many reads may listen at the same time
      signal.addEventListener('abort', stop, { once: true });
      reply = (bucket.fetchAhead?.(ref, wanted, stopper.signal) ?? Promise.resolve(null))
        .catch(() => undefined)
        .finally(() => {
          isRunning = false;
        });
    },
    open(stat, cost) {
      const part = partOf(wanted, stat.size);
      opened = { part, stat };
      if (part.start === part.end) return;
      cost.bytes += part.end - part.start;
      cost.ranges?.push(part);
    },
    take(range) {
      const isInside = opened !== null && range.start >= opened.part.start && range.end <= opened.part.end;
      return opened !== null && isInside ? bytesOf(range, opened) : null;
    },
    end() {
      signal.removeEventListener('abort', stop);
      if (isRunning) stop();
    },
  };
}
