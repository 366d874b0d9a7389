// Which branches an execution took, and how often: a branch counts as new again when it is taken far more often.

/** Bits of the branches and hit counts that were seen so far; one byte a branch. */
export type BranchSet = Uint8Array;

export type Coverage = Readonly<{
  /** Begins a new execution. */
  reset(): void;
  /** How many branches and hit counts since `reset` are not in `seen`; adds them. */
  addTo(seen: BranchSet): number;
  /** The same for a choice of inputs: each branch and hit count since `reset` as one number. */
  features(): readonly number[];
  emptySeen(): BranchSet;
}>;

/** Hit count -> bit: 1, 2, 3, 4-7, 8-15, 16-31, 32-127, 128 and more. */
const bits = Uint8Array.from({ length: 256 }, (_, hits) => {
  if (hits <= 3) return hits === 0 ? 0 : 1 << (hits - 1);
  const ends = [8, 16, 32, 128, 256];
  return 8 << ends.findIndex((end) => hits < end);
});

/** Coverage over counters that instrumented code increments; `used` returns how many of them are in use so far. */
export function coverageOf(counters: Uint8Array, used: () => number): Coverage {
  const words = new Uint32Array(counters.buffer, counters.byteOffset, counters.length >> 2);
  const wordsUsed = (): number => Math.min(words.length, (used() + 3) >> 2);
  return {
    reset: () => void words.fill(0, 0, wordsUsed()),
    addTo: (seen) => {
      let added = 0;
      for (let word = 0, end = wordsUsed(); word < end; word++) {
        if (words[word] === 0) continue;
        for (let i = word * 4; i < word * 4 + 4; i++) {
          const bit = bits[counters[i] as number] as number;
          const known = seen[i] as number;
          if ((known & bit) !== bit) {
            seen[i] = known | bit;
            added++;
          }
        }
      }
      return added;
    },
    features: () => {
      const found: number[] = [];
      for (let i = 0, end = used(); i < end; i++) {
        const bit = bits[counters[i] as number] as number;
        if (bit !== 0) found.push(i * 256 + bit);
      }
      return found;
    },
    emptySeen: () => new Uint8Array(counters.length),
  };
}

/** How many branches are in `seen`, however often they were taken. */
export function branchesIn(seen: BranchSet): number {
  let count = 0;
  for (const byte of seen) if (byte !== 0) count++;
  return count;
}
