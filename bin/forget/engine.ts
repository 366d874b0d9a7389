// Removes what was derived from objects from all places: of one key, or of all keys with a prefix that any place has something of.

import { maxFollows } from '../../lib/limits';
import { ProblemError } from '../../lib/problem';
import type { ObjectRef } from '../../lib/types';
import type { Held, NotifiedPlace, OpenPlace, OwnBucket, Place } from './place';

/** What to forget: one key, or the keys with a prefix. */
export type Target = Readonly<{ kind: 'key' | 'prefix'; text: string }>;

/** Counts of one place: objects. `sent`: their removal was sent. */
export type PlaceCounts = { removed: number; absent: number; sent: number; failed: number };

export type Forget = Readonly<{
  places: readonly Place[];
  bucket: OwnBucket;
  /** Whether to look only. */
  dryRun: boolean;
  stop: AbortSignal;
  /** Called for each problem, with a line for the user. */
  note(line: string): void;
  /** Called after each key. */
  onKey(): void;
  now?: () => number;
}>;

/** The counts by the name of the place, and the number of keys. */
export type ForgetEnd = Readonly<{ counts: ReadonlyMap<Place, PlaceCounts>; keys: number }>;

/** Keys at the same time. */
const concurrency = 16;
/** Keys that are remembered, so that a key of several places is worked on once. After that it is looked up again, which is harmless. */
const maxRemembered = 2_000_000;

/** Forgets all targets. After `stop` fires, no further key is started. */
export async function forgetAll(targets: readonly Target[], forget: Forget): Promise<ForgetEnd> {
  const counts = new Map(forget.places.map((place) => [place, { removed: 0, absent: 0, sent: 0, failed: 0 }]));
  const count = (place: Place, outcome: keyof PlaceCounts): void => {
    const own = counts.get(place);
    if (own !== undefined) own[outcome]++;
  };
  let keys = 0;
  for (const target of targets) {
    await eachAtOnce(keysOf(target, forget, count), forget.stop, async (key) => {
      keys++;
      await forgetKey({ ...forget.bucket, key }, forget, count);
      forget.onKey();
    });
  }
  for (const place of forget.places)
    if (place.kind === 'open' && place.finish !== undefined && !forget.dryRun)
      await attempt(place, forget, count, place.finish);
  return { counts, keys };
}

type Count = (place: Place, outcome: keyof PlaceCounts) => void;

async function* keysOf({ kind, text }: Target, forget: Forget, count: Count): AsyncGenerator<string> {
  if (kind === 'key') return yield text;
  const seen = new Set<string>();
  for (const place of forget.places) {
    if (place.kind !== 'open' || forget.stop.aborted) continue;
    try {
      for await (const key of place.find(text, forget.stop)) {
        if (forget.stop.aborted) return;
        if (seen.has(key)) continue;
        if (seen.size < maxRemembered) seen.add(key);
        yield key;
      }
    } catch (error) {
      if (forget.stop.aborted) return;
      report(place, error, forget, count);
    }
  }
}

/** Works on several keys at the same time. */
async function eachAtOnce(
  keys: AsyncIterable<string>,
  stop: AbortSignal,
  work: (key: string) => Promise<void>,
): Promise<void> {
  const open = new Set<Promise<void>>();
  try {
    for await (const key of keys) {
      if (stop.aborted) break;
      const one: Promise<void> = work(key).finally(() => open.delete(one));
      open.add(one);
      if (open.size >= concurrency) await Promise.race(open);
    }
  } finally {
    await Promise.all(open);
  }
}

async function forgetKey(ref: ObjectRef, forget: Forget, count: Count): Promise<void> {
  const { places, dryRun, now = Date.now } = forget;
  // What is begun is finished, also after a stop: half of it would be counted as done.
  const { signal } = new AbortController();
  const looked = new Map<OpenPlace, Held>();
  await Promise.all(
    places.map(async (place) => {
      if (place.kind === 'open')
        await attempt(place, forget, count, async () => looked.set(place, await place.look(ref, signal)));
    }),
  );
  // Greater than each order that a place has: then all places take it for the latest state.
  let order = Math.max(now(), ...[...looked.values()].map((held) => held.order + 1));
  // The cache is the first place. If another writer makes the order of the cache greater, the tables get that one too.
  for (const place of places) {
    const held = place.kind === 'open' ? looked.get(place) : undefined;
    if (place.kind !== 'open' || held === undefined) continue;
    if (!held.hasData || dryRun) count(place, held.hasData ? 'removed' : 'absent');
    else
      await attempt(place, forget, count, async () => {
        order = await removeFrom(place, { ref, held, order, signal });
        count(place, 'removed');
      });
  }
  for (const place of places) if (place.kind === 'notified') await notify(place, ref, order, forget, count);
}

/** Removes until nothing is left, and returns the order that the place has then. */
async function removeFrom(
  place: OpenPlace,
  { ref, signal, ...first }: Readonly<{ ref: ObjectRef; held: Held; order: number; signal: AbortSignal }>,
): Promise<number> {
  let { held, order } = first;
  for (let round = 0; round < maxFollows; round++) {
    if (await place.remove(ref, held, order, signal)) return order;
    held = await place.look(ref, signal);
    if (!held.hasData) return Math.max(order, held.order);
    order = Math.max(order, held.order + 1);
  }
  throw new ProblemError('CacheFault', `other writers replaced it during each of ${maxFollows} tries`);
}

async function notify(
  place: NotifiedPlace,
  ref: ObjectRef,
  order: number,
  forget: Forget,
  count: Count,
): Promise<void> {
  const { signal } = new AbortController();
  await attempt(place, forget, count, async () => {
    if (!forget.dryRun) await place.notify(ref, order, signal);
    count(place, 'sent');
  });
}

/** Reports a problem, and goes on. Throws what is not a ProblemError. */
async function attempt(place: Place, forget: Forget, count: Count, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    report(place, error, forget, count);
  }
}

function report(place: Place, error: unknown, { note }: Forget, count: Count): void {
  if (!(error instanceof ProblemError)) throw error;
  count(place, 'failed');
  note(`${place.name}: ${error.message}`);
}
