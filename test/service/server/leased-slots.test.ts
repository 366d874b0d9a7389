// Slots that workers lease: both sides, joined by messages that arrive later.
import type { TakenSlots } from '../../../lib/io/slots';
import { thumbnailTurns } from '../../../lib/limits';
import { createLeasedSlots, createSlotDesk } from '../../../service/server/leased-slots';
import type { FromWorker } from '../../../service/server/worker-messages';

const desk = createSlotDesk<string>();
let lastId = 0;

/** The slots for turning, as the worker `key` sees them. */
function workerSlots(key: string): TakenSlots {
  const arrive = async (message: FromWorker): Promise<void> => {
    if (message.kind === 'give') desk.give(key, message.name);
    if (message.kind === 'leave') desk.leave(key, message.id);
    if (message.kind !== 'take') return;
    const isTaken = await desk.take(key, message);
    setImmediate(() => slots.taken(message.id, isTaken));
  };
  const send = (message: FromWorker): void => void setImmediate(() => void arrive(message));
  const slots = createLeasedSlots('turns', send, () => ++lastId);
  return slots;
}

const [one, two] = [workerSlots('one'), workerSlots('two')];
const { signal } = new AbortController();
/** Resolves after all messages have arrived. */
const arrived = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
};

afterEach(async () => {
  for (const key of ['one', 'two']) desk.release(key);
  await arrived();
});

test('one worker has the slot, another waits until it is free', async () => {
  expect(await one.take({ signal })).toBe(true);
  let isTaken: boolean | null = null;
  const second = two.take({ signal }).then((taken) => {
    isTaken = taken;
  });
  await arrived();
  expect(isTaken).toBeNull();
  one.give();
  await second;
  expect(isTaken).toBe(true);
});

test('when too many wait in all workers, one more is refused', async () => {
  expect(await one.take({ signal })).toBe(true);
  const waiting = Array.from({ length: thumbnailTurns.waiting }, (_, at) => (at % 2 ? one : two).take({ signal }));
  await arrived();
  expect(await two.take({ signal })).toBe(false);
  for (const _ of waiting) {
    one.give();
    await arrived();
    two.give(); // only the worker that has the slot can give it
    await arrived();
  }
  expect(await Promise.all(waiting)).toEqual(waiting.map(() => true));
});

test('what a worker had is free when it has ended, and its wishes are forgotten', async () => {
  expect(await one.take({ signal })).toBe(true);
  void one.take({ signal });
  const other = two.take({ signal });
  await arrived();
  desk.release('one');
  expect(await other).toBe(true);
});

test.each([
  ['has not arrived', 0],
  ['is waiting', 5],
])('a wish that %s may be withdrawn', async (_, turns) => {
  expect(await one.take({ signal })).toBe(true);
  const withdrawn = new AbortController();
  const second = two.take({ signal: withdrawn.signal });
  for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
  withdrawn.abort();
  expect(await second).toBe(false);
  one.give();
  expect(await one.take({ signal })).toBe(true);
});

test('a slot whose wish was withdrawn or is not wanted any more when it comes is given back', async () => {
  const withdrawn = new AbortController();
  const first = one.take({ signal: withdrawn.signal });
  await new Promise(setImmediate); // the desk has given the slot, the reply has not arrived
  withdrawn.abort();
  expect(await first).toBe(false);
  expect(await two.take({ signal, isWanted: () => false })).toBe(false);
  await arrived();
  expect(await two.take({ signal })).toBe(true);
});
