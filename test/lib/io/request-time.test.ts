// The time of a request: its signal is made only for a job that asks for it.
import { getEventListeners } from 'node:events';
import { LazyTimedSignal } from '../../../lib/io/deadline';
import { withinRequestTime } from '../../../lib/io/request-time';

test('a job that asks for no signal listens to nothing; one that asks listens until its end', async () => {
  const { signal: gone } = new AbortController();
  const listening = (): number => getEventListeners(gone, 'abort').length;
  const seen = await withinRequestTime({ waitedMs: 0, gone }, 60_000, async (time) => {
    const before = listening();
    const first = time.signal;
    return { before, after: listening(), isSame: first === time.signal };
  });
  expect(seen).toEqual({ before: 0, after: 1, isSame: true });
  expect(listening()).toBe(0);
});

test('a client that left before the signal was asked for has aborted it', async () => {
  const controller = new AbortController();
  const work = withinRequestTime({ waitedMs: 0, gone: controller.signal }, 60_000, async (time) => {
    controller.abort();
    if (time.signal.aborted) throw new Error('stopped');
  });
  await expect(work).rejects.toMatchObject({ code: 'ClientClosed' });
});

test('a signal that is asked for after the end has no timer that keeps the process alive', () => {
  const { signal: outer } = new AbortController();
  const timed = new LazyTimedSignal(outer, 60_000);
  timed.end();
  expect(timed.signal.aborted).toBe(false);
  expect(getEventListeners(outer, 'abort')).toHaveLength(0);
});
