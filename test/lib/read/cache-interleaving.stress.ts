// Writes, deletes, reads and the events of them, each step of each in a random order: no answer is mixed or out of date,
// and when all events are through, the cache by itself says what the bucket holds.

import { ifMatchEtag, isExcluded } from '../../../lib/bytes/etag';
import { memoryCache } from '../../../lib/cache/memory';
import { defaultLimits } from '../../../lib/limits';
import { ProblemError } from '../../../lib/problem';
import { type CachedDeps, readCached } from '../../../lib/read/cached';
import type { CacheSetup } from '../../../lib/read/entry';
import { followEvent } from '../../../lib/read/follow-event';
import { newTrace } from '../../../lib/read/trace';
import type { Bucket, ExifCache, ExifRecord, ObjectEvent } from '../../../lib/types';
import { buildPng, exifChunk, idat, iend, ihdr } from '../../../testing/build/png';
import { ascii, buildTiff } from '../../../testing/build/tiff';
import { anyRef } from '../../../testing/fakes/counting-bucket';
import { type Random, seededRandom } from '../../../testing/random/seeded';

/** Runs of four reads each, every one with another seed. 10,000 were run when this was written and found no more. */
const runs = 1_000;

/** Contents of the object. The width is in the first read, the revision in a later one: both tell which image it is. */
const contents: readonly Uint8Array[] = [
  new TextEncoder().encode('Not an image.\n'),
  ...[1, 2, 3].map((n) =>
    buildPng([
      ihdr(n, 1),
      idat(2000),
      exifChunk(buildTiff({ fields: [ascii(0x010f, `number ${n} `.repeat(3))] })),
      iend,
    ]),
  ),
];
const limits = { ...defaultLimits, firstRead: 1024 };

/** Any of `Content` by its place, or why there is none. */
type ReadAnswer = number | 'NoSuchKey' | 'ObjectChanged' | 'mixed';

/** What was there from one write to the next; `content` null = nothing. */
type State = Readonly<{ content: number | null; etag: string; second: number }>;

/** Lets one of those that wait for their turn go on at a time, until all work is done. */
function schedule({ below }: Random) {
  const waiting: (() => void)[] = [];
  return {
    turn: () => new Promise<void>((resolve) => waiting.push(resolve)),
    async finish<T>(work: readonly Promise<T>[]): Promise<T[]> {
      const all = Promise.all(work);
      let over = false;
      all.then(
        () => (over = true),
        () => (over = true),
      );
      for (let steps = 0; steps < 100_000; steps++) {
        // All work here is in microtasks: some of them between two steps, and what is not at its turn by then is skipped.
        for (let hops = 0; hops < 8; hops++) await Promise.resolve();
        if (over) return all;
        waiting.splice(below(waiting.length || 1), 1)[0]?.();
      }
      throw new Error('work that does not end');
    },
  };
}

type World = Readonly<{
  random: Random;
  turn: () => Promise<void>;
  /** The last one is now. */
  history: State[];
  events: ObjectEvent[];
  /** Whether a content always has the same ETag, as with S3. */
  sameTags: boolean;
  store: ExifCache;
}>;

const never = new AbortController().signal;
const stateOf = ({ history }: World): State => history.at(-1) ?? { content: null, etag: '', second: 0 };
/** Three steps a second: stores date what is written in whole ones. */
const secondOf = ({ history }: World): number => Math.floor(history.length / 3);

function bucketOf(world: World): Bucket {
  return {
    async fetch(_ref, { start, end }, condition) {
      await world.turn();
      const { content, etag, second } = stateOf(world);
      const pinned = ifMatchEtag(condition);
      const bytes = contents[content ?? -1];
      await world.turn();
      if (bytes === undefined) throw new ProblemError('NoSuchKey', 'The object does not exist');
      if (pinned !== null && pinned !== etag) throw new ProblemError('ObjectChanged', 'The object has another version');
      if (isExcluded(condition, etag)) return null;
      if (start >= bytes.length) throw new ProblemError('RangeNotSatisfiable', 'It is shorter');
      const stat = { size: bytes.length, etag, lastModified: new Date(second * 1000) };
      return { bytes: bytes.slice(start, end), stat };
    },
  };
}

function cacheOf(world: World, freshness: CacheSetup['freshness']): CacheSetup {
  const shaken = async <T>(work: () => Promise<T>): Promise<T> => {
    await world.turn();
    if (world.random.below(20) === 0) throw new ProblemError('CacheFault', 'Cannot reach the cache');
    const done = await work();
    await world.turn();
    // The work is done, only its reply is lost.
    if (world.random.below(20) === 0) throw new ProblemError('CacheFault', 'Cannot reach the cache');
    return done;
  };
  const store: ExifCache = {
    name: 'shaken',
    get: (ref, signal) => shaken(() => world.store.get(ref, signal)),
    put: (entry, over, signal) => shaken(() => world.store.put(entry, over, signal)),
  };
  return { store, freshness, revision: 'm', isWatched: () => true, now: () => 1_000 };
}

async function write(world: World): Promise<void> {
  for (let step = 0; step < 4; step++) {
    await world.turn();
    const content = world.random.below(4) === 0 ? null : world.random.below(contents.length);
    const etag = world.sameTags ? `"${content}"` : `"${content}-${world.history.length}"`;
    world.history.push({ content, etag, second: secondOf(world) });
    // Events of one object are told apart by a number that grows [S3 event message structure].
    const sequencer = world.history.length.toString(16).padStart(4, '0');
    const order = { lastModified: new Date(secondOf(world) * 1000), sequencer };
    world.events.push({ bucket: anyRef.bucket, key: anyRef.key, order });
  }
}

function depsOf(world: World, freshness: CacheSetup['freshness']): CachedDeps {
  return { bucket: bucketOf(world), limits, dropGroups: [], cache: cacheOf(world, freshness) };
}

/** Reads as an answer does; the problem with what was told, or null. */
async function read(world: World, freshness: CacheSetup['freshness'] = 'verify'): Promise<string | null> {
  for (let waits = world.random.below(12); waits > 0; waits--) await world.turn();
  const from = world.history.length - 1;
  const trace = newTrace();
  const request = { ref: anyRef, deps: depsOf(world, freshness), trace, isKnown: () => false, signal: never };
  const told = await readCached(request).then(
    ({ record }) => (record === null ? 'mixed' : numberOf(record)),
    (error: unknown): ReadAnswer => {
      if (!(error instanceof ProblemError)) throw error;
      if (error.code === 'NotAnImage') return 0;
      if (error.code === 'NoSuchKey' || error.code === 'ObjectChanged') return error.code;
      throw error;
    },
  );
  if (told === 'ObjectChanged') return null;
  // Right is what was there at any moment of the reading.
  const right = world.history.slice(from).map(({ content }): ReadAnswer => content ?? 'NoSuchKey');
  return right.includes(told) ? null : `${freshness}, ${trace.cache}: ${told}, where ${right.join(', ')} was right`;
}

function numberOf({ shape, document, stat }: ExifRecord): ReadAnswer {
  const [entry] = document?.entries ?? [];
  const text = entry?.value instanceof Uint8Array ? new TextDecoder().decode(entry.value) : '';
  const agree = text.startsWith(`number ${shape.width} `) && stat.etag?.startsWith(`"${shape.width}`) === true;
  return agree ? (shape.width ?? 'mixed') : 'mixed';
}

/** Follows each event once or more, late and in any order; a fault is tried again, as the platforms do. */
async function follow(world: World): Promise<void> {
  for (let left = 4; left > 0; ) {
    await world.turn();
    const [event] = world.events.splice(world.random.below(world.events.length || 1), 1);
    if (event === undefined) continue;
    const sequence = Number.parseInt(event.order.sequencer ?? '', 16);
    const act = world.history[sequence - 1]?.content === null ? 'forget' : 'warm';
    const again = await followOnce(world, act, event).catch((error: unknown) => {
      if (error instanceof ProblemError && ['CacheFault', 'ObjectChanged'].includes(error.code)) return true;
      throw error;
    });
    if (again || world.random.below(8) === 0) world.events.push(event);
    else left--;
  }
}

async function followOnce(world: World, act: 'warm' | 'forget', event: ObjectEvent): Promise<false> {
  const { bucket, ...deps } = depsOf(world, 'verify');
  const buckets = new Map([[anyRef.bucketId, bucket]]);
  const named = new Map([[anyRef.bucket, { bucketId: anyRef.bucketId, bucket: anyRef.bucket }]]);
  await followEvent({ act, object: event }, { ...deps, buckets, named }, newTrace(), never);
  return false;
}

/** Lists the object three times, each time follows it some steps later, and guesses that the cache has nothing of it or not. */
async function backfill(world: World): Promise<void> {
  const { random, turn } = world;
  for (let times = 0; times < 3; times++) {
    for (let waits = random.below(8); waits > 0; waits--) await turn();
    const { content, etag } = stateOf(world);
    for (let waits = random.below(8); waits > 0; waits--) await turn();
    if (content === null) continue;
    const listed = { etag: random.below(4) === 0 ? null : etag, isNew: random.chance(0.5) };
    const order = { lastModified: null, sequencer: null };
    const object = { bucket: anyRef.bucket, key: anyRef.key, order, listed };
    await followOnce(world, 'warm', object).catch((error: unknown) => {
      if (!(error instanceof ProblemError)) throw error;
    });
  }
}

/** What is wrong with the answers of one run; null for nothing. */
async function run(seed: number, withEvents: boolean, withBackfill: boolean): Promise<string | null> {
  const random = seededRandom(seed);
  const { turn, finish } = schedule(random);
  const start: State = { content: random.below(contents.length), etag: '"first"', second: 0 };
  const etag = `"${start.content}"`;
  const world: World = {
    random,
    turn,
    history: [{ ...start, etag }],
    events: [],
    sameTags: random.chance(0.5),
    store: memoryCache(1024 * 1024),
  };
  const others = [write, ...(withEvents ? [follow] : []), ...(withBackfill ? [backfill] : [])];
  const rest = others.map((work) => work(world).then(() => null));
  const wrong = (await finish([read(world), read(world), read(world), ...rest])).find((told) => told !== null);
  if (wrong !== undefined) return wrong;
  const [last] = await finish([read(world, withEvents ? 'trust' : 'verify')]);
  return last ?? null;
}

test.each([
  ['writes, deletes and reads', false, false, runs],
  ['and the events of them', true, false, runs / 5],
  ['and backfills meanwhile', true, true, runs / 2],
])(
  '%s',
  async (_name, withEvents, withBackfill, times) => {
    const wrong: string[] = [];
    for (let seed = 1; seed <= times && wrong.length < 5; seed++) {
      const found = await run(seed, withEvents, withBackfill);
      if (found !== null) wrong.push(`seed ${seed}: ${found}`);
    }
    expect(wrong).toEqual([]);
  },
  60_000,
);
