// A dataset forgets: its rows and the messages that are not merged yet.
import { gunzipSync, gzipSync } from 'node:zlib';
import { changeFiles } from '../../../bin/dataset/changes';
import { indexWriter } from '../../../bin/dataset/index-file';
import { saveHead, savePurpose } from '../../../bin/dataset/state';
import { datasetPlace } from '../../../bin/forget/dataset-place';
import { forgetAll, type Target } from '../../../bin/forget/engine';
import { summary } from '../../../bin/forget/summary';
import { memoryStorage } from '../../../testing/fakes/memory-storage';

const bucket = { bucketId: 'test', bucket: 'photos' };
const encode = (text: string) => new TextEncoder().encode(text);
const stop = new AbortController().signal;

const message = (key: string, order: number, type = 'read', bucketName = 'photos') => {
  const record = type === 'read' ? { record: { make: `Canon of ${key}` }, style: 'flat' } : {};
  return JSON.stringify({ id: `${order}`, type, bucket: bucketName, key, order, etag: '"1"', ...record });
};

/** A dataset with rows of `a` and `gone`, a mark of `old`, and messages of others. */
async function world() {
  const storage = memoryStorage();
  const purpose = {
    source: 's3://photos',
    names: ['photos', 'alias'],
    prefix: '',
    keys: 'all',
    leftOut: '',
    by: 'none',
  } as const;
  await savePurpose(storage, purpose);
  const writer = indexWriter(storage, { run: '0123456789ab', stage: 'a', files: 0 }, 10);
  const entry = (key: string, order: number, part: number) => ({
    bucket: 'photos',
    key,
    etag: '"1"',
    order,
    part,
    row: 0,
  });
  for (const one of [entry('a', 5, 0), entry('gone', 7_000, 0), entry('old', 9, -1)]) writer.add(one);
  await writer.cut();
  await saveHead(storage, {
    run: '0123456789ab',
    index: { run: '0123456789ab', stage: 'a', files: 1 },
    parts: [],
    nextPart: 1,
  });
  const lines = (...texts: readonly string[]) => encode(texts.map((text) => `${text}\n`).join(''));
  await storage.put('changes/1.ndjson', lines(message('a', 6), message('b', 1), message('a', 6, 'read', 'others')));
  await storage.put('changes/2.ndjson', lines(message('a', 7, 'read', 'alias')));
  await storage.put('changes/3.ndjson.gz', gzipSync(lines(message('a', 8), message('c', 1))));
  await storage.put('changes/4.ndjson', lines(message('old', 10, 'removed')));
  return storage;
}

type World = Awaited<ReturnType<typeof world>>;

async function forget(storage: World, target: Target, more: Readonly<{ dryRun?: boolean }> = {}) {
  const notes: string[] = [];
  const place = datasetPlace(storage, bucket, [target], stop);
  const given = { places: [place], bucket, dryRun: false, stop, note: (line: string) => void notes.push(line) };
  const end = await forgetAll([target], { ...given, onKey: () => undefined, now: () => 100, ...more });
  return { text: summary(end, { dryRun: false, one: target.kind === 'key' }), counts: end.counts.get(place), notes };
}

async function messagesIn(storage: World): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { messages } of changeFiles(storage, new Set()))
    found.push(...messages.map(({ type, bucket: name, key, order }) => `${type} ${name}/${key} ${order}`));
  return found.sort();
}

const before = [
  'read alias/a 7',
  'read others/a 6',
  'read photos/a 6',
  'read photos/a 8',
  'read photos/b 1',
  'read photos/c 1',
  'removed photos/old 10',
];

test('a key: a message for the next merge, and no earlier message in any file', async () => {
  const storage = await world();
  const { text, notes } = await forget(storage, { kind: 'key', text: 'a' });
  expect(notes).toEqual([]);
  expect(text).toContain('removed; the rows leave the dataset with the next bucket-exif export --merge ');
  expect(await messagesIn(storage)).toEqual([
    'read others/a 6',
    'read photos/b 1',
    'read photos/c 1',
    'removed photos/a 100',
    'removed photos/old 10',
  ]);
  expect(await storage.get('changes/2.ndjson')).toBeNull();
  const packed = (await storage.get('changes/3.ndjson.gz')) ?? new Uint8Array(0);
  expect(gunzipSync(packed).toString()).toBe(`${message('c', 1)}\n`);
  expect(await storage.get('_state/lock')).toBeNull();
});

test('a row of an object that does not exist any more, with an order after its own', async () => {
  const storage = await world();
  expect((await forget(storage, { kind: 'prefix', text: 'go' })).counts).toMatchObject({ removed: 1 });
  expect(await messagesIn(storage)).toEqual([...before, 'removed photos/gone 7001'].sort());
});

test('a prefix finds rows and messages, and no marks', async () => {
  const storage = await world();
  expect((await forget(storage, { kind: 'prefix', text: '' })).counts).toMatchObject({ removed: 4, failed: 0 });
  expect(await messagesIn(storage)).toEqual([
    'read others/a 6',
    ...['a 100', 'b 100', 'c 100', 'gone 7001', 'old 10'].map((text) => `removed photos/${text}`),
  ]);
  expect((await forget(storage, { kind: 'key', text: 'old' })).text).toMatch(/nothing there/);
});

test('nothing to forget, and a dry run, write nothing', async () => {
  const storage = await world();
  expect((await forget(storage, { kind: 'key', text: 'none' })).text).toMatch(/nothing there/);
  expect((await forget(storage, { kind: 'key', text: 'a' }, { dryRun: true })).counts).toMatchObject({ removed: 1 });
  expect(await messagesIn(storage)).toEqual(before);
});

test('a file that cannot be read is a failure, and the others are done', async () => {
  const storage = await world();
  await storage.put('changes/0.ndjson', encode('{"half'));
  const { counts, notes } = await forget(storage, { kind: 'key', text: 'a' });
  expect(counts).toMatchObject({ removed: 1, failed: 1 });
  expect(notes).toEqual([expect.stringMatching(/Cannot look for keys in .*changes\/0\.ndjson: line 1 is not JSON/)]);
});

test('while another run writes the dataset, nothing is changed', async () => {
  const storage = await world();
  const until = Date.now() + 60_000;
  const lock = { id: 'x', until, host: 'other', machine: '', pid: 1 };
  await storage.put('_state/lock', encode(JSON.stringify(lock)));
  const stopped = new AbortController();
  stopped.abort();
  const place = datasetPlace(storage, bucket, [{ kind: 'key', text: 'a' }], stopped.signal);
  const signal = AbortSignal.timeout(60_000);
  const ref = { ...bucket, key: 'a' };
  await place.remove(ref, await place.look(ref, signal), 100, signal);
  await expect(place.finish?.()).rejects.toThrow(/process 1 on "other" is writing it/);
  expect(await messagesIn(storage)).toEqual(before);
});
