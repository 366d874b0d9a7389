import { loadHead, loadPurpose } from '../../../bin/dataset/state';
import { type Exported, exportTo, mergeInto } from '../../../bin/dataset/update';
import { ProblemError } from '../../../lib/problem';
import { type MemoryStorage, memoryStorage } from '../../../testing/fakes/memory-storage';
import { contents, contentsOf, datasetAt, type Objects, sourceOf, stateFiles, visibleRows, wanted } from './world';

const once = { restart: false, onStart: () => {} };
const merging = { by: null, selectionOf: () => () => true, restart: false, messages: true };
const objects = (count: number): Objects => new Map(Array.from({ length: count }, (_, i) => [`k${100 + i}`, `"${i}"`]));

let storage: MemoryStorage;
beforeEach(() => {
  storage = memoryStorage();
});

async function run(from: Objects, options: Parameters<typeof sourceOf>[1] = {}) {
  const source = sourceOf(from, options);
  const ended: Exported = await exportTo(datasetAt(storage), wanted, source, once);
  return { ...ended, reads: source.reads, failures: source.failures };
}

function addChanges(name: string, lines: readonly (object | string)[]): void {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  storage.files.set(`changes/2026-11-30/10/${name}.ndjson`, new TextEncoder().encode(text));
}

const message = (key: string, order: number, more: object = {}): object => ({
  type: 'read',
  bucket: 'photos',
  key,
  order,
  etag: `"m${order}"`,
  style: 'flat',
  record: {},
  ...more,
});

test('only new and changed objects are read; rows of removed ones are dropped', async () => {
  const first = objects(30);
  expect((await run(first)).counts).toMatchObject({ created: 30, changed: 0, unchanged: 0, removed: 0 });
  expect(await contents(storage)).toEqual(contentsOf(first));
  const second: Objects = new Map([...first, ['k105', '"new"'], ['a', '"first"'], ['z', '"last"']]);
  second.delete('k110');
  const again = await run(second);
  expect(again.counts).toMatchObject({ created: 2, changed: 1, unchanged: 28, removed: 1 });
  expect(again.reads).toEqual(['a', 'k105', 'z']);
  expect(await contents(storage)).toEqual(contentsOf(second));
  expect((await run(second)).reads).toEqual([]);
  expect((await run(second, { again: true })).reads).toHaveLength(31);
  expect(await contents(storage)).toEqual(contentsOf(second));
});

test('a run with nothing new writes no part, and leaves the index as it is', async () => {
  await run(objects(30));
  const before = [...storage.files.keys()].sort();
  await run(objects(30));
  expect([...storage.files.keys()].sort()).toEqual(before);
});

test('an object that fails keeps its row and is read again; one that is gone loses it', async () => {
  await run(
    new Map([
      ['a', '"1"'],
      ['b', '"1"'],
      ['c', '"1"'],
    ]),
  );
  const broken = new Map([
    ['a', '"fails"'],
    ['b', '"gone"'],
    ['c', '"1"'],
    ['d', '"fails"'],
  ]);
  const { counts, failures } = await run(broken);
  expect(counts).toMatchObject({ failed: 2, removed: 1, unchanged: 1 });
  expect(failures).toEqual(['a', 'd']);
  expect(await contents(storage)).toEqual(['a "1"', 'c "1"']);
  expect((await run(new Map([...broken, ['a', '"2"'], ['d', '"2"']]))).reads).toEqual(['a', 'b', 'd']);
});

test('an object that the source cannot name is a failure, also when several look the same', async () => {
  const problem = new ProblemError('InvalidURI', 'no name');
  const source = sourceOf(objects(2));
  async function* pages() {
    yield* source.pages(null);
    for (let i = 0; i < 2; i++) yield { askedAt: Date.now(), objects: [{ key: 'x', etag: null, problem }] };
  }
  expect((await run(objects(2), { pages })).counts).toMatchObject({ created: 2, failed: 2 });
  expect(await contents(storage)).toEqual(contentsOf(objects(2)));
});

test('state_order grows, also when the index has a later one than the clock', async () => {
  const later = Date.now() + 1e9;
  addChanges('1', [message('a', later)]);
  await mergeInto(datasetAt(storage), merging);
  await run(new Map([['a', '"2"']]));
  expect((await visibleRows(storage)).map((row) => row['state_order'])).toEqual([later + 1]);
});

test('100 failures of the store in a row end the run, and the next one goes on', async () => {
  const many = objects(250);
  const source = sourceOf(many);
  const failing = {
    ...source,
    read: async () => ({ kind: 'failed', error: new ProblemError('Timeout', 'slow') }) as const,
  };
  await expect(exportTo(datasetAt(storage), wanted, failing, once)).rejects.toThrow('Stopped after 100 failures');
  await run(many);
  await run(many);
  expect(await contents(storage)).toEqual(contentsOf(many));
});

test('a run that is stopped says so, and the next one reads only what is left', async () => {
  const stop = new AbortController();
  const source = sourceOf(objects(60));
  const stopping = {
    ...source,
    read: (...args: Parameters<typeof source.read>) => {
      if (source.reads.length === 30) stop.abort();
      return source.read(...args);
    },
  };
  const { stopped } = await exportTo(datasetAt(storage, {}, stop), wanted, stopping, once);
  expect(stopped).toBe(true);
  const { reads } = await run(objects(60));
  expect(source.reads.length + reads.length).toBe(60);
  expect(await contents(storage)).toEqual(contentsOf(objects(60)));
});

test('a dataset of something else, of a later version, or no dataset is refused', async () => {
  await run(objects(3));
  const trial = (other: Partial<typeof wanted>) =>
    exportTo(datasetAt(storage), { ...wanted, ...other }, sourceOf(objects(3)), once);
  await expect(trial({ source: 's3://other' })).rejects.toThrow('it is of s3://photos, not of s3://other');
  await expect(trial({ prefix: 'a/' })).rejects.toThrow('another selection of keys');
  await expect(trial({ keys: '*.jpg' })).rejects.toThrow('another selection of keys');
  await expect(trial({ by: 'month' })).rejects.toThrow('it is divided --by none, not month');
  await expect(trial({ by: 'none' })).resolves.toMatchObject({ stopped: false });
  const text = new TextDecoder().decode(storage.files.get('_state/dataset.json'));
  const write = (changed: string) => storage.files.set('_state/dataset.json', new TextEncoder().encode(changed));
  write(text.replace('"version":1', '"version":2'));
  await expect(trial({})).rejects.toThrow('written by a later version');
  write(text.replace('"table":1', '"table":2'));
  await expect(trial({})).rejects.toThrow('has version 2 of the table');
  write('{}');
  await expect(trial({})).rejects.toThrow('is not a file of bucket-exif');
  storage = memoryStorage();
  storage.files.set('data/mine.parquet', new Uint8Array());
  await expect(trial({})).rejects.toThrow('is not a dataset, but has the file "data/mine.parquet"');
  expect([...storage.files.keys()]).toEqual(['data/mine.parquet']);
});

test('other settings that leave values out are refused, unless all objects are read again', async () => {
  await run(objects(9));
  const trial = (leftOut: string, again: boolean, stop = new AbortController()) => {
    const source = sourceOf(objects(9), { again });
    const done = exportTo(datasetAt(storage, {}, stop), { ...wanted, leftOut }, source, once);
    return done.then(() => source.reads.length);
  };
  const drop = 'EXIF_DROP=gps';
  await expect(trial(drop, false)).rejects.toThrow(
    'it was made with neither EXIF_DROP nor --no-privacy, and this run has EXIF_DROP=gps: add --again',
  );
  const stopped = new AbortController();
  stopped.abort();
  const begun = await trial(drop, true, stopped);
  expect(begun).toBeLessThan(9);
  await expect(trial(drop, false)).rejects.toThrow(
    'its rows were being replaced, and this run has EXIF_DROP=gps: add --again',
  );
  expect(begun + (await trial(drop, true))).toBe(9);
  expect(await trial(drop, false)).toBe(0);
  await expect(trial('', false)).rejects.toThrow('it was made with EXIF_DROP=gps');
});

test('a run that would drop all or most rows is refused, unless that is allowed', async () => {
  await run(objects(30));
  const refusing = { allowRemovals: false };
  await expect(run(objects(0), refusing)).rejects.toThrow('the source has no object at all');
  await expect(run(objects(30), { ...refusing, isSelected: () => false })).resolves.toMatchObject({ stopped: false });
  expect(await contents(storage)).toEqual(contentsOf(objects(30)));
  await expect(run(objects(1), refusing)).resolves.toMatchObject({ counts: { removed: 29 } });
  await expect(run(objects(0), { allowRemovals: true })).resolves.toMatchObject({ counts: { removed: 1 } });
  await expect(run(objects(0), refusing)).resolves.toMatchObject({ counts: { removed: 0 } });
  await run(objects(2100));
  await expect(run(objects(1000), refusing)).rejects.toThrow('only 1000 selected objects were listed, so 1100 rows');
  expect(await contents(storage)).toEqual(contentsOf(objects(2100)));
  // Nothing counts, and the position of the refused run does not keep the next one from the objects.
  const restarted = { ...once, restart: true };
  await exportTo(datasetAt(storage), wanted, sourceOf(objects(2100), refusing), restarted);
  expect(await contents(storage)).toEqual(contentsOf(objects(2100)));
  await expect(run(objects(1000))).resolves.toMatchObject({ counts: { removed: 1100 } });
});

test('other files in the place of a dataset stay', async () => {
  await run(objects(3));
  const others = ['data/mine.parquet', 'data/part-1.parquet', 'notes.txt', 'changes/readme.md'];
  for (const path of others) storage.files.set(path, new Uint8Array());
  await run(objects(2));
  expect([...storage.files.keys()]).toEqual(expect.arrayContaining(others));
});

test('compacting needs a dataset', async () => {
  await expect(mergeInto(datasetAt(storage), { ...merging, messages: false })).rejects.toThrow('there is none');
  expect(storage.files.size).toBe(0);
});

test('small parts are joined, so that their number stays small', async () => {
  const growing: Objects = new Map();
  for (let i = 0; i < 60; i++) {
    growing.set(`k${i}`, '"1"');
    await exportTo(datasetAt(storage, { rows: 1000 }), wanted, sourceOf(growing), once);
  }
  expect((await loadHead(storage)).parts.length).toBeLessThan(16);
  expect(await contents(storage)).toEqual(contentsOf(growing));
});

test('rows in memory and in a part have a limit', async () => {
  for (const limits of [{ rows: 7 }, { rows: 1000, weight: 8000 }]) {
    storage = memoryStorage();
    await exportTo(datasetAt(storage, limits), { ...wanted, by: 'month' }, sourceOf(objects(100)), once);
    const { parts } = await loadHead(storage);
    for (const { rows, weight } of parts) expect(rows <= 7 || weight <= 9000).toBe(true);
  }
  const many = new Map(Array.from({ length: 20 }, (_, i) => [`${i}/a`, '"1"']));
  const trial = exportTo(datasetAt(storage, { partitions: 10 }), wanted, sourceOf(many), once);
  await expect(trial).resolves.toMatchObject({ stopped: false });
  storage = memoryStorage();
  const byPrefix = exportTo(datasetAt(storage, { partitions: 10 }), { ...wanted, by: 'prefix' }, sourceOf(many), once);
  await expect(byPrefix).rejects.toThrow('more than 10 partitions');
});

test('messages: the greatest order of an object counts, and a late one changes nothing', async () => {
  addChanges('1', [message('a', 5), message('a', 7), message('a', 6), message('b', 3)]);
  addChanges('2', [
    message('b', 4, { type: 'removed', etag: null }),
    message('c', 1, { type: 'unreadable', code: 'NotAnImage' }),
  ]);
  const merged = await mergeInto(datasetAt(storage), merging);
  expect(merged).toMatchObject({ files: 2, messages: 6, bad: [], counts: { created: 2, errors: 1 } });
  expect(await contents(storage)).toEqual(['a "m7"', 'c "m1"']);
  addChanges('3', [message('a', 6), message('b', 3), message('c', 2)]);
  expect((await mergeInto(datasetAt(storage), merging)).counts).toMatchObject({ created: 0, changed: 1 });
  expect(await contents(storage)).toEqual(['a "m7"', 'c "m2"']);
  addChanges('4', [message('b', 5)]);
  await mergeInto(datasetAt(storage), merging);
  expect(await contents(storage)).toEqual(['a "m7"', 'b "m5"', 'c "m2"']);
  expect(await loadPurpose(storage)).toMatchObject({ source: null, by: 'none' });
});

test('messages of several buckets, of an access point, and of keys that are not selected', async () => {
  const named = { ...wanted, names: ['photos', 'alias'], prefix: 'k' };
  await exportTo(datasetAt(storage), named, sourceOf(objects(3)), once);
  const order = Date.now() + 1000;
  addChanges('1', [
    message('k100', order, { bucket: 'alias' }),
    message('x', order),
    message('x', order, { bucket: 'z' }),
  ]);
  const selectionOf =
    ({ prefix }: { prefix: string }) =>
    (key: string) =>
      key.startsWith(prefix);
  const { left } = await mergeInto(datasetAt(storage), { ...merging, selectionOf });
  expect(left).toBe(1);
  const rows = (await visibleRows(storage)).map(({ bucket, key }) => `${bucket}/${key}`).sort();
  expect(rows).toEqual(['photos/k100', 'photos/k101', 'photos/k102', 'z/x']);
  // An export drops no row of another bucket.
  await exportTo(datasetAt(storage), named, sourceOf(objects(1)), once);
  expect((await visibleRows(storage)).map(({ key }) => key).sort()).toEqual(['k100', 'x']);
});

test('a message that comes again brings no removed object back, also when its order is later than the clock', async () => {
  const later = message('a', Date.now() + 1e9);
  addChanges('1', [later, message('b', 1)]);
  await mergeInto(datasetAt(storage), merging);
  await run(new Map([['b', '"m1"']]));
  addChanges('2', [later]);
  await mergeInto(datasetAt(storage), merging);
  expect(await contents(storage)).toEqual(['b "m1"']);
});

test('a cut message makes a row that the next export reads again', async () => {
  addChanges('1', [message('a', 5, { cut: 'tags' })]);
  await mergeInto(datasetAt(storage), merging);
  expect(await contents(storage)).toEqual(['a "m5"']);
  expect((await run(new Map([['a', '"m5"']]))).reads).toEqual(['a']);
});

test.each([
  ['{"type":', 'line 2 is not JSON'],
  ['[]\n', 'bucket and key are missing'],
  ['null', 'is not a message'],
  [JSON.stringify(message('', 1)), 'bucket and key are missing'],
  [JSON.stringify(message('a', -1)), 'order is not a whole number'],
  [JSON.stringify(message('a', Number.MAX_SAFE_INTEGER)), 'order is not a time'],
  [JSON.stringify(message('a', 1.5)), 'order is not a whole number'],
  [JSON.stringify(message('a', 1, { etag: 5 })), 'etag is not a text'],
  [JSON.stringify(message('a', 1, { type: 'read', record: null })), 'record is missing'],
  [JSON.stringify(message('a', 1, { type: 'unreadable' })), 'code is missing'],
  [JSON.stringify(message('a', 1, { type: 'moved' })), 'its type is unknown'],
  [JSON.stringify(message('a', 1, { style: 'cos' })), 'another style than flat and metadata'],
])('a file that cannot be merged is left and named: %s', async (line, problem) => {
  addChanges('bad', [message('b', 1), line]);
  addChanges('good', [message('c', 1)]);
  const { bad } = await mergeInto(datasetAt(storage), merging);
  expect(bad).toEqual([{ path: 'changes/2026-11-30/10/bad.ndjson', problem: expect.stringContaining(problem) }]);
  expect(await contents(storage)).toEqual(['c "m1"']);
  expect([...storage.files.keys()].filter((path) => path.startsWith('changes/'))).toEqual([bad[0]?.path]);
});

test('messages wait for an export that was interrupted, unless it is given up', async () => {
  await run(objects(5));
  addChanges('1', [message('k100', Date.now() + 1000)]);
  storage.arm({ call: 60, kind: 'dead' });
  const slow = exportTo(datasetAt(storage, { saveMs: 0 }), wanted, sourceOf(objects(60)), once);
  await expect(slow).rejects.toThrow('broken');
  storage.arm(null);
  storage.files.delete('_state/lock');
  expect(stateFiles(storage)).toContain('_state/run.json');
  await expect(mergeInto(datasetAt(storage), merging)).rejects.toThrow('an export into it was interrupted');
  await mergeInto(datasetAt(storage), { ...merging, restart: true });
  expect(await contents(storage)).toHaveLength(5);
  expect((await run(objects(60))).reads).toHaveLength(56);
});
