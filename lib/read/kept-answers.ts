// The answers that a process keeps in memory as they are sent, so that the next request for one needs no parsing, rendering or
// compressing. It has answers about one version of an object, the version that its source named last.
import { sameVersion, versionTag } from '../bytes/etag';
import type { Content } from '../http/answer';
import { steadyClock } from '../io/steady-clock';
import { maxKeptViews } from '../limits';
import type { CacheVersion, ObjectRef, ObjectStat } from '../types';

/** A view of an object as it is sent, and what the trace needs. */
export type KeptView = Readonly<{ content: Content; container: string | null; warnings: number }>;

/** What a source (the bucket, or a cache that is trusted) said about an object. `at`: the time before it was asked. */
export type Confirmation = Readonly<{
  stat: ObjectStat;
  /** The version of the cache's entry, when that is trusted; null when the bucket said it. */
  version: CacheVersion | null;
  at: number;
}>;

/** A version of an object, when its source confirmed it last, and the views of it that are kept, by name. */
export type KeptObject = Readonly<{
  stat: ObjectStat;
  version: CacheVersion | null;
  confirmedAt: number;
  views: ReadonlyMap<string, KeptView>;
}>;

/** The answers that a process keeps. None of them depends on the caller. */
export type KeptAnswers = Readonly<{
  /** For how many milliseconds an object is fresh; 0 = never. */
  freshMs: number;
  /** The time of a `Confirmation`. */
  now(): number;
  find(ref: ObjectRef): KeptObject | null;
  /** Whether the bucket confirmed the object a short time ago, so that it may be answered without another request. */
  isFresh(object: KeptObject): boolean;
  /**
   * Keeps what a source said: views of another version are dropped. Null when a source was asked later than this one and named
   * another version.
   */
  confirm(ref: ObjectRef, confirmation: Confirmation): KeptObject | null;
  /** Adds a view to an object that is still kept. Returns it with the bytes that are kept. */
  add(ref: ObjectRef, object: KeptObject, name: string, view: KeptView): KeptView;
  drop(ref: ObjectRef): void;
}>;

/** `maxBytes` of memory; `freshMs`: for how long an answer is fresh after its confirmation, 0 = never. */
export type KeepingRules = Readonly<{ maxBytes: number; freshMs: number; now?: () => number }>;

/** Bytes of memory for an object and for a view in addition to names and bodies. Measured: 700 and 580. */
const overhead = { object: 768, view: 640 };

type Stored = { -readonly [Name in keyof KeptObject]: KeptObject[Name] } & {
  name: string;
  views: Map<string, KeptView>;
  cost: number;
};

/** Makes the memory for the answers of one process. Over `maxBytes`, the objects that were used longest ago are dropped. */
export function createKeptAnswers({ maxBytes, freshMs, now = steadyClock() }: KeepingRules): KeptAnswers {
  // A Map has its keys in the order in which they were set: the first one was used longest ago.
  const objects = new Map<string, Stored>();
  let bytes = 0;

  function remove(object: Stored): void {
    if (objects.delete(object.name)) bytes -= object.cost;
  }

  function grow(object: Stored, cost: number): void {
    object.cost += cost;
    bytes += cost;
  }

  function use(object: Stored): Stored {
    objects.delete(object.name);
    objects.set(object.name, object);
    return object;
  }

  function shrink(): void {
    for (const oldest of objects.values()) {
      if (bytes <= maxBytes) break;
      remove(oldest);
    }
  }

  return {
    freshMs,
    now,
    find(ref) {
      const object = objects.get(objectId(ref));
      return object === undefined ? null : use(object);
    },
    isFresh: (object) => freshMs > 0 && now() - object.confirmedAt < freshMs,
    confirm(ref, { stat, version, at }) {
      const name = objectId(ref);
      const before = objects.get(name);
      if (before !== undefined && isSame(before, stat, version)) {
        before.confirmedAt = Math.max(before.confirmedAt, at);
        return use(before);
      }
      if (before !== undefined) {
        if (at < before.confirmedAt) return null;
        remove(before);
      }
      const object: Stored = { name, stat, version, views: new Map(), confirmedAt: at, cost: 0 };
      objects.set(name, object);
      grow(object, overhead.object + 2 * name.length);
      shrink();
      return object;
    },
    add(ref, object, name, view) {
      const kept = { ...view, content: ownContent(view.content) };
      const stored = objects.get(objectId(ref));
      if (stored === undefined || stored !== object) return kept;
      const [oldest] = stored.views;
      if (stored.views.size >= maxKeptViews && oldest !== undefined) removeView(stored, ...oldest);
      removeView(stored, name, stored.views.get(name));
      stored.views.set(name, kept);
      grow(stored, costOf(name, kept));
      shrink();
      return kept;
    },
    drop(ref) {
      const object = objects.get(objectId(ref));
      if (object !== undefined) remove(object);
    },
  };

  function removeView(object: Stored, name: string, view: KeptView | undefined): void {
    if (view === undefined) return;
    object.views.delete(name);
    grow(object, -costOf(name, view));
  }
}

/** Without an ETag that identifies a version, or the version of an entry, what was read may differ from what is kept. */
function isSame(kept: KeptObject, stat: ObjectStat, version: CacheVersion | null): boolean {
  const isNamed = version !== null || versionTag(stat.etag) !== null;
  return isNamed && kept.version === version && sameVersion(kept.stat, stat);
}

/** Identifies an object in this process. No id of a bucket has a NUL: it is the text of a setting. */
export function objectId({ bucketId, key }: ObjectRef): string {
  return `${bucketId}\0${key}`;
}

/** The body as bytes that are not part of a larger buffer, which would stay in memory. */
function ownContent({ body, ...content }: Content): Content {
  if (typeof body === 'string') return { ...content, body: new TextEncoder().encode(body) };
  return { ...content, body: body.byteLength === body.buffer.byteLength ? body : new Uint8Array(body) };
}

/** The engine may store a name with two bytes for each character. */
function costOf(name: string, { content }: KeptView): number {
  return overhead.view + 2 * name.length + content.body.length;
}
