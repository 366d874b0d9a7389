import { createPlaces, type Places } from '../../../lib/io/places';

const never = new AbortController().signal;
const wish = { signal: never, returning: false, stillWanted: () => true };

/** Takes a place and notes in `order` that it was taken, or not. */
function join(places: Places, order: string[], name: string, more: Partial<typeof wish> = {}): Promise<void> {
  return places.take({ ...wish, ...more }).then((taken) => void order.push(taken ? name : `${name} refused`));
}

const settled = (): Promise<void> => new Promise(setImmediate);

test('so many take a place, so many wait in order, the rest is refused at once', async () => {
  const places = createPlaces({ running: 2, waiting: 2 });
  const order: string[] = [];
  for (const name of ['a', 'b', 'c', 'd', 'e']) void join(places, order, name);
  await settled();
  expect(order.toSorted()).toEqual(['a', 'b', 'e refused']);
  expect(places.waiting()).toBe(2);
  places.give();
  places.give();
  await settled();
  expect(order.slice(3)).toEqual(['c', 'd']);
});

test('one that returns goes first, and is not counted among those that wait', async () => {
  const places = createPlaces({ running: 1, waiting: 1 });
  const order: string[] = [];
  for (const name of ['a', 'b']) void join(places, order, name);
  for (const name of ['x', 'y']) void join(places, order, name, { returning: true });
  await settled();
  for (let i = 0; i < 3; i++) places.give();
  await settled();
  expect(order).toEqual(['a', 'x', 'y', 'b']);
});

test('one whose signal fires leaves the line, and none begins after that', async () => {
  const places = createPlaces({ running: 1, waiting: 3 });
  const order: string[] = [];
  const leaving = new AbortController();
  void join(places, order, 'a');
  void join(places, order, 'b', { signal: leaving.signal });
  void join(places, order, 'c');
  leaving.abort();
  await settled();
  expect(places.waiting()).toBe(1);
  places.give();
  await settled();
  void join(places, order, 'd', { signal: leaving.signal });
  await settled();
  expect(order).toEqual(['a', 'b refused', 'c', 'd refused']);
});

test('a place goes past those that do not want it any more', async () => {
  const places = createPlaces({ running: 1, waiting: 3 });
  const order: string[] = [];
  void join(places, order, 'a');
  void join(places, order, 'b', { stillWanted: () => false });
  void join(places, order, 'c');
  places.give();
  await settled();
  expect(order).toEqual(['a', 'b refused', 'c']);
  places.give();
  await join(places, order, 'd');
  expect(order.at(-1)).toBe('d');
});
