// A place that has something that was derived from objects: a cache, a table, a dataset, the receivers of messages.

import type { ObjectRef } from '../../lib/types';

/** What a place has of one object. `order`: of the state that it has; 0 = none. `token` is for `remove` of the same place. */
export type Held = Readonly<{ order: number; hasData: boolean; token: unknown }>;

/** A place from which something can be removed. */
export type OpenPlace = Readonly<{
  kind: 'open';
  /** Without options, which may have secrets. */
  name: string;
  look(ref: ObjectRef, signal: AbortSignal): Promise<Held>;
  /**
   * Removes what `held` says. Its state gets the order `order`, so that nothing older replaces it later. False when the place has
   * something else by now: look again.
   */
  remove(ref: ObjectRef, held: Held, order: number, signal: AbortSignal): Promise<boolean>;
  /** The keys with this prefix that the place has something of, also of objects that do not exist any more. */
  find(prefix: string, signal: AbortSignal): AsyncIterable<string>;
  /** A sentence about what `find` costs; null = little. */
  cost(signal: AbortSignal): Promise<string | null>;
  /** What the user still has to do after something was removed. */
  advice?: string;
  /** Writes what was removed, for a place that does that at the end. */
  finish?(): Promise<void>;
}>;

/** A place that gets a message `removed` for each object: what it has is with its receivers. */
export type NotifiedPlace = Readonly<{
  kind: 'notified';
  name: string;
  notify(ref: ObjectRef, order: number, signal: AbortSignal): Promise<void>;
}>;

/** A place from which nothing can be removed, and why. */
export type ClosedPlace = Readonly<{ kind: 'closed'; name: string; reason: string }>;

export type Place = OpenPlace | NotifiedPlace | ClosedPlace;

/** The bucket of the objects, as the cache and messages name it. */
export type OwnBucket = Omit<ObjectRef, 'key'>;
