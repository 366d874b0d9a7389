// One way to change a request, and what it may use for it.

import type { Random } from '../../testing/random/seeded';
import type { Rules } from './rules';
import type { Draft, Header, Pair } from './wire';

/** `partner`: another signed request of the same carrier; `donor`: one of any carrier. */
export type MutationContext = Readonly<{ random: Random; rules: Rules; partner: Draft; donor: Draft }>;

export type Mutator = Readonly<{ name: string; weight: number; mutate(draft: Draft, around: MutationContext): void }>;

/** Replaces item `at`; nothing happens when there is none. */
export function replaceAt<T extends Pair | Header>(list: T[], at: number, change: (item: T) => T): void {
  const item = list[at];
  if (item !== undefined) list[at] = change(item);
}

/** Puts an item at a random place. */
export function insert<T>(list: T[], item: T, random: Random): void {
  list.splice(random.below(list.length + 1), 0, item);
}

/** Takes a random item out. */
export function removeOne<T>(list: T[], random: Random): void {
  list.splice(random.below(list.length), 1);
}
