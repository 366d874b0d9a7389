import { Frequent, shortened } from '../../../lib/table/frequent';
import { seededRandom } from '../../../testing/random/seeded';

function counted(names: Iterable<string | null>, limit?: number) {
  const frequent = new Frequent(limit);
  for (const name of names) frequent.add(name);
  return frequent;
}

test('few names are counted exactly, the most frequent first', () => {
  expect(counted(['b', 'a', null, 'b', 'c', '', 'a', 'b']).result(2)).toEqual({
    known: 6,
    unknown: 2,
    distinct: 3,
    exact: true,
    slack: 0,
    top: [
      { name: 'b', count: 3 },
      { name: 'a', count: 2 },
    ],
    others: 1,
  });
  expect(counted([]).result(5)).toMatchObject({ known: 0, distinct: 0, exact: true, top: [], others: 0 });
});

test('names that are part of every object are only names', () => {
  const { top } = counted(['__proto__', 'constructor', '__proto__']).result(5);
  expect(top).toEqual([
    { name: '__proto__', count: 2 },
    { name: 'constructor', count: 1 },
  ]);
});

test('very many different lenses: the frequent ones are found, and the sum stays right', () => {
  const frequent = new Frequent();
  const truth = new Map<string, number>();
  const random = seededRandom(5);
  for (let at = 0; at < 200_000; at++) {
    frequent.add(`Lens number ${at}`);
    if (at % 4 > 0) continue;
    const name = `Frequent ${Math.floor(Math.sqrt(random.below(400)))}`;
    truth.set(name, (truth.get(name) ?? 0) + 1);
    frequent.add(name);
  }
  const { known, distinct, exact, slack, top, others } = frequent.result(15);
  expect(known).toBe(250_000);
  expect(exact).toBe(false);
  expect(distinct).toBeGreaterThan(16_384);
  // The bound of the method: one for each half of the table that the names fill.
  expect(slack).toBeLessThanOrEqual(250_000 / 8192);
  expect(top.reduce((sum, { count }) => sum + count, 0) + others).toBe(known);
  for (const { name, count } of top) {
    const real = truth.get(name) ?? 0;
    expect(count).toBeLessThanOrEqual(real);
    expect(count).toBeGreaterThanOrEqual(real - slack);
  }
});

test('counts are never too high, and at most `slack` too low, for any order of names', () => {
  for (let seed = 0; seed < 50; seed++) {
    const random = seededRandom(seed);
    const names = Array.from({ length: 2000 }, () => String(random.below(1 + random.below(200))));
    const truth = new Map<string, number>();
    for (const name of names) truth.set(name, (truth.get(name) ?? 0) + 1);
    const { top, slack, others, known } = counted(names, 20).result(100);
    expect(top.length).toBeLessThanOrEqual(20);
    for (const [name, real] of truth) {
      const count = top.find((one) => one.name === name)?.count ?? 0;
      expect(count).toBeLessThanOrEqual(real);
      expect(count).toBeGreaterThanOrEqual(real - slack);
    }
    expect(top.reduce((sum, { count }) => sum + count, 0) + others).toBe(known);
  }
});

test('a long name is cut between characters', () => {
  expect(shortened('abcdef', 6)).toBe('abcdef');
  expect(shortened('abcdefg', 6)).toBe('abcdef…');
  expect(shortened('abcde😀f', 6)).toBe('abcde…');
  expect(shortened(`\udc00${'x'.repeat(9)}`, 3)).toBe('\udc00xx…');
  const [first] = counted([`${'x'.repeat(1000)}1`, `${'x'.repeat(1000)}2`]).result(5).top;
  expect(first).toEqual({ name: `${'x'.repeat(200)}…`, count: 2 });
});
