// A model bucket, a cache, and functions that follow the events of the bucket, in any order, twice and late, and start again
// after a crash.
import { memoryCache } from '../../../lib/cache/memory';
import { type Freshness, type JobDeps, type LogLine, runJob } from '../../../lib/job';
import { defaultLimits } from '../../../lib/limits';
import { ProblemError } from '../../../lib/problem';
import { createSinks } from '../../../lib/sink/deliver';
import type { SinkStyle } from '../../../lib/sink/sink';
import { lambdaUploadTriggers } from '../../../lib/trigger';
import { cosEvent } from '../../../lib/trigger/cos-event';
import type { Bucket, CacheEntry, ExifCache, ObjectRef } from '../../../lib/types';
import { createHandler } from '../../../service/create-handler';
import { buildPng, exifChunk, idat, iend, ihdr } from '../../../testing/build/png';
import { ascii, buildTiff } from '../../../testing/build/tiff';
import { callsOf, type FaultPlan, type Process, randomFaults } from '../../../testing/fakes/faulty-calls';
import { jobDeps } from '../../../testing/fakes/job-deps';
import {
  type ModelBucket,
  type ModelOptions,
  modelBucket,
  type StoreKind,
  type Version,
} from '../../../testing/fakes/model-bucket';
import { bridged, type Fields, queued } from '../../../testing/fakes/model-events';
import { type ModelSink, sinkOf } from '../../../testing/fakes/model-sinks';
import type { Random } from '../../../testing/random/seeded';

/** The contents of objects. The width is in the first read, the revision in a later one: both identify the image. */
export const contents: readonly Uint8Array[] = [
  new Uint8Array(0),
  new TextEncoder().encode('Not an image.\n'),
  ...[1, 2, 3].map((n) =>
    buildPng([
      ihdr(n, 1),
      idat(200),
      exifChunk(buildTiff({ fields: [ascii(0x010f, `number ${n} `.repeat(3))] })),
      iend,
    ]),
  ),
];
export const limits = { ...defaultLimits, firstRead: 128 };
export const keys = ['a b+c%20.jpg', 'é//😀.png'];
export const answerRevision = 'v';
/** The tests throw many problems, and look at no stack. */
Error.stackTraceLimit = 0;

export type Setting = Pick<ModelOptions, 'kind' | 'least' | 'most' | 'backdated' | 'ownTags' | 'inTurns'> &
  Readonly<{
    freshness: Freshness;
    /** Share of the events that never arrive. */
    lost: number;
    /** Milliseconds that the clock of the function is ahead of that of the store. */
    skew: number;
    /** Milliseconds by which the clock of each process may be wrong, before or after. */
    clocks: number;
    /** The chances of a fault of a call, and of the end of the process that follows an event. */
    fault: number;
    crash: number;
    /** The style of the messages to sinks. */
    style: SinkStyle;
  }>;

export const base = {
  lost: 0,
  least: 0,
  most: 2_500,
  backdated: false,
  ownTags: false,
  inTurns: false,
  skew: 0,
  clocks: 0,
  fault: 0.03,
  crash: 0,
  style: 'flat',
} as const;

export type Trace = (line: () => string) => void;
export type World = Setting &
  Readonly<{
    random: Random;
    turn: () => Promise<void>;
    model: ModelBucket;
    store: ExifCache;
    sinks: readonly ModelSink[];
    /** The parts of a new process. */
    start(process?: Process): JobDeps;
    /** Records what happened, when it is wanted. */
    trace: Trace;
  }>;

/** Lets one of those that wait for their turn continue at a time, until all work is done. */
export function schedule({ below }: Random) {
  const waiting: (() => void)[] = [];
  let over = false;
  const step = (): void => {
    if (over) return;
    waiting.splice(below(waiting.length), 1)[0]?.();
    // All between two turns is in microtasks, which are done by then.
    setImmediate(step);
  };
  return {
    turn: () => new Promise<void>((resolve) => waiting.push(resolve)),
    async finish<T>(work: readonly Promise<T>[]): Promise<T[]> {
      over = false;
      setImmediate(step);
      try {
        return await Promise.all(work);
      } finally {
        over = true;
      }
    },
  };
}

export const refTo = (key: string, { name }: ModelBucket): ObjectRef => ({ bucketId: 'test', bucket: name, key });

export type WorldParts = Readonly<{
  random: Random;
  turn: () => Promise<void>;
  trace?: Trace;
  sinks?: readonly ModelSink[];
  /** The faults of the processes that follow events; absent = by the chances of the setting. */
  plan?: FaultPlan;
}>;

export function openWorld(setting: Setting, { random, turn, trace = () => {}, sinks = [], plan }: WorldParts): World {
  const { freshness, skew, fault, crash, clocks, style } = setting;
  const model = modelBucket({ ...setting, contents, keys, random, turn, faults: 0 });
  const store = memoryCache(1024 * 1024);
  const route = { bucketId: 'test', bucket: model.name };
  const start = (process?: Process): JobDeps => {
    const faults =
      process === undefined || plan === undefined ? randomFaults(random, fault, process ? crash : 0) : plan;
    const calls = callsOf(process ?? { ended: false }, faults, turn);
    const bucketFault = () => new ProblemError('SlowDown', 'The store is busy');
    const cacheFault = () => new ProblemError('CacheFault', 'Cannot reach the cache');
    const bucket: Bucket = { fetch: (...asked) => calls(() => model.bucket.fetch(...asked), bucketFault) };
    const cache: ExifCache = {
      name: 'faulty',
      get: (ref, signal) => calls(() => store.get(ref, signal), cacheFault),
      put: (entry, over, signal) =>
        calls(async () => {
          const result = await store.put(entry, over, signal);
          trace(() => `put ${describeEntry(entry)}: ${result}`);
          return result;
        }, cacheFault),
    };
    const wrong = clocks === 0 ? 0 : random.below(2 * clocks) - clocks;
    const refuses = (): boolean => plan === undefined && fault > 0 && random.chance(fault);
    const traced = sinks.map((sink) => ({
      ...sink,
      accept(message: Parameters<ModelSink['accept']>[0]) {
        trace(() => `${sink.name} has ${message.key} ${message.type} ${message.etag} at ${message.order}`);
        sink.accept(message);
      },
    }));
    return jobDeps(bucket, {
      routes: { hosts: new Map(), fallback: route },
      buckets: new Map([['test', bucket]]),
      named: new Map([[model.name, route]]),
      cache: { store: cache, freshness, revision: 'm', isWatched: () => true, now: () => model.now() + wrong },
      limits,
      answers: { cacheControl: 'no-cache', corsOrigins: [], revision: answerRevision },
      sinks:
        sinks.length === 0
          ? null
          : createSinks(
              traced.map((sink) => sinkOf(sink, calls, refuses)),
              style,
            ),
      now: () => new Date(model.now() + skew),
      log: (line: LogLine) => trace(() => `${line.id} ${line.act} ${line.key} ${line.code} ${line.cache}`),
    });
  };
  return { ...setting, random, turn, model, store, sinks, start, trace };
}

export function describeEntry({ ref, order, generation, content }: CacheEntry): string {
  const stat = content.kind === 'gone' ? null : content.kind === 'fault' ? content.stat : content.record.stat;
  const at = `at ${order.lastModified?.toISOString()} seq ${order.sequencer} generation ${generation}`;
  return `${ref.key} ${content.kind} ${stat?.etag} ${at}`;
}

export async function pause({ random, turn }: World, most: number): Promise<void> {
  for (let turns = random.below(most); turns > 0; turns--) await turn();
}

/** Changes the bucket; the record of each change goes to `pending` once or twice, or is lost. */
export async function change(world: World, pending: Fields[], changes: number): Promise<void> {
  const { random, model, lost, trace } = world;
  for (let left = changes; left > 0; left--) {
    await pause(world, 8);
    const record = model.change();
    if (record === null) continue;
    trace(() => `change ${JSON.stringify(record)} at ${new Date(model.now()).toISOString()}`);
    if (random.chance(lost)) trace(() => 'lost');
    else pending.push(...(random.chance(0.3) ? [record, record] : [record]));
  }
}

/** Takes some records at random, in the shape of one of the triggers. All that failed, or was cut off by a crash, come again. */
export async function deliver(world: World, pending: Fields[], isOver: () => boolean): Promise<void> {
  const { random, turn, trace } = world;
  while (pending.length > 0 || !isOver()) {
    await turn();
    const batch = Array.from({ length: 1 + random.below(3) }, () =>
      pending.splice(random.below(pending.length), 1).flat(),
    ).flat();
    if (batch.length === 0) continue;
    const process: Process = { ended: false };
    const failed = await deliverOnce(batch, world, process);
    if (process.ended) trace(() => 'crashed');
    if (failed.length > 0) trace(() => `${failed.length} of ${batch.length} come again`);
    pending.push(...failed);
  }
}

async function deliverOnce(batch: readonly Fields[], world: World, process: Process): Promise<readonly Fields[]> {
  const { kind, random } = world;
  const deps = world.start(process);
  const handle = createHandler(kind === 'cos' ? [cosEvent] : lambdaUploadTriggers, (job, { remainingMs }) =>
    runJob(job, deps, remainingMs),
  );
  if (!isQueued(kind) || random.chance(0.5)) {
    const whole = handle({ Records: batch }, {});
    return whole.then(
      (): readonly Fields[] => (process.ended ? batch : []),
      (error: unknown) => {
        if (process.ended || error instanceof ProblemError) return batch;
        throw error;
      },
    );
  }
  const bodies = batch.map((record) => (random.chance(0.5) ? bridged(record, 'e') : { Records: [record] }));
  const { batchItemFailures } = (await handle(queued(bodies), {})) as {
    batchItemFailures: readonly { itemIdentifier: string }[];
  };
  if (process.ended) return batch;
  return batchItemFailures.flatMap(({ itemIdentifier }) => batch.slice(Number(itemIdentifier.slice(1))).slice(0, 1));
}

function isQueued(kind: StoreKind): boolean {
  return kind === 's3' || kind === 'versioned';
}

/** Where the cache differs from the bucket; null when it does not. */
export async function differs({ model, store }: World): Promise<string | null> {
  for (const key of keys) {
    const { entry: held } = await store.get(refTo(key, model), new AbortController().signal);
    const version = model.current(key);
    const right =
      version === null
        ? held === null || held.content.kind === 'gone'
        : held?.revision === 'm' && isOf(held.content, version);
    if (!right) return `${key} is ${JSON.stringify(version)}, held: ${held === null ? null : describeEntry(held)}`;
  }
  return null;
}

function isOf(content: CacheEntry['content'], { content: number, etag }: Version): boolean {
  if (content.kind === 'record') {
    return number >= 2 && content.record.stat.etag === etag && content.record.shape.width === number - 1;
  }
  // Of an empty object the stores say nothing.
  if (content.kind === 'fault' && number === 0) return content.code === 'EmptyObject';
  return content.kind === 'fault' && number === 1 && content.code === 'NotAnImage' && content.stat.etag === etag;
}
