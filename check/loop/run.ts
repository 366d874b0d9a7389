// The whole loop: uploads to a real S3 server, its events pushed to the upload function, which is killed on the way; then
// what the cache has of each object against a fresh read, before and after the backfill.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
import type { ReceiverCounts } from './receiver';
import { openReceiver, type Receiver } from './receiver-process';
import { backfillKeys, backfillKilled } from './repair';

export type LoopOptions = Readonly<{
  objects: number;
  images: readonly Uint8Array[];
  /** Of the compiled files. */
  dist: string;
  say(line: string): void;
}>;

export type LoopResult = Readonly<{
  churn: Churn;
  receiver: ReceiverCounts;
  /** Objects at the end, and entries of the cache. */
  objects: number;
  entries: number;
  /** As the events left it; after the backfill; after the keys that only the cache had. */
  followed: Comparison;
  backfilled: Comparison;
  repaired: Comparison;
  /** Objects that were done when the backfill was killed. */
  killedAt: number | null;
}>;

/** At these shares of the changes the receiver dies, comes back, throws events away, takes them again. */
const acts: readonly (readonly [number, (receiver: Receiver) => Promise<void>])[] = [
  [0.3, (receiver) => receiver.kill()],
  [0.4, (receiver) => receiver.start()],
  [0.6, (receiver) => receiver.drop(true)],
  [0.65, (receiver) => receiver.drop(false)],
];

export async function runLoop({ objects, images, dist, say }: LoopOptions): Promise<LoopResult> {
  const server = await startCephRgw();
  const env = settingsOf(server.port);
  const client = openClient(server.port);
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
    const check = async (): Promise<Comparison> => compare(env, await allKeys(client));
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
      followed,
      backfilled,
      repaired,
      killedAt,
    };
  } finally {
    await receiver.kill().catch(() => {});
    client.destroy();
    await server.stop();
    await rm(folder, { recursive: true });
  }
}

/** A function that, told the share that is done, performs the acts that are due, one after the other. */
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
    // Changes go on meanwhile, but none is the last one before all is played.
    if (share === 1) await playing;
    else playing.catch(() => {});
  };
}

type Client = ReturnType<typeof openClient>;

/** The keys of all objects and of all entries. */
async function allKeys(client: Client): Promise<readonly string[]> {
  return [...new Set([...(await listKeys(client, photos)), ...(await entryKeys(client))])];
}

/** Keys of objects that the cache has an entry of. */
async function entryKeys(client: Client): Promise<readonly string[]> {
  // The name of the bucket has a hash of its endpoint after it.
  const start = new RegExp(`^${prefix}/${photos}~[0-9a-f]{12}/`);
  return (await listKeys(client, entries)).map((key) => key.replace(start, '').slice(0, -'.json'.length));
}
