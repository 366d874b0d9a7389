// A place that is lent to others while the work that holds it waits for a store that does not reply.
import type { Places } from './places';

export type LendingRules = Readonly<{
  /** Milliseconds of waiting after which the place is lent. */
  stallMs: number;
  /** Asked then: false keeps the place. */
  mayLend(): boolean;
  /** Told when the place is lent (1), and when that is over (-1). */
  lent(change: 1 | -1): void;
  /** Told each time the place is given away: for how many milliseconds it was held. */
  gave(heldMs: number): void;
}>;

export type HeldPlace = Readonly<{
  /** The result of `work`, which waits for somebody else. Several may wait together. Never longer without a place than that. */
  waitFor<T>(work: () => Promise<T>): Promise<T>;
  /** Frees the place. Called once, when all is done. */
  end(): void;
}>;

/** Holds a place that was taken of `places`. `signal` fires when the holder's time is over: then it takes no place again. */
export function holdPlace(places: Places, signal: AbortSignal, rules: LendingRules): HeldPlace {
  let state: 'held' | 'lent' | 'none' | 'ended' = 'held';
  let since = performance.now();
  let open = 0;
  let timer: NodeJS.Timeout | undefined;
  const give = (): void => {
    rules.gave(performance.now() - since);
    places.give();
  };
  const lend = (): void => {
    if (state !== 'held' || !rules.mayLend()) return;
    state = 'lent';
    rules.lent(1);
    give();
  };
  /** Takes a place again, before all that have not begun. Without one the time is over, as the next wait will say. */
  const comeBack = async (): Promise<void> => {
    if (state !== 'lent') return;
    state = 'none';
    rules.lent(-1);
    const stillWanted = (): boolean => state === 'none';
    if (!(await places.take({ signal, returning: true, stillWanted }))) return;
    since = performance.now();
    if (stillWanted()) state = 'held';
    else places.give();
  };
  return {
    async waitFor(work) {
      if (open++ === 0) timer = setTimeout(lend, rules.stallMs);
      try {
        return await work();
      } finally {
        if (--open === 0) {
          clearTimeout(timer);
          await comeBack();
        }
      }
    },
    end() {
      clearTimeout(timer);
      if (state === 'held') give();
      if (state === 'lent') rules.lent(-1);
      state = 'ended';
    },
  };
}
