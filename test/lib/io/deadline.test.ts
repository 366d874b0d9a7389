// A time of one's own within the caller's: when it ends the work, and that it leaves nothing behind.
import { getEventListeners } from 'node:events';
import { withinTime } from '../../../lib/io/deadline';

/** Milliseconds until the signal given to the work fires. */
async function firesAfter(outer: AbortSignal | null, ms: number): Promise<number> {
  const startedAt = performance.now();
  await withinTime(outer, ms, (soon) =>
    soon.aborted ? Promise.resolve() : new Promise((resolve) => soon.addEventListener('abort', resolve)),
  );
  return performance.now() - startedAt;
}

test("the work is told to stop when its own time is over, or the caller's", async () => {
  expect(await firesAfter(null, 30)).toBeGreaterThan(25);
  expect(await firesAfter(new AbortController().signal, 30)).toBeGreaterThan(25);
  expect(await firesAfter(AbortSignal.timeout(30), 60_000)).toBeLessThan(30_000);
  expect(await firesAfter(AbortSignal.abort(), 60_000)).toBeLessThan(30_000);
});

test.each([2 ** 31, Number.MAX_SAFE_INTEGER, Infinity])('%d ms count as a long time, not as no time', async (ms) => {
  const fired = await withinTime(null, ms, async (soon) => {
    await new Promise((resolve) => setTimeout(resolve, 30));
    return soon.aborted;
  });
  expect(fired).toBe(false);
});

test('the result or the error of the work is handed on, and nothing listens afterwards', async () => {
  const { signal } = new AbortController();
  let seen: AbortSignal | null = null;
  expect(
    await withinTime(signal, 50, async (soon) => getEventListeners(signal, 'abort').length + Number(soon.aborted)),
  ).toBe(1);
  const failed = withinTime(signal, 50, (soon) => {
    seen = soon;
    return Promise.reject(new Error('no'));
  });
  await expect(failed).rejects.toThrow('no');
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  await new Promise((resolve) => setTimeout(resolve, 80));
  expect(seen).toMatchObject({ aborted: false });
});
