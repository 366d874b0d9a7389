import { turnstile } from '../../handler/turnstile';
import type { Job, Outcome } from '../../lib/types';

const outcome = (job: Job, status: number): Outcome => ({
  job,
  answer: { status, headers: {}, body: '' },
  error: null,
});
const job = (id: string): Job => ({
  id,
  door: 'test',
  act: 'answer',
  request: { method: 'GET', path: '/a', pathDecoded: false, query: [], headers: {} },
});

test('so many run, so many wait in order, the rest is refused', async () => {
  const started: string[] = [];
  const release = new Map<string, () => void>();
  const run = turnstile(
    async (one) => {
      started.push(one.id);
      await new Promise<void>((resolve) => release.set(one.id, resolve));
      return outcome(one, 200);
    },
    async (one) => outcome(one, 503),
    { running: 2, waiting: 2 },
  );
  const all = ['a', 'b', 'c', 'd', 'e'].map((id) => run(job(id), { remainingMs: null }));
  expect((await all[4])?.answer?.status).toBe(503);
  expect(started).toEqual(['a', 'b']);
  for (const id of ['b', 'c', 'a', 'd']) {
    release.get(id)?.();
    await new Promise(setImmediate);
  }
  expect(started).toEqual(['a', 'b', 'c', 'd']);
  expect((await Promise.all(all.slice(0, 4))).map(({ answer }) => answer?.status)).toEqual([200, 200, 200, 200]);
});

test('a job that throws gives its place back', async () => {
  let fails = true;
  const run = turnstile(
    async (one) => {
      if (fails) throw new Error('broken');
      return outcome(one, 200);
    },
    async (one) => outcome(one, 503),
    { running: 1, waiting: 0 },
  );
  await expect(run(job('a'), { remainingMs: null })).rejects.toThrow('broken');
  fails = false;
  expect((await run(job('b'), { remainingMs: null })).answer?.status).toBe(200);
});
