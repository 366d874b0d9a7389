// The whole loop: uploads objects to a real S3 server, which pushes its events to the upload function. The function is killed
// meanwhile. Then each cache entry, and what each sink has, is compared with a fresh read, before and after the backfill.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Env } from '../../lib/types';
import { seededRandom } from '../../testing/random/seeded';
import { startCephRgw } from '../../testing/servers/ceph-rgw';
import {
  entries,
  listKeys,
  makeBuckets,
  openClient,
  photos,
  prefix,
  settingsOf,
} from '../../testing/servers/notifying-store';
import { type Churn, churn } from './clients';
import { type Comparison, compare } from './compare';
import { compareSinks } from './compare-sinks';
import type { ReceiverCounts } from './receiver';
import { openReceiver, type Receiver } from './receiver-process';
import { backfillKeys, backfillKilled } from './repair';
import type { SinkPlace } from './sink-place';
import { openPlaces } from './sink-places';

export type LoopOptions = Readonly<{
  objects: number;
  images: readonly Uint8Array[];
  /** The folder of the compiled files. */
  dist: string;
  say(line: string): void;
}>;

export type LoopResult = Readonly<{
  churn: Churn;
  receiver: ReceiverCounts;
  /** The number of objects at the end, and of entries in the cache. */
  objects: number;
  entries: number;
  /** The cache after all events; after the backfill; after a backfill of keys that only the cache had. */
  followed: Comparison;
  backfilled: Comparison;
  repaired: Comparison;
  /** The same for each sink, by its name. */
  sinks: Readonly<Record<'followed' | 'backfilled' | 'repaired', ReadonlyMap<string, Comparison>>>;
  /** The number of objects that were done when the backfill was killed. */
  killedAt: number | null;
}>;

/** The shares of the changes at which the receiver is killed, is started, starts to drop events, and accepts them again. */
const acts: readonly (readonly [number, (receiver: Receiver) => Promise<void>])[] = [
  [0.3, (receiver) => receiver.kill()],
  [0.4, (receiver) => receiver.start()],
  [0.6, (receiver) => receiver.drop(true)],
  [0.65, (receiver) => receiver.drop(false)],
];

export async function runLoop({ objects, images, dist, say }: LoopOptions): Promise<LoopResult> {
  const server = await startCephRgw();
  const client = openClient(server.port);
  const settings = settingsOf(server.port);
  const places = await openPlaces(client, server.port, settings);
  const env = { ...settings, ...sinkSettings(places) };
  const receiver = await openReceiver(dist, env);
  const folder = await mkdtemp(join(tmpdir(), 'loop-'));
  try {
    await makeBuckets(client, server.port, receiver.url);
    await receiver.start();
    const play = playActs(receiver, say);
    const changed = await churn(client, objects, images, seededRandom(1), play);
    await play(1);
    say(`changed in ${(changed.ms / 1000).toFixed(1)} s; waiting for the receiver`);
    await receiver.idle();
    const counts = await receiver.counts();
    const check = async () => {
      const keys = await allKeys(client);
      return { cache: await compare(env, keys), sinks: await compareSinks(env, places, keys) };
    };
    const followed = await check();
    say('backfill');
    const repair = { dist, env, folder };
    const killedAt = await backfillKilled(repair, objects);
    const backfilled = await check();
    const there = new Set(await listKeys(client, photos));
    const held = await entryKeys(client);
    await backfillKeys(
      repair,
      held.filter((key) => !there.has(key)),
    );
    const repaired = await check();
    return {
      churn: changed,
      receiver: counts,
      objects: there.size,
      entries: held.length,
      followed: followed.cache,
      backfilled: backfilled.cache,
      repaired: repaired.cache,
      sinks: { followed: followed.sinks, backfilled: backfilled.sinks, repaired: repaired.sinks },
      killedAt,
    };
  } finally {
    await receiver.kill().catch(() => {});
    for (const place of places) await place.close();
    client.destroy();
    await server.stop();
    await rm(folder, { recursive: true });
  }
}

/** Their style is that of a table of images. */
function sinkSettings(places: readonly SinkPlace[]): Env {
  return { EXIF_SINK: places.map(({ location }) => location).join(), EXIF_SINK_STYLE: 'metadata' };
}

/** Returns a function that gets the share of changes that are done, and does the actions that are due, one after the other. */
function playActs(receiver: Receiver, say: LoopOptions['say']): (share: number) => Promise<void> {
  const left = [...acts];
  let playing = Promise.resolve();
  const perform = async (at: number, act: (receiver: Receiver) => Promise<void>): Promise<void> => {
    say(`at ${at}: ${JSON.stringify(await receiver.counts())}`);
    await act(receiver);
  };
  return async (share) => {
    while (share >= (left[0]?.[0] ?? 2)) {
      const [at, act] = left.shift() ?? [0, async () => {}];
      playing = playing.then(() => perform(at, act));
    }
    // Changes go on meanwhile, but the last change waits until all actions are done.
    if (share === 1) await playing;
    else playing.catch(() => {});
  };
}

type Client = ReturnType<typeof openClient>;

/** The keys of all objects and of all entries. */
async function allKeys(client: Client): Promise<readonly string[]> {
  return [...new Set([...(await listKeys(client, photos)), ...(await entryKeys(client))])];
}

/** Keys of objects that have an entry in the cache. */
async function entryKeys(client: Client): Promise<readonly string[]> {
  // In the cache, the name of the bucket is followed by a hash of its endpoint.
  const start = new RegExp(`^${prefix}/${photos}~[0-9a-f]{12}/`);
  return (await listKeys(client, entries)).map((key) => key.replace(start, '').slice(0, -'.json'.length));
}
