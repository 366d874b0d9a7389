// Slots that all workers share: the process that leads has them, and lends them to its workers.
import { createSlots, type Slots, type SlotWish, type TakenSlots } from '../../lib/io/slots';
import { thumbnailTurns, uprightJobs } from '../../lib/limits';
import { type FromWorker, type SlotName, slotNames } from './worker-messages';

type Take = Extract<FromWorker, { kind: 'take' }>;

/** What one worker has and wants. */
type Holder = { readonly has: Record<SlotName, number>; readonly wishes: Map<number, AbortController> };

/** The slots, for the process that leads. `Key` identifies a worker. */
export type SlotDesk<Key> = Readonly<{
  /** Gives a slot to a worker as soon as one is free. Resolves to whether it has one. */
  take(key: Key, take: Take): Promise<boolean>;
  leave(key: Key, id: number): void;
  give(key: Key, name: SlotName): void;
  /** Frees all that a worker has, because it has ended. */
  release(key: Key): void;
}>;

export function createSlotDesk<Key>(): SlotDesk<Key> {
  const slots: Readonly<Record<SlotName, Slots>> = {
    jobs: createSlots(uprightJobs),
    turns: createSlots(thumbnailTurns),
  };
  const holders = new Map<Key, Holder>();
  const holderOf = (key: Key): Holder => {
    const holder = holders.get(key) ?? { has: { jobs: 0, turns: 0 }, wishes: new Map() };
    holders.set(key, holder);
    return holder;
  };
  const give = (key: Key, name: SlotName): void => {
    const { has } = holderOf(key);
    if (has[name] === 0) return;
    has[name]--;
    slots[name].give();
  };
  return {
    give,
    async take(key, { name, id, returning }) {
      const holder = holderOf(key);
      const wish = new AbortController();
      holder.wishes.set(id, wish);
      const isTaken = await slots[name].take({ signal: wish.signal, returning });
      holder.wishes.delete(id);
      if (isTaken && wish.signal.aborted) slots[name].give();
      else if (isTaken) holder.has[name]++;
      return isTaken && !wish.signal.aborted;
    },
    leave: (key, id) => holders.get(key)?.wishes.get(id)?.abort(),
    release(key) {
      const { has, wishes } = holderOf(key);
      for (const wish of wishes.values()) wish.abort();
      for (const name of slotNames) while (has[name] > 0) give(key, name);
      holders.delete(key);
    },
  };
}

/** The slots of one name, for a worker. */
export type LeasedSlots = TakenSlots &
  Readonly<{
    /** Gets the reply to a wish. */
    taken(id: number, isTaken: boolean): void;
  }>;

/** `send` sends a message to the process that leads. `nextId` makes an id that no other wish of this worker has. */
export function createLeasedSlots(
  name: SlotName,
  send: (message: FromWorker) => void,
  nextId: () => number,
): LeasedSlots {
  const wishes = new Map<number, (isTaken: boolean) => void>();
  const give = (): void => send({ kind: 'give', name });
  return {
    give,
    take({ signal, returning = false, isWanted = () => true }: SlotWish) {
      if (signal.aborted) return Promise.resolve(false);
      const id = nextId();
      return new Promise((resolve) => {
        // The reply to a wish that has left says false, or true when both messages crossed: then the slot goes back.
        const leave = (): void => {
          send({ kind: 'leave', id });
          resolve(false);
        };
        signal.addEventListener('abort', leave, { once: true });
        wishes.set(id, (isTaken) => {
          signal.removeEventListener('abort', leave);
          const isUsed = isTaken && !signal.aborted && isWanted();
          if (isTaken && !isUsed) give();
          resolve(isUsed);
        });
        send({ kind: 'take', name, id, returning });
      });
    },
    taken(id, isTaken) {
      wishes.get(id)?.(isTaken);
      wishes.delete(id);
    },
  };
}
