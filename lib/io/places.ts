// A fixed number of places, and a bounded line of work that waits for one.

/** `signal` ends the wait. `returning` goes before all others and is not counted as waiting. */
export type Wish = Readonly<{
  signal: AbortSignal;
  returning: boolean;
  /** Asked when it is this one's turn: false gives the place to the next. */
  stillWanted(): boolean;
}>;

export type Places = Readonly<{
  /** True as soon as a place is taken; false when too many wait, `signal` fired, or it is no longer wanted. */
  take(wish: Wish): Promise<boolean>;
  /** Frees a place that was taken. Called once for each. */
  give(): void;
  /** How many wait. */
  waiting(): number;
}>;

/** Called when it is its turn; false when it did not take the place. */
type Waiter = () => boolean;

/** `running` places, for which at most `waiting` wait, first come first served. */
export function createPlaces({ running, waiting }: Readonly<{ running: number; waiting: number }>): Places {
  let free = running;
  const returning = new Set<Waiter>();
  const line = new Set<Waiter>();
  return {
    async take(wish) {
      if (wish.signal.aborted) return false;
      if (free > 0) {
        free--;
        return true;
      }
      if (wish.returning) return waitIn(returning, wish);
      return line.size < waiting && waitIn(line, wish);
    },
    give() {
      for (const queue of [returning, line]) for (const begin of queue) if (begin()) return;
      free++;
    },
    waiting: () => line.size,
  };
}

function waitIn(queue: Set<Waiter>, { signal, stillWanted }: Wish): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (taken: boolean): boolean => {
      queue.delete(begin);
      signal.removeEventListener('abort', leave);
      resolve(taken);
      return taken;
    };
    const begin = (): boolean => end(stillWanted());
    const leave = (): void => void end(false);
    signal.addEventListener('abort', leave, { once: true });
    queue.add(begin);
  });
}
