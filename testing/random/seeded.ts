// Seeded chance: one seed gives one run, on every machine.
import { unsafeUniformIntDistribution, xoroshiro128plus } from 'pure-rand';

export type Random = Readonly<{
  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number;
  /** True in `share` of all calls. */
  chance(share: number): boolean;
  pick<T>(list: readonly T[]): T;
  shuffled<T>(list: readonly T[]): T[];
}>;

/** A text with its letters in some other case, or in the same. */
export function anyCase(text: string, random: Random): string {
  const upper = random.pick([0, 0.5, 1]);
  return text.replace(/[A-Za-z]/g, (letter) => (random.chance(upper) ? letter.toUpperCase() : letter.toLowerCase()));
}

export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  // Of an empty range the library makes NaN.
  const below = (end: number): number => (end < 1 ? 0 : unsafeUniformIntDistribution(0, end - 1, generator));
  const next = (): number => below(2 ** 31) / 2 ** 31;
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
