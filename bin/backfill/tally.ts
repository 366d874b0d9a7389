// What a backfill has done so far, in numbers.

/** What became of one object; `container` is null where none was found. */
export type Warmed = Readonly<{ code: string; container: string | null; failed: boolean }>;

/** Counts of objects: `skipped` by their names, `done` and `failed` by their outcome. */
export type Tally = Readonly<{
  skipped: number;
  done: number;
  failed: number;
  codes: Readonly<Record<string, number>>;
  containers: Readonly<Record<string, number>>;
}>;

export const emptyTally: Tally = { skipped: 0, done: 0, failed: 0, codes: {}, containers: {} };

/** `tally` with one more outcome. */
export function addWarmed(tally: Tally, { code, container, failed }: Warmed): Tally {
  return {
    ...tally,
    done: tally.done + (failed ? 0 : 1),
    failed: tally.failed + (failed ? 1 : 0),
    codes: addOne(tally.codes, code),
    containers: container === null ? tally.containers : addOne(tally.containers, container),
  };
}

/** `tally` with one more object that was not wanted. */
export function addSkipped(tally: Tally): Tally {
  return { ...tally, skipped: tally.skipped + 1 };
}

/** Objects that are through. */
export function finished({ done, failed }: Tally): number {
  return done + failed;
}

/** Names come from our own tables: there are few. */
function addOne(counts: Readonly<Record<string, number>>, name: string): Readonly<Record<string, number>> {
  return { ...counts, [name]: (Object.hasOwn(counts, name) ? (counts[name] ?? 0) : 0) + 1 };
}
