import { createSlots, type Slots } from '../../../lib/io/slots';

const never = new AbortController().signal;
const wish = { signal: never, returning: false, isWanted: () => true };

/** Takes a slot and notes in `order` that it was taken, or not. */
function join(slots: Slots, order: string[], name: string, more: Partial<typeof wish> = {}): Promise<void> {
  return slots.take({ ...wish, ...more }).then((taken) => void order.push(taken ? name : `${name} refused`));
}

const settled = (): Promise<void> => new Promise(setImmediate);

test('a limited number take a slot, a limited number wait in order, the rest is refused at once', async () => {
  const slots = createSlots({ running: 2, waiting: 2 });
  const order: string[] = [];
  for (const name of ['a', 'b', 'c', 'd', 'e']) void join(slots, order, name);
  await settled();
  expect(order.toSorted()).toEqual(['a', 'b', 'e refused']);
  expect(slots.waiting()).toBe(2);
  slots.give();
  slots.give();
  await settled();
  expect(order.slice(3)).toEqual(['c', 'd']);
});

test('one that returns goes first, and is not counted among those that wait', async () => {
  const slots = createSlots({ running: 1, waiting: 1 });
  const order: string[] = [];
  for (const name of ['a', 'b']) void join(slots, order, name);
  for (const name of ['x', 'y']) void join(slots, order, name, { returning: true });
  await settled();
  for (let i = 0; i < 3; i++) slots.give();
  await settled();
  expect(order).toEqual(['a', 'x', 'y', 'b']);
});

test('one whose signal fires leaves the line, and none begins after that', async () => {
  const slots = createSlots({ running: 1, waiting: 3 });
  const order: string[] = [];
  const leaving = new AbortController();
  void join(slots, order, 'a');
  void join(slots, order, 'b', { signal: leaving.signal });
  void join(slots, order, 'c');
  leaving.abort();
  await settled();
  expect(slots.waiting()).toBe(1);
  slots.give();
  await settled();
  void join(slots, order, 'd', { signal: leaving.signal });
  await settled();
  expect(order).toEqual(['a', 'b refused', 'c', 'd refused']);
});

test('a slot is not given to work that does not want it any more', async () => {
  const slots = createSlots({ running: 1, waiting: 3 });
  const order: string[] = [];
  void join(slots, order, 'a');
  void join(slots, order, 'b', { isWanted: () => false });
  void join(slots, order, 'c');
  slots.give();
  await settled();
  expect(order).toEqual(['a', 'b refused', 'c']);
  slots.give();
  await join(slots, order, 'd');
  expect(order.at(-1)).toBe('d');
});
