// Limits how much work runs at the same time: each piece of work takes a slot, and a limited number may wait for one.
//
// When a store does not reply, the work that waits for it lends its slot to the next work in the queue. It takes a slot again
// when the reply arrives. So a store that hangs does not block work for other stores.
import { ProblemError } from '../problem';

export type Slots = Readonly<{
  /**
   * Resolves to true as soon as a slot is taken; to false when the queue is full, `signal` fires, or `isWanted` returns false.
   */
  take(wish: SlotWish): Promise<boolean>;
  /** Frees a slot. Call it once for each slot that was taken. */
  give(): void;
  /** The length of the queue. */
  waiting(): number;
}>;

/** Slots as the work that takes them sees them. */
export type TakenSlots = Pick<Slots, 'take' | 'give'>;

export type SlotWish = Readonly<{
  /** Ends the wait. */
  signal: AbortSignal;
  /** Set for work that lent its slot: it gets the next free slot, and does not count in the queue. */
  returning?: boolean;
  /** Called when a slot is free; if it returns false, the next waiting work gets the slot. Default: always true. */
  isWanted?: () => boolean;
}>;

/** One waiting call of `take`. Called when a slot is free; returns false when it does not use the slot. */
type Offer = () => boolean;

/** Makes `running` slots. At most `waiting` pieces of work wait for one, in the order in which they came. */
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

/** When a slot is lent. */
export type LendingRules = Readonly<{
  /** Milliseconds of waiting for the store after which the slot is lent. */
  stallMs: number;
  /** Called before the slot is lent; if it returns false, the slot is not lent. */
  mayLend(): boolean;
  /** Called with 1 when the slot is lent, and with -1 when the reply arrived. */
  onLend(change: 1 | -1): void;
  /** Called each time the slot is freed or lent, with the milliseconds for which it was in use. */
  onGive?(usedMs: number): void;
}>;

/** Runs a call that waits for a store. Meanwhile the slot may be lent. Several calls may run at the same time. */
export type WaitFor = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Runs `work` in one of `slots` and returns its result. `work` makes its calls to the store through `waitFor`. After the signal
 * of `wish` has fired, a slot that was lent is not taken again. Throws ProblemError `SlowDown` with the message `refusal` when
 * no slot can be taken.
 */
export async function inSlot<T>(
  slots: TakenSlots,
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
  slots: TakenSlots,
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
  /**
   * Takes a slot again, before all work that has not begun. If none can be taken, the time of the work is over: its next wait
   * throws.
   */
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
