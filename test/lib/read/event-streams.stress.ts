// Streams of events, shuffled, twice, late and lost, through the real doors, beside requests that fill the cache too: what
// is answered was there during the request, and in the end the cache is as the bucket.

import { memoryCache } from '../../../lib/cache/memory';
import { type Freshness, type JobDeps, type LogLine, runJob } from '../../../lib/job';
import { defaultLimits } from '../../../lib/limits';
import { ProblemError } from '../../../lib/problem';
import { lambdaUploadTriggers } from '../../../lib/trigger';
import { cosEvent } from '../../../lib/trigger/cos-event';
import type { Answer, CacheEntry, ExifCache, ObjectRef } from '../../../lib/types';
import { createHandler } from '../../../service/create-handler';
import { buildPng, exifChunk, idat, iend, ihdr } from '../../../testing/build/png';
import { ascii, buildTiff } from '../../../testing/build/tiff';
import { jobDeps } from '../../../testing/fakes/job-deps';
import {
  type ModelBucket,
  type ModelOptions,
  modelBucket,
  type StoreKind,
  type Version,
} from '../../../testing/fakes/model-bucket';
import { bridged, type Fields, queued } from '../../../testing/fakes/model-events';
import { type Random, seededRandom } from '../../../testing/random/seeded';

/** What objects hold. The width is in the first read, the revision in a later one: both tell which image it is. */
const contents: readonly Uint8Array[] = [
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
const limits = { ...defaultLimits, firstRead: 128 };
const keys = ['a b+c%20.jpg', 'é//😀.png'];
const revision = 'v';
/** The tests throw many problems, and look at no stack. */
Error.stackTraceLimit = 0;

type Setting = Pick<ModelOptions, 'kind' | 'least' | 'most' | 'backdated' | 'ownTags' | 'inTurns'> &
  Readonly<{
    freshness: Freshness;
    /** Share of the events that never come. */
    lost: number;
    /** Milliseconds that the function's clock is ahead of the store's. */
    skew: number;
  }>;
type World = Setting &
  Readonly<{
    random: Random;
    turn: () => Promise<void>;
    model: ModelBucket;
    store: ExifCache;
    deps: JobDeps;
    /** Notes what happened, where that is wanted. */
    trace(line: () => string): void;
  }>;

/** Lets one of those that wait for their turn go on at a time, until all work is done. */
function schedule({ below }: Random) {
  const waiting: (() => void)[] = [];
  let over = false;
  const step = (): void => {
    if (over) return;
    waiting.splice(below(waiting.length), 1)[0]?.();
    // All between two turns is in microtasks, which are through by then.
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

const refTo = (key: string, { name }: ModelBucket): ObjectRef => ({ bucketId: 'test', bucket: name, key });
const never = new AbortController().signal;

function openWorld(setting: Setting, random: Random, turn: () => Promise<void>, trace: World['trace']): World {
  const { freshness, skew } = setting;
  const model = modelBucket({ ...setting, contents, keys, random, turn, faults: 0.03 });
  const store = memoryCache(1024 * 1024);
  const shaken = async <T>(work: () => Promise<T>): Promise<T> => {
    await turn();
    if (random.chance(0.03)) throw new ProblemError('CacheFault', 'Cannot reach the cache');
    const done = await work();
    await turn();
    // The work is done, only its reply is lost.
    if (random.chance(0.03)) throw new ProblemError('CacheFault', 'Cannot reach the cache');
    return done;
  };
  const shakenStore: ExifCache = {
    name: 'shaken',
    get: (ref, signal) => shaken(() => store.get(ref, signal)),
    put: (entry, over, signal) =>
      shaken(async () => {
        const result = await store.put(entry, over, signal);
        trace(() => `put ${describeEntry(entry)}: ${result}`);
        return result;
      }),
  };
  const route = { bucketId: 'test', bucket: model.name };
  const deps = jobDeps(model.bucket, {
    routes: { hosts: new Map(), fallback: route },
    buckets: new Map([['test', model.bucket]]),
    named: new Map([[model.name, route]]),
    cache: { store: shakenStore, freshness, revision: 'm', isWatched: () => true, now: () => 1_000 },
    limits,
    answers: { cacheControl: 'no-cache', corsOrigins: [], revision },
    now: () => new Date(model.now() + skew),
    log: (line: LogLine) => trace(() => `${line.id} ${line.act} ${line.key} ${line.code} ${line.cache}`),
  });
  return { ...setting, random, turn, model, store, deps, trace };
}

function describeEntry({ ref, order, content }: CacheEntry): string {
  const stat = content.kind === 'gone' ? null : content.kind === 'fault' ? content.stat : content.record.stat;
  return `${ref.key} ${content.kind} ${stat?.etag} at ${order.lastModified?.toISOString()} seq ${order.sequencer}`;
}

async function pause({ random, turn }: World, most: number): Promise<void> {
  for (let turns = random.below(most); turns > 0; turns--) await turn();
}

/** Changes the bucket; what tells of it goes to `pending` once or twice, or is lost. */
async function change(world: World, pending: Fields[], changes: number): Promise<void> {
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

/** Takes some records at random, in the shape of one of the doors; all that it says failed come again. */
async function deliver(world: World, pending: Fields[], isOver: () => boolean): Promise<void> {
  const { kind, random, turn, deps, trace } = world;
  const handle = createHandler(kind === 'cos' ? [cosEvent] : lambdaUploadTriggers, (job, { remainingMs }) =>
    runJob(job, deps, remainingMs),
  );
  while (pending.length > 0 || !isOver()) {
    await turn();
    const batch = Array.from({ length: 1 + random.below(3) }, () =>
      pending.splice(random.below(pending.length), 1).flat(),
    ).flat();
    if (batch.length === 0) continue;
    const failed = await deliverOnce(batch, kind, random, handle);
    if (failed.length > 0) trace(() => `${failed.length} of ${batch.length} come again`);
    pending.push(...failed);
  }
}

async function deliverOnce(
  batch: readonly Fields[],
  kind: StoreKind,
  random: Random,
  handle: (event: unknown, context: unknown) => Promise<unknown>,
): Promise<readonly Fields[]> {
  const aws = kind === 's3' || kind === 'versioned';
  if (!aws || random.chance(0.5)) {
    const whole = handle({ Records: batch }, {});
    return whole.then(
      (): readonly Fields[] => [],
      (error: unknown) => {
        if (error instanceof ProblemError) return batch;
        throw error;
      },
    );
  }
  const bodies = batch.map((record) => (random.chance(0.5) ? bridged(record, 'e') : { Records: [record] }));
  const { batchItemFailures } = (await handle(queued(bodies), {})) as {
    batchItemFailures: readonly { itemIdentifier: string }[];
  };
  return batchItemFailures.flatMap(({ itemIdentifier }) => batch.slice(Number(itemIdentifier.slice(1))).slice(0, 1));
}

/** Asks for objects as callers do; what was wrong with an answer, or null. */
async function ask(world: World, times: number): Promise<string | null> {
  const { random, freshness } = world;
  const seen = new Map<string, string>();
  for (let left = times; left > 0; left--) {
    await pause(world, 10);
    const wrong = await askOnce(world, random.pick(keys), seen);
    if (wrong !== null && freshness === 'verify') return wrong;
  }
  return null;
}

async function askOnce(world: World, key: string, seen: Map<string, string>): Promise<string | null> {
  const { model, random, deps, trace } = world;
  const known = random.chance(0.3) ? seen.get(key) : undefined;
  const from = model.moment();
  const answer = await answerOf(key, known, deps);
  const told = toldBy(answer);
  trace(() => `answer ${key} ${told}`);
  if (answer.headers['etag'] !== undefined) seen.set(key, answer.headers['etag']);
  // A store that refuses, and an object that changes twice during one request, are told as what they are.
  if (answer.status === 503 || /ObjectChanged/.test(told)) return null;
  const right = await Promise.all(model.since(key, from).map((version) => rightAnswer(version, known)));
  return right.includes(told) ? null : `${key} was ${right.join(' or ')}, the answer: ${told}`;
}

async function answerOf(key: string, known: string | undefined, deps: JobDeps): Promise<Answer> {
  const request = {
    method: 'GET',
    path: `/${key.split('/').map(encodeURIComponent).join('/')}`,
    pathDecoded: false,
    query: [['exif', null] as const],
    headers: { host: 'h', ...(known === undefined ? {} : { 'if-none-match': known }) },
  };
  const { answer } = await runJob({ id: 'ask', trigger: 'test', act: 'answer', request }, deps, null);
  if (answer === null) throw new Error('a request has an answer');
  return answer;
}

/** What an answer says of the object: its version for one, what it holds, or why not. */
function toldBy({ status, headers, body }: Answer): string {
  const [, code = ''] = /<Code>(.*)<\/Code>/.exec(String(body)) ?? [];
  return status === 200 ? `200 ${headers['etag']} ${String(body)}` : `${status} ${headers['etag']} ${code}`;
}

const rights = new Map<string, Promise<string>>();

/** What is told of a version by who reads it without a cache. */
function rightAnswer(version: Version | null, known: string | undefined): Promise<string> {
  const name = `${version?.content} ${version?.etag} ${known}`;
  const right = rights.get(name) ?? readRight(version, known);
  rights.set(name, right);
  return right;
}

async function readRight(version: Version | null, known: string | undefined): Promise<string> {
  const still = {
    ...openWorld(
      { ...base, kind: 's3', freshness: 'verify' },
      seededRandom(1),
      async () => {},
      () => {},
    ).deps,
    cache: null,
  };
  const bucket = {
    fetch: async (_ref: ObjectRef, { start, end }: { start: number; end: number }) => {
      if (version === null) throw new ProblemError('NoSuchKey', 'The object does not exist');
      const bytes = contents[version.content] ?? new Uint8Array(0);
      if (bytes.length === 0) throw new ProblemError('EmptyObject', 'It is empty');
      const stat = { size: bytes.length, etag: version.etag, lastModified: new Date(0) };
      return { bytes: bytes.slice(start, end), stat };
    },
  };
  return toldBy(await answerOf('a', known, { ...still, buckets: new Map([['test', bucket]]) }));
}

/** Where the cache is not as the bucket; null where it is. */
async function differs({ model, store }: World): Promise<string | null> {
  for (const key of keys) {
    const { entry: held } = await store.get(refTo(key, model), never);
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
  // Of an empty object the stores tell nothing.
  if (content.kind === 'fault' && number === 0) return content.code === 'EmptyObject';
  return content.kind === 'fault' && number === 1 && content.code === 'NotAnImage' && content.stat.etag === etag;
}

/** One stream; what was wrong, or null. */
async function run(setting: Setting, seed: number, trace: World['trace'] = () => {}): Promise<string | null> {
  const random = seededRandom(seed);
  const { turn, finish } = schedule(random);
  const world = openWorld(setting, random, turn, trace);
  const pending: Fields[] = [];
  let changing = true;
  const changed = change(world, pending, 2 + random.below(6)).then(() => {
    changing = false;
    return null;
  });
  const couriers = [1, 2].map(() => deliver(world, pending, () => !changing).then(() => null));
  const found = await finish([changed, ...couriers, ask(world, random.below(4)), ask(world, random.below(4))]);
  const wrong = found.find((told) => told !== null) ?? (setting.lost > 0 ? null : await differs(world));
  if (wrong !== null) return wrong;
  const [last] = await finish([askLast(world)]);
  return last ?? null;
}

/** With all events through also what is trusted is right. */
async function askLast(world: World): Promise<string | null> {
  if (world.lost > 0 && world.freshness === 'trust') return null;
  for (const key of keys) {
    const wrong = await askOnce(world, key, new Map());
    if (wrong !== null) return wrong;
  }
  return null;
}

/** Of each kind. 1,000 of each were run when this was written: STREAMS=1000. */
const streams = Number(process.env['STREAMS'] ?? 150);
const base = { lost: 0, least: 0, most: 2_500, backdated: false, ownTags: false, inTurns: false, skew: 0 };

/** Runs streams of a kind up to the first that goes wrong; what happened in that one, or ''. */
async function wrongOf(setting: Setting, times: number): Promise<string> {
  for (let seed = 1; seed <= times; seed++) {
    if ((await run(setting, seed)) === null) continue;
    // The same seed makes the same stream: once more, with all that happens in it.
    const told: string[] = [];
    const wrong = await run(setting, seed, (line) => told.push(line()));
    return [...told, `seed ${seed}: ${wrong}`].join('\n');
  }
  return '';
}

test.each<[string, Setting]>([
  ['S3', { ...base, kind: 's3', freshness: 'verify' }],
  // Multipart uploads are dated by their beginning.
  ['S3 with older dates', { ...base, kind: 's3', freshness: 'verify', backdated: true }],
  ['S3 with versions', { ...base, kind: 'versioned', freshness: 'verify', backdated: true }],
  ['S3, trusted', { ...base, kind: 's3', freshness: 'trust' }],
  ['S3 with older dates, trusted', { ...base, kind: 's3', freshness: 'trust', backdated: true }],
  ['S3 with versions, trusted', { ...base, kind: 'versioned', freshness: 'trust', backdated: true }],
  ['COS', { ...base, kind: 'cos', freshness: 'verify', ownTags: true }],
  ['COS, trusted', { ...base, kind: 'cos', freshness: 'trust', ownTags: true }],
  ['Ceph, trusted', { ...base, kind: 'ceph', freshness: 'trust', ownTags: true }],
  ['S3, a tenth of the events lost', { ...base, kind: 's3', freshness: 'verify', lost: 0.1 }],
  ['S3 with versions, a tenth lost', { ...base, kind: 'versioned', freshness: 'verify', lost: 0.1, backdated: true }],
  ['COS, a tenth lost', { ...base, kind: 'cos', freshness: 'verify', lost: 0.1 }],
  ['COS, deleted and written again with the same tag', { ...base, kind: 'cos', freshness: 'trust' }],
  ['S3, a clock two seconds ahead', { ...base, kind: 's3', freshness: 'trust', skew: 2_000 }],
  ['COS, a clock two seconds ahead', { ...base, kind: 'cos', freshness: 'trust', skew: 2_000 }],
  ['COS, a clock two seconds behind', { ...base, kind: 'cos', freshness: 'trust', skew: -2_000 }],
  ['Ceph, the same tag again', { ...base, kind: 'ceph', freshness: 'trust' }],
  ['COS, two contents in turns', { ...base, kind: 'cos', freshness: 'trust', inTurns: true }],
  ['S3, two contents in turns', { ...base, kind: 's3', freshness: 'trust', inTurns: true }],
  ['COS, changes within one second', { ...base, kind: 'cos', freshness: 'trust', most: 301 }],
  ['S3, changes within one second', { ...base, kind: 's3', freshness: 'trust', most: 301, backdated: true }],
])(
  '%s',
  async (_name, setting) => {
    expect(await wrongOf(setting, streams)).toBe('');
  },
  120_000,
);
