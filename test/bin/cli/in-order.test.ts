// Bounded work whose results keep their order.
import { inOrder } from '../../../bin/cli/in-order';

async function* numbers(count: number): AsyncGenerator<number> {
  for (let at = 0; at < count; at++) yield at;
}

const never = new AbortController().signal;

test('results are in the order of the items, however long each takes, with a limited number at once', async () => {
  let running = 0;
  let most = 0;
  const work = async (at: number): Promise<number> => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, (at * 7) % 5));
    running--;
    return at;
  };
  const found: number[] = [];
  for await (const at of inOrder(numbers(50), 4, work, never)) found.push(at);
  expect(found).toEqual(Array.from({ length: 50 }, (_, at) => at));
  expect(most).toBe(4);
});

test('works for fewer items than may run at once, and for none', async () => {
  for (const count of [0, 1, 3]) {
    const found: number[] = [];
    for await (const at of inOrder(numbers(count), 16, async (item) => item, never)) found.push(at);
    expect(found).toHaveLength(count);
  }
});

test('nothing is started after a stop', async () => {
  const stop = new AbortController();
  const begun: number[] = [];
  const work = async (at: number): Promise<number> => {
    begun.push(at);
    if (at === 5) stop.abort();
    return at;
  };
  for await (const at of inOrder(numbers(50), 2, work, stop.signal)) expect(at).toBeLessThanOrEqual(5);
  expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
});
