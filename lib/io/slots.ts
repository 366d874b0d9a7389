// A bounded number of slots for work that runs at once, and a bounded queue of work that waits for one.
//
// Work that waits for a store which does not reply lends its slot to the next in the queue, and takes a slot again when the
// reply is there. So a store that hangs does not keep work for healthy stores waiting.
import { ProblemError } from '../problem';

export type Slots = Readonly<{
  /** True as soon as a slot is taken; false when the queue is full, `signal` fires, or the slot is not wanted any more. */
  take(wish: SlotWish): Promise<boolean>;
  /** Frees a slot. Called once for each slot that was taken. */
  give(): void;
  /** The length of the queue. */
  waiting(): number;
}>;

export type SlotWish = Readonly<{
  /** Ends the wait. */
  signal: AbortSignal;
  /** The work lent its slot before: it goes before all others, and does not count in the queue. */
  returning?: boolean;
  /** Called when the slot is there; false leaves it to the next. Default: true. */
  isWanted?: () => boolean;
}>;

/** A waiting wish: it is called when a slot is free, and returns false when it does not take it. */
type Offer = () => boolean;

/** `running` slots, for which at most `waiting` wait, first come first served. */
export function createSlots({ running, waiting }: Readonly<{ running: number; waiting: number }>): Slots {
  let free = running;
  const returning = new Set<Offer>();
  const queue = new Set<Offer>();
  return {
    async take(wish) {
      if (wish.signal.aborted) return false;
      if (free > 0) {
        free--;
        return true;
      }
      if (wish.returning === true) return waitIn(returning, wish);
      return queue.size < waiting && waitIn(queue, wish);
    },
    give() {
      for (const offers of [returning, queue]) for (const offer of offers) if (offer()) return;
      free++;
    },
    waiting: () => queue.size,
  };
}

function waitIn(offers: Set<Offer>, { signal, isWanted = () => true }: SlotWish): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (isTaken: boolean): boolean => {
      offers.delete(offer);
      signal.removeEventListener('abort', leave);
      resolve(isTaken);
      return isTaken;
    };
    const offer = (): boolean => end(isWanted());
    const leave = (): void => void end(false);
    signal.addEventListener('abort', leave, { once: true });
    offers.add(offer);
  });
}

/** How work lends its slot. */
export type LendingRules = Readonly<{
  /** Milliseconds of waiting after which the slot is lent. */
  stallMs: number;
  /** Called then: false keeps the slot. */
  mayLend(): boolean;
  /** Called when the slot is lent (1), and when that is over (-1). */
  onLend(change: 1 | -1): void;
  /** Called each time the slot is given away, with the milliseconds for which it was in use. */
  onGive?(usedMs: number): void;
}>;

/** Runs work that waits for a store: several may wait together. Meanwhile the slot may be lent. */
export type WaitFor = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * The result of `work`, which runs in one of `slots` and waits for its store by `waitFor`. When the time of `wish` is over, a
 * slot that was lent is not taken again. Throws ProblemError `SlowDown`, with the message `refusal`, when there is no slot.
 */
export async function inSlot<T>(
  slots: Slots,
  wish: SlotWish,
  rules: LendingRules,
  refusal: string,
  work: (waitFor: WaitFor) => Promise<T>,
): Promise<T> {
  if (!(await slots.take(wish))) throw new ProblemError('SlowDown', refusal);
  const slot = lendableSlot(slots, wish.signal, rules);
  try {
    return await work(slot.waitFor);
  } finally {
    slot.end();
  }
}

/** A slot that was taken. `end` frees it: it is called once, when the work is done. */
function lendableSlot(
  slots: Slots,
  signal: AbortSignal,
  rules: LendingRules,
): Readonly<{ waitFor: WaitFor; end(): void }> {
  let state: 'used' | 'lent' | 'none' | 'ended' = 'used';
  let since = performance.now();
  let waits = 0;
  let timer: NodeJS.Timeout | undefined;
  const give = (): void => {
    rules.onGive?.(performance.now() - since);
    slots.give();
  };
  const lend = (): void => {
    if (state !== 'used' || !rules.mayLend()) return;
    state = 'lent';
    rules.onLend(1);
    give();
  };
  /** Takes a slot again, before all work that has not begun. Without one, the time is over, as the next wait will find. */
  const comeBack = async (): Promise<void> => {
    if (state !== 'lent') return;
    state = 'none';
    rules.onLend(-1);
    const isWanted = (): boolean => state === 'none';
    if (!(await slots.take({ signal, returning: true, isWanted }))) return;
    since = performance.now();
    if (isWanted()) state = 'used';
    else slots.give();
  };
  return {
    async waitFor(work) {
      if (waits++ === 0) timer = setTimeout(lend, rules.stallMs);
      try {
        return await work();
      } finally {
        if (--waits === 0) {
          clearTimeout(timer);
          await comeBack();
        }
      }
    },
    end() {
      clearTimeout(timer);
      if (state === 'used') give();
      if (state === 'lent') rules.onLend(-1);
      state = 'ended';
    },
  };
}
