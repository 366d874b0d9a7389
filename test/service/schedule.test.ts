import type { Job, Outcome } from '../../lib/types';
import type { Budget } from '../../service/schedule';
import { runJobs } from '../../service/schedule';

const order = { lastModified: null, sequencer: null };
const request = { method: 'GET', path: '/a.jpg', pathDecoded: false, query: [], headers: {} };
const warm = (id: string, key: string, bucket = 'photos'): Job => ({
  id,
  trigger: 'test',
  act: 'warm',
  object: { bucket, key, order },
});
const answer = (id: string): Job => ({ id, trigger: 'test', act: 'answer', request });
const done = (job: Job): Outcome => ({ job, answer: null, error: null });
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const anytime = () => null;

/** A `run` that takes a random number of turns, and notes which jobs run at the same time. */
function watched() {
  const running = new Set<Job>();
  const begun: string[] = [];
  const ended: string[] = [];
  let most = 0;
  const together: string[] = [];
  const run = async (job: Job): Promise<Outcome> => {
    for (const other of running) {
      if (job.act !== 'answer' && other.act !== 'answer' && other.object.key === job.object.key) together.push(job.id);
    }
    running.add(job);
    begun.push(job.id);
    most = Math.max(most, running.size);
    for (let turns = (job.id.length * 7 + begun.length * 3) % 5; turns >= 0; turns--) await tick();
    running.delete(job);
    ended.push(job.id);
    return done(job);
  };
  return { run, begun, ended, together, most: () => most };
}

test('several jobs run at once, outcomes are in the order of the jobs', async () => {
  const jobs = Array.from({ length: 100 }, (_, i) => warm(`j${i}`, `${i}.jpg`));
  const { run, begun, most } = watched();
  const outcomes = await runJobs(jobs, run, { running: 16, remainingMs: anytime });
  expect(outcomes.map(({ job }) => job)).toEqual(jobs);
  expect(begun).toHaveLength(100);
  expect(most()).toBe(16);
});

test('jobs of one object never at once, and in their order', async () => {
  const jobs = Array.from({ length: 60 }, (_, i) => warm(`j${i}`, `${i % 5}.jpg`));
  const { run, ended, together, most } = watched();
  const outcomes = await runJobs(jobs, run, { running: 16, remainingMs: anytime });
  expect(together).toEqual([]);
  expect(most()).toBe(5);
  expect(outcomes.map(({ job }) => job)).toEqual(jobs);
  for (const rest of [0, 1, 2, 3, 4]) {
    const ofKey = ended.filter((id) => Number(id.slice(1)) % 5 === rest);
    expect(ofKey).toEqual([...ofKey].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1))));
  }
});

test('one key in two buckets, and requests, are different objects', async () => {
  const jobs = [warm('a', 'x.jpg', 'one'), warm('b', 'x.jpg', 'two'), answer('c'), answer('d'), warm('e', '","x', 'a')];
  const { run, most } = watched();
  await runJobs(jobs, run, { running: 16, remainingMs: anytime });
  expect(most()).toBe(5);
});

test('no jobs', async () => {
  await expect(runJobs([], watched().run, { running: 16, remainingMs: anytime })).resolves.toEqual([]);
});

test('each job gets the time that is left when it starts; a job that cannot end in time is not started', async () => {
  const times = [5_000, 2_500, 1_000, 999, 10, -3];
  const budgets: Budget[] = [];
  const run = async (job: Job, budget: Budget): Promise<Outcome> => {
    budgets.push(budget);
    return done(job);
  };
  const jobs = times.map((_, i) => warm(`j${i}`, `${i}.jpg`));
  const left = [...times];
  const outcomes = await runJobs(jobs, run, { running: 1, remainingMs: () => left.shift() ?? 0 });
  expect(budgets.map(({ remainingMs }) => remainingMs)).toEqual([5_000, 2_500, 1_000]);
  expect(outcomes.map(({ job }) => job)).toEqual(jobs);
  const codes = outcomes.map(({ error }) => (error as { code?: string } | null)?.code ?? null);
  expect(codes).toEqual([null, null, null, 'Timeout', 'Timeout', 'Timeout']);
});

test('a request always runs: a client waits for the answer', async () => {
  const { run, begun } = watched();
  await runJobs([answer('a')], run, { running: 1, remainingMs: () => 5 });
  expect(begun).toEqual(['a']);
});
