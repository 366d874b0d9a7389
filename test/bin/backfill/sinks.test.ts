// A backfill into a sink: what is sent, and what it costs.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BackfillEnd, backfillLocally } from '../../../bin/backfill/local-engine';
import { openLocal } from '../../../bin/backfill/open-local';
import { type LocalOptions, readBackfillOptions } from '../../../bin/backfill/options';
import { createWarm, patiently } from '../../../bin/backfill/warm-object';
import type { JobDeps } from '../../../lib/job';
import { readConfig } from '../../../service/config/config';
import { createSinks, jobDeps } from '../../../service/job-runner';
import { spySinks } from '../../../testing/fakes/spy-sinks';
import { type FastStore, type FastStoreCounts, fastStore, keyOf } from '../../../testing/servers/fast-store';
import { type MessageReceiver, messageReceiver } from '../../../testing/servers/message-receiver';
import { v1, world } from '../../lib/read/warm-world';

const objects = 75;
const head = readFileSync(join(__dirname, '../../../samples/gps.jpg'));

let folder = '';
let store: FastStore;
let receiver: MessageReceiver;
/** The status with which the receiver answers. */
let status = 204;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backfill-'));
  store = await fastStore({ objects, head, bytes: 100_000, delayMs: 0, versionOf: () => 1 });
  status = 204;
  receiver = await messageReceiver(() => status);
});
afterEach(async () => {
  await store.close();
  await receiver.close();
  await rm(folder, { recursive: true });
});

type Given = Readonly<{ args?: readonly string[]; env?: Readonly<Record<string, string>> }>;

function open({ args = [], env = {} }: Given, out: (text: string) => void) {
  const place = `endpoint=${store.endpoint}&region=eu-test-1&style=path`;
  const all = ['--bucket', `s3://photos?${place}`, '--cache', `s3://entries/exif?${place}`, '--no-count', ...args];
  const settings = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret', INIT_CWD: folder, ...env };
  const options = readBackfillOptions(all, settings) as LocalOptions;
  const screen = { isTerminal: false, columns: () => 80, write: () => undefined };
  return openLocal(options, settings, { screen, out, stop: new AbortController().signal });
}

/** Runs it, and returns what it printed and the requests of this run. */
async function run(given: Given = {}): Promise<FastStoreCounts & BackfillEnd & { text: string }> {
  const before = store.counts();
  let text = '';
  const end = await backfillLocally(
    open(given, (written) => {
      text += written;
    }),
  );
  const after = Object.entries(store.counts()).map(([name, count]) => [
    name,
    count - (before[name as never] as number),
  ]);
  return { ...(Object.fromEntries(after) as FastStoreCounts), ...end, text };
}

/** What jobs need, with the same settings. */
function depsOf(env: Readonly<Record<string, string>>): JobDeps {
  const place = `endpoint=${store.endpoint}&region=eu-test-1&style=path`;
  const config = readConfig({
    ...env,
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    EXIF_CALLERS: 'platform',
    EXIF_BUCKET: `s3://photos?${place}`,
    EXIF_CACHE: `s3://entries/exif?${place}`,
    EXIF_SINK: receiver.url,
  });
  return { ...jobDeps(config), sinks: createSinks(config) };
}

const toSink = (): Given => ({ args: ['--sink', receiver.url], env: receiver.env });
const allKeys = Array.from({ length: objects }, (_, i) => keyOf(i)).sort();

test('sends each object, and says how many messages', async () => {
  const { text, imageGets } = await run(toSink());
  expect(text).toContain('75 objects cached');
  expect(text).toContain('Messages: 75 sent to the sink\n');
  expect(imageGets).toBe(objects);
  expect([...receiver.latest().keys()].sort()).toEqual(allKeys);
  expect(receiver.messages[0]).toMatchObject({
    type: 'read',
    style: 'flat',
    record: { format: 'jpeg' },
  });
});

test('sends what the cache already has, without a GET of an object and without a put', async () => {
  await run();
  const { text, imageGets, puts, entryGets } = await run(toSink());
  expect(text).toContain('75 already up to date');
  expect(text).toContain('Messages: 75 sent to the sink\n');
  expect({ imageGets, puts, entryGets }).toEqual({ imageGets: 0, puts: 0, entryGets: objects });
  expect([...receiver.latest().keys()].sort()).toEqual(allKeys);
});

test('of each object in the cache, the metadata costs one GET', async () => {
  await run();
  const { env = {}, ...given } = toSink();
  const { text, imageGets, puts } = await run({ ...given, env: { ...env, EXIF_SINK_STYLE: 'metadata' } });
  expect(text).toContain('75 already up to date');
  expect({ imageGets, puts }).toEqual({ imageGets: objects, puts: 0 });
  expect(receiver.messages.map(({ record }) => record?.['format'])).toEqual(allKeys.map(() => 'jpeg'));
});

test('a second run sends the same messages again', async () => {
  await run(toSink());
  const first = [...receiver.messages];
  await run(toSink());
  const byKey = (a: (typeof first)[number], b: (typeof first)[number]) => a.key.localeCompare(b.key);
  expect(receiver.messages.slice(objects).sort(byKey)).toEqual(first.sort(byKey));
});

test('sends to all sinks of EXIF_SINK, and to none with --sink none', async () => {
  const env = { ...receiver.env, EXIF_SINK: `${receiver.url},${receiver.url}` };
  expect((await run({ env })).text).toContain('Messages: 75 sent to each of 2 sinks\n');
  expect(receiver.messages).toHaveLength(2 * objects);
  expect((await run({ env, args: ['--sink', 'none'] })).text).not.toContain('Messages');
  expect(receiver.messages).toHaveLength(2 * objects);
});

test('the state of a backfill belongs to its sinks, and has no location of a sink', () => {
  const { env = {} } = toSink();
  const opened = [
    open({}, () => undefined),
    open({ env, args: ['--sink', `${receiver.url}?token=t0ken`] }, () => undefined),
    open({ env: { ...env, EXIF_SINK_STYLE: 'typed' }, args: ['--sink', receiver.url] }, () => undefined),
    open({ env, args: ['--sink', receiver.url] }, () => undefined),
  ];
  expect(new Set(opened.map(({ statePath }) => statePath)).size).toBe(4);
  expect(JSON.stringify(opened.map(({ purpose }) => purpose))).not.toContain('t0ken');
});

test.each<[string[], Record<string, string>, string]>([
  [['--sink', 'kafka://x'], {}, '--sink cannot be used: cannot read the location of a sink'],
  [['--sink', 'https://example.com/'], {}, '--sink has a webhook but EXIF_SINK_SECRET'],
  [['--sink', 'dynamodb:photos', '--cache', 'none'], {}, '--sink needs --cache: the cache numbers the states'],
])('%j is refused', (args, env, message) => {
  const caching = args.includes('--cache') ? [] : ['--cache', `${folder}-cache`];
  const options = readBackfillOptions(['--bucket', folder, ...caching, ...args], env) as LocalOptions;
  const io = { screen: { isTerminal: false, columns: () => 80, write: () => undefined }, out: () => undefined };
  expect(() => openLocal(options, env, { ...io, stop: new AbortController().signal })).toThrow(message);
});

test('a message that the sink refuses is a failure of its object, and is sent by a run over the failures', async () => {
  await run();
  status = 401;
  const { args = [], env = {} } = toSink();
  // As the program does, but without its pauses.
  const patient = open({ args, env }, () => undefined);
  const warm = createWarm(depsOf(env), 'photos');
  const failuresPath = join(folder, 'failed.csv');
  let text = '';
  const out = (written: string): void => {
    text += written;
  };
  expect(await backfillLocally({ ...patient, warm, failuresPath, out })).toMatchObject({ failed: objects });
  expect(text).toContain('Messages: 0 sent to the sink\n');
  expect(text).toMatch(/"photos","[^"]+","SinkFault","Cannot send .* to http:.*401/);
  status = 204;
  const again = await run({ env, args: [...args, '--manifest', failuresPath] });
  expect(again).toMatchObject({ failed: 0, text: expect.stringContaining('Messages: 75 sent to the sink\n') });
});

describe('one object', () => {
  const warmOf = (fails: boolean) => {
    const spy = spySinks();
    spy.failing.now = fails ? 'before' : null;
    const made = world(v1, { sinks: spy.sinks });
    return { spy, made, warm: createWarm(made.deps, 'photos') };
  };

  test('says whether it was sent', async () => {
    const { warm, spy } = warmOf(false);
    expect(await warm('a.jpg', null)).toMatchObject({ error: null, isSent: true, isUpToDate: false });
    expect(await warm('a.jpg', '"v1"')).toMatchObject({ error: null, isSent: true, isUpToDate: true });
    expect(spy.sent).toHaveLength(2);
  });

  test('that a sink refuses is a failure, and is tried again', async () => {
    const { warm, spy, made } = warmOf(true);
    const sleeps: number[] = [];
    const attempt = await patiently(warm, async (ms) => {
      sleeps.push(ms);
      if (sleeps.length === 2) spy.failing.now = null;
    })('a.jpg', null);
    expect(attempt).toMatchObject({ error: null, isSent: true });
    expect(sleeps).toHaveLength(2);
    expect(made.spy.puts).toHaveLength(1);
  });

  test('that a sink always refuses fails with its reason', async () => {
    const { warm } = warmOf(true);
    const attempt = await patiently(warm, async () => undefined)('a.jpg', null);
    expect(attempt).toMatchObject({ error: { code: 'SinkFault' }, isSent: false });
  });

  test('without sinks nothing is sent', async () => {
    const made = world(v1);
    const attempt = await createWarm(made.deps, 'photos')('a.jpg', null);
    expect(attempt).toMatchObject({ error: null, isSent: false });
  });
});
