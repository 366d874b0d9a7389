import { indexWriter, openIndex } from '../../../bin/dataset/index-file';
import { partIn, partitionIn, partitionOf, partPath, paths } from '../../../bin/dataset/layout';
import { takeLease } from '../../../bin/dataset/lease';
import { liveRows } from '../../../bin/dataset/live-rows';
import { parseDatasetLocation } from '../../../bin/dataset/storage';
import { compareUtf8 } from '../../../lib/bytes/utf8';
import { memoryStorage } from '../../../testing/fakes/memory-storage';
import { seededRandom } from '../../../testing/random/seeded';

test('live rows are counted up to any row', () => {
  const random = seededRandom(1);
  const live = liveRows();
  const marked = new Set<number>();
  for (let i = 0; i < 3000; i++) {
    const row = random.below(5000);
    live.mark(7, row);
    marked.add(row);
  }
  expect(live.count(7)).toBe(marked.size);
  for (let row = 0; row < 5100; row += 7) {
    expect(live.isLive(7, row)).toBe(marked.has(row));
    expect(live.before(7, row)).toBe([...marked].filter((one) => one < row).length);
  }
  expect([live.count(8), live.isLive(8, 3), live.before(8, 3)]).toEqual([0, false, 0]);
});

test('a file of the index ends early when keys are long, and can be read', async () => {
  const storage = memoryStorage();
  const writer = indexWriter(storage, { run: '0123456789ab', stage: 'a', files: 0 }, 100_000);
  const entry = (row: number) => ({
    bucket: 'b',
    key: `${row}${'é'.repeat(4000)}`,
    etag: null,
    order: 1,
    part: 0,
    row,
  });
  let count = 0;
  while (!writer.isFull()) writer.add(entry(count++));
  expect(count).toBeLessThan(5000);
  await writer.cut();
  expect(writer.isFull()).toBe(false);
  const reader = await openIndex(storage, { run: '0123456789ab', stage: 'a', files: writer.files() });
  expect(reader.current()).toEqual(entry(0));
});

test('keys are compared by their bytes', () => {
  const texts = [
    '',
    'a',
    'a/',
    'b',
    'é',
    '\ud7ff',
    '\ue000',
    '\uffff',
    '\u{10000}',
    '\u{1f4f7}',
    'a\u{1f4f7}',
    'a\uffff',
  ];
  for (const a of texts)
    for (const b of texts) expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
});

test.each([
  ['none', { key: 'a/b' }, ''],
  ['prefix', { key: 'a/b' }, 'prefix=a/'],
  ['prefix', { key: 'a b+=%/b' }, 'prefix=a%20b%2B%3D%25/'],
  ['prefix', { key: '/b' }, 'prefix=/'],
  ['prefix', { key: 'b' }, 'prefix=%2F/'],
  ['prefix', { key: '../b' }, 'prefix=../'],
  ['month', { key: 'a', taken_at_local: Date.UTC(2026, 4, 31, 23) }, 'month=2026-05/'],
  ['month', { key: 'a', taken_at_local: null }, 'month=none/'],
  ['month', { key: 'a', taken_at_local: Date.UTC(1900, 0, 1) }, 'month=1900-01/'],
] as const)('--by %s of %j is %s', (by, row, partition) => {
  expect(partitionOf(row, by)).toBe(partition);
  const path = partPath(partition, 12, '0123456789ab');
  expect(partIn(path)).toEqual({ n: 12, run: '0123456789ab' });
  expect(partitionIn(path)).toBe(partition);
});

test('a long prefix has a short name that no other prefix has', () => {
  const name = (end: string): string => partitionOf({ key: `${'é'.repeat(300)}${end}/a` }, 'prefix');
  expect(name('1')).not.toBe(name('2'));
  expect(name('1').length).toBeLessThan(230);
});

test.each([
  'data/mine.parquet',
  'data/a/b/part-00000001-0123456789ab.parquet',
  'changes/part-00000001-0123456789ab.parquet',
])('%s is not a part', (path) => expect(partIn(path)).toBeNull());

test('the place of a dataset', () => {
  expect(parseDatasetLocation('s3://warehouse/dataset/')).toMatchObject({ bucket: 'warehouse', prefix: 'dataset' });
  expect(parseDatasetLocation('./dataset/')).toEqual({ kind: 'directory', path: './dataset/' });
  expect(() => parseDatasetLocation('https://a/b')).toThrow('Cannot read the location of a dataset: it must be');
});

describe('the lock', () => {
  const options = { leaseMs: 60_000, pollMs: 1, stop: new AbortController().signal };
  const held = (until: number, more: object = {}): Uint8Array =>
    new TextEncoder().encode(JSON.stringify({ id: 'x', until, host: 'other', machine: 'm', pid: 1, ...more }));

  test('is taken when it is free, expired, unreadable, or of a dead process of this machine', async () => {
    const storage = memoryStorage();
    const lease = await takeLease(storage, { ...options, onWait: () => {} });
    await lease.check();
    const text = JSON.parse(new TextDecoder().decode(storage.files.get(paths.lock)));
    await lease.release();
    expect(storage.files.has(paths.lock)).toBe(false);
    const dead = held(Date.now() + 1e6, { machine: text.machine, pid: 2 ** 22 + 1 });
    for (const lock of [held(1), new Uint8Array([1, 2]), dead]) {
      storage.files.set(paths.lock, lock);
      await (await takeLease(storage, { ...options, onWait: () => {} })).release();
    }
  });

  test('is taken when nobody extends it, also when the clock of its holder was far ahead', async () => {
    const storage = memoryStorage();
    storage.files.set(paths.lock, held(Date.now() + 1e12));
    await (await takeLease(storage, { ...options, leaseMs: 30, onWait: () => {} })).release();
    storage.files.set(paths.lock, held(0, { until: 'soon' }));
    await (await takeLease(storage, { ...options, onWait: () => {} })).release();
  });

  test('is waited for until its time is over', async () => {
    const storage = memoryStorage();
    storage.files.set(paths.lock, held(Date.now() + 50));
    const waits: string[] = [];
    await (await takeLease(storage, { ...options, onWait: (text) => void waits.push(text) })).release();
    expect(waits).toEqual(['process 1 on "other" writes the dataset, or was killed: waiting a minute at most']);
  });

  test('of a process at work is refused', async () => {
    const storage = memoryStorage();
    storage.files.set(paths.lock, held(Date.now() + 1e6));
    const onWait = (): void => void storage.files.set(paths.lock, held(Date.now() + 2e6));
    await expect(takeLease(storage, { ...options, onWait })).rejects.toThrow('process 1 on "other" is writing it');
  });

  test('that another process has taken ends the run', async () => {
    const storage = memoryStorage();
    const lease = await takeLease(storage, { ...options, onWait: () => {} });
    storage.files.set(paths.lock, held(Date.now() + 1e6));
    await expect(lease.check()).rejects.toThrow('process 1 on "other" has taken its lock');
    await lease.release();
    expect(storage.files.has(paths.lock)).toBe(true);
  });
});
