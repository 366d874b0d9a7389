// Counts the results of a backfill.

/**
 * The result for one object. `done`: it was read and cached. `upToDate`: the cache had this version already. `unreadable`: it is not
 * a readable image, which is cached too. `failed`: it could not be read or cached this time.
 */
export type ObjectOutcome = 'done' | 'upToDate' | 'unreadable' | 'failed';

/** The result for one object; `container` is null when none was found. */
export type ObjectResult = Readonly<{ code: string; container: string | null; outcome: ObjectOutcome }>;

/** Counts of objects: `skipped` by their names, the others by their outcome. */
export type Tally = Readonly<{
  skipped: number;
  done: number;
  upToDate: number;
  unreadable: number;
  failed: number;
  codes: Readonly<Record<string, number>>;
  containers: Readonly<Record<string, number>>;
  /** Objects whose message every sink has accepted. */
  sent: number;
  /** Objects that give away something, by its kind. */
  kinds: Readonly<Record<string, number>>;
}>;

export const emptyTally: Tally = {
  skipped: 0,
  done: 0,
  upToDate: 0,
  unreadable: 0,
  failed: 0,
  codes: {},
  containers: {},
  sent: 0,
  kinds: {},
};

/** `tally` with one more outcome. */
export function addWarmed(tally: Tally, { code, container, outcome }: ObjectResult): Tally {
  return {
    ...tally,
    [outcome]: tally[outcome] + 1,
    codes: addOne(tally.codes, code),
    containers: container === null ? tally.containers : addOne(tally.containers, container),
  };
}

/** `tally` with an object that gives away these kinds. */
export function addKinds(tally: Tally, kinds: readonly string[]): Tally {
  return { ...tally, kinds: kinds.reduce(addOne, tally.kinds) };
}

/** `tally` with one more message. */
export function addSent(tally: Tally): Tally {
  return { ...tally, sent: tally.sent + 1 };
}

/** `tally` with one more object that was skipped. */
export function addSkipped(tally: Tally): Tally {
  return { ...tally, skipped: tally.skipped + 1 };
}

/** The number of objects that were worked on. */
export function finished({ done, upToDate, unreadable, failed }: Tally): number {
  return done + upToDate + unreadable + failed;
}

/** The number of objects that the file of failures lists. */
export function listed({ unreadable, failed }: Tally): number {
  return unreadable + failed;
}

/** Counts one more of `name`. The names come from our own tables, so there are few. */
function addOne(counts: Readonly<Record<string, number>>, name: string): Readonly<Record<string, number>> {
  return { ...counts, [name]: (Object.hasOwn(counts, name) ? (counts[name] ?? 0) : 0) + 1 };
}
