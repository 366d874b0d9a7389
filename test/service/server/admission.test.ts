import type { CacheSetup } from '../../../lib/job';
import { ProblemError } from '../../../lib/problem';
import type { Admit } from '../../../lib/read/view';
import type { Bucket, ExifCache, FetchResult } from '../../../lib/types';
import { type AdmissionBounds, createAdmission } from '../../../service/server/admission';
import { endOf } from '../../../testing/compare/problem';

const bounds: AdmissionBounds = {
  running: 2,
  waiting: 4,
  stallMs: 20,
  stalled: 8,
  stalledBytes: 100,
  leastMs: 10,
};
const ref = { bucketId: 'b', bucket: 'photos', key: 'a.jpg' };
const order = { lastModified: null, sequencer: null };
const fetched: FetchResult = { bytes: new Uint8Array(10), stat: { size: 10, etag: null, lastModified: null } };
const settled = (): Promise<void> => new Promise(setImmediate);

/** A bucket that answers each read when it is told to. `open` are the reads that it has not answered. */
function slowBucket(): Readonly<{ bucket: Bucket; open: ((bytes?: number) => void)[] }> {
  const open: ((bytes?: number) => void)[] = [];
  const fetch: Bucket['fetch'] = (_ref, _range, _condition, signal) =>
    new Promise((resolve, reject) => {
      const answer = (length = 10): void => resolve({ ...fetched, bytes: new Uint8Array(length) });
      open.push(answer);
      signal.addEventListener('abort', () => reject(new ProblemError('Timeout', 'Cannot read: the time is over')));
    });
  return { bucket: { fetch }, open };
}

type ReadingRequest = Readonly<{ bucketId: string; bucket: Bucket; ms: number; signal: AbortSignal; reads: number }>;

/** One request that reads `reads` times, one after the other; how it ends. */
function ask(
  admit: Admit,
  { bucketId = 'b', bucket, ms = 60_000, signal, reads = 1 }: Partial<ReadingRequest>,
): Promise<string> {
  const signalOrNone = signal ?? new AbortController().signal;
  const place = {
    bucketId,
    sources: { bucket: bucket ?? slowBucket().bucket, cache: null },
    time: { endsAt: performance.now() + ms, signal: signalOrNone },
  };
  return endOf(() =>
    admit(place, async (given) => {
      for (let i = 0; i < reads; i++) await given.bucket.fetch(ref, { start: 0, end: 10 }, null, signalOrNone);
    }),
  );
}

/** Waits until `isSo`: the tests wait for states, not for times. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('when a store answers quickly, a limited number read, a limited number wait, and the rest is refused at once', async () => {
  const admit = createAdmission({ ...bounds, stallMs: 60_000 });
  const { bucket, open } = slowBucket();
  const all = Array.from({ length: 7 }, () => ask(admit, { bucket }));
  expect(await all[6]).toBe('SlowDown');
  expect(open).toHaveLength(2);
  for (let i = 0; i < 6; i++) {
    open[i]?.();
    await settled();
  }
  expect(await Promise.all(all.slice(0, 6))).toEqual(Array(6).fill('answered'));
});

test('requests that hang let others of the same bucket read', async () => {
  const admit = createAdmission(bounds);
  const { bucket, open } = slowBucket();
  const hanging = Array.from({ length: 6 }, () => ask(admit, { bucket }));
  const healthy = ask(admit, { bucket: { fetch: async () => fetched } });
  expect(await healthy).toBe('SlowDown'); // two read and four wait: no more may
  await until(() => open.length === 6);
  expect(await ask(admit, { bucket: { fetch: async () => fetched } })).toBe('answered');
  for (const answer of open) answer();
  expect(await Promise.all(hanging)).toEqual(Array(6).fill('answered'));
});

test('bytes that were read ahead count: a request that has read many keeps its slot', async () => {
  const admit = createAdmission({ ...bounds, running: 1 });
  const { bucket, open } = slowBucket();
  const ahead: Bucket = { ...bucket, fetchAhead: async () => ({ ...fetched, bytes: new Uint8Array(101) }) };
  const { signal } = new AbortController();
  const sources = { bucket: ahead, cache: null };
  const time = { endsAt: performance.now() + 60_000, signal };
  const reading = admit({ bucketId: 'b', sources, time }, async (given) => {
    await given.bucket.fetchAhead?.(ref, { last: 101 }, signal);
    await given.bucket.fetch(ref, { start: 0, end: 10 }, null, signal);
    return 'answered';
  });
  await until(() => open.length === 1);
  const other = ask(admit, { bucket });
  await new Promise((resolve) => setTimeout(resolve, 3 * bounds.stallMs));
  expect(open).toHaveLength(1);
  open[0]?.();
  expect(await reading).toBe('answered');
  await until(() => open.length === 2);
  open[1]?.();
  expect(await other).toBe('answered');
});

test('requests whose cache hangs let others read', async () => {
  const admit = createAdmission(bounds);
  const answers: (() => void)[] = [];
  const store: ExifCache = {
    name: 'hanging',
    get: () => new Promise((resolve) => answers.push(() => resolve({ entry: null, version: null }))),
    put: () => new Promise((resolve) => answers.push(() => resolve('kept'))),
  };
  const cache: CacheSetup = { store, freshness: 'verify', revision: 'm', isWatched: () => false, now: () => 1_000 };
  const { signal } = new AbortController();
  const hanging = Array.from({ length: 4 }, () => {
    const sources = { bucket: slowBucket().bucket, cache };
    return admit({ bucketId: 'b', sources, time: { endsAt: performance.now() + 60_000, signal } }, async (given) => {
      // The end of the time for the cache alone must not leave the request without a place.
      const soon = AbortSignal.abort();
      await given.cache?.store.get(ref, soon);
      await given.cache?.store.put({ ref, revision: 'm', order, generation: 1, content: { kind: 'gone' } }, null, soon);
    });
  });
  await until(() => answers.length === 4);
  expect(await ask(admit, { bucket: { fetch: async () => fetched } })).toBe('answered');
  for (const answer of answers.splice(0)) answer();
  await settled();
  expect(answers.length).toBeLessThanOrEqual(bounds.running); // their puts: the others wait for a place
  for (let i = 0; i < 4; i++) {
    await until(() => answers.length > 0);
    answers.shift()?.();
  }
  await Promise.all(hanging);
});

test('when too many requests of a bucket hang, more are refused at once, and other buckets go on', async () => {
  const admit = createAdmission({ ...bounds, waiting: 100 });
  const dead = slowBucket();
  const hanging = Array.from({ length: 20 }, () => ask(admit, { bucket: dead.bucket }));
  const healthy = ask(admit, { bucketId: 'other', bucket: { fetch: async () => fetched } });
  expect(await healthy).toBe('answered');
  expect(await ask(admit, { bucket: dead.bucket })).toBe('SlowDown');
  expect(dead.open.length).toBeLessThanOrEqual(bounds.stalled + bounds.running);
  for (const answer of dead.open) answer();
  const ends = await Promise.all(hanging);
  expect(ends.filter((end) => end === 'answered')).toHaveLength(dead.open.length);
  expect(await ask(admit, { bucket: { fetch: async () => fetched } })).toBe('answered');
});

test('after the store has answered, only the allowed number go on', async () => {
  const admit = createAdmission({ ...bounds, waiting: 100 });
  const { bucket, open } = slowBucket();
  const all = Array.from({ length: 8 }, () => ask(admit, { bucket, reads: 2 }));
  await until(() => open.length === 8);
  const first = open.splice(0);
  for (const answer of first) answer();
  await settled();
  expect(open).toHaveLength(2); // their second reads
  for (let answered = 0; answered < 8; answered++) {
    await until(() => open.length > 0);
    expect(open.length).toBeLessThanOrEqual(bounds.running + bounds.stalled);
    open.shift()?.();
  }
  expect(await Promise.all(all)).toEqual(Array(8).fill('answered'));
});

test('a request that has much data in memory keeps its slot while it waits', async () => {
  const admit = createAdmission(bounds);
  const { bucket, open } = slowBucket();
  const all = [0, 1].map(() => ask(admit, { bucket, reads: 2 }));
  await settled();
  for (const answer of open.splice(0)) answer(bounds.stalledBytes + 1);
  await until(() => open.length === 2);
  const third = ask(admit, {
    bucket: { fetch: async () => fetched },
    signal: AbortSignal.timeout(10 * bounds.stallMs),
  });
  expect(await third).toBe('SlowDown');
  for (const answer of open) answer();
  expect(await Promise.all(all)).toEqual(['answered', 'answered']);
});

test('one whose client is gone never reaches the store, and gives its place back where it has one', async () => {
  const admit = createAdmission({ ...bounds, stallMs: 60_000 });
  const { bucket, open } = slowBucket();
  const gone = new AbortController();
  const all = Array.from({ length: 4 }, () => ask(admit, { bucket, signal: gone.signal }));
  await settled();
  gone.abort();
  expect(await Promise.all(all)).toEqual(['Timeout', 'Timeout', 'SlowDown', 'SlowDown']);
  expect(open).toHaveLength(2);
  for (const _ of [1, 2, 3]) expect(await ask(admit, { bucket: { fetch: async () => fetched } })).toBe('answered');
});

test('a request with too little time left is refused before it reads, at once or at its turn', async () => {
  const admit = createAdmission({ ...bounds, stallMs: 60_000 });
  const { bucket, open } = slowBucket();
  expect(await ask(admit, { bucket, ms: bounds.leastMs - 5 })).toBe('SlowDown');
  expect(open).toHaveLength(0);
  const held = [0, 1].map(() => ask(admit, { bucket }));
  const late = ask(admit, { bucket, ms: bounds.leastMs + 5 });
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (const answer of open.splice(0)) answer();
  expect(await late).toBe('SlowDown');
  expect(open).toHaveLength(0);
  expect(await Promise.all(held)).toEqual(['answered', 'answered']);
});

test('a request that would wait longer than its time is refused at once', async () => {
  const admit = createAdmission({ ...bounds, running: 1, waiting: 100, stallMs: 60_000 });
  const slow: Bucket = { fetch: () => new Promise((resolve) => setTimeout(() => resolve(fetched), 100)) };
  for (let i = 0; i < 3; i++) expect(await ask(admit, { bucket: slow })).toBe('answered'); // about 27 ms on average
  const { bucket, open } = slowBucket();
  const line = Array.from({ length: 20 }, () => ask(admit, { bucket }));
  await settled();
  expect(await ask(admit, { bucket, ms: 200 })).toBe('SlowDown');
  expect(open).toHaveLength(1);
  for (let i = 0; i < 20; i++) {
    await until(() => open.length > i);
    open[i]?.();
  }
  expect(await Promise.all(line)).toEqual(Array(20).fill('answered'));
});
