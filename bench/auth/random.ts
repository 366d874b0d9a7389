// Seeded chance: one seed gives one run, on every machine.

export type Random = Readonly<{
  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number;
  /** True in `share` of all calls. */
  chance(share: number): boolean;
  pick<T>(list: readonly T[]): T;
  shuffled<T>(list: readonly T[]): T[];
}>;

export function seededRandom(seed: number): Random {
  let state = seed | 0;
  // mulberry32 by Tommy Ettinger, public domain
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number): number => Math.floor(next() * end);
  const pick = <T>(list: readonly T[]): T => {
    if (list.length === 0) throw new Error('Cannot pick from an empty list');
    return list[below(list.length)] as T;
  };
  const shuffled = <T>(list: readonly T[]): T[] =>
    list
      .map((item) => [next(), item] as const)
      .sort(([a], [b]) => a - b)
      .map(([, item]) => item);
  return { below, chance: (share) => next() < share, pick, shuffled };
}
