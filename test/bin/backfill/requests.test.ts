// The requests of a whole backfill to a store, for each object.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backfillLocally } from '../../../bin/backfill/local-engine';
import { openLocal } from '../../../bin/backfill/open-local';
import { type LocalOptions, readBackfillOptions } from '../../../bin/backfill/options';
import { type FastStore, type FastStoreCounts, fastStore, keyOf } from '../../../testing/servers/fast-store';

const objects = 75;
const head = readFileSync(join(__dirname, '../../../samples/gps.jpg'));
/** Objects whose version is the second one. */
const changed = new Set<number>();

let folder = '';
let store: FastStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backfill-'));
  const versionOf = (index: number): number => (changed.has(index) ? 2 : 1);
  store = await fastStore({ objects, head, bytes: 100_000, delayMs: 0, versionOf });
});
afterEach(async () => {
  changed.clear();
  await store.close();
  await rm(folder, { recursive: true });
});

/** Runs it, and returns what it printed and the requests of this run. */
async function run(more: readonly string[] = []): Promise<FastStoreCounts & { text: string }> {
  const place = `endpoint=${store.endpoint}&region=eu-test-1&style=path`;
  const args = ['--bucket', `s3://photos?${place}`, '--cache', `s3://entries/exif?${place}`, '--no-count', ...more];
  const env = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'secret', INIT_CWD: folder };
  const options = readBackfillOptions(args, env) as LocalOptions;
  const before = store.counts();
  let text = '';
  const screen = { isTerminal: false, columns: () => 80, write: () => undefined };
  const out = (written: string): void => {
    text += written;
  };
  await backfillLocally(openLocal(options, env, { screen, out, stop: new AbortController().signal }));
  const after = Object.entries(store.counts()).map(([name, count]) => [
    name,
    count - (before[name as never] as number),
  ]);
  return { ...(Object.fromEntries(after) as FastStoreCounts), text };
}

test('a first run costs a GET and a PUT for each object; only the first ones are looked up', async () => {
  const { text, entryGets, ...requests } = await run(['--concurrency', '4']);
  expect(text).toContain('75 objects cached');
  expect(requests).toEqual({ lists: 1, imageGets: objects, unchanged: 0, puts: objects, conflicts: 0 });
  expect(entryGets).toBeGreaterThanOrEqual(20);
  expect(entryGets).toBeLessThan(20 + 2 * 4);
});

test('a second run costs one look-up for each object', async () => {
  await run();
  const { text, ...requests } = await run();
  expect(text).toContain('0 objects cached, 0 failed, 0 unreadable, 75 already up to date');
  expect(requests).toEqual({ lists: 1, imageGets: 0, unchanged: 0, entryGets: objects, puts: 0, conflicts: 0 });
});

test('changed objects cost a look-up, a GET and a PUT, the others a look-up', async () => {
  await run();
  for (let index = 0; index < objects; index += 10) changed.add(index);
  const { text, ...requests } = await run();
  expect(text).toContain('8 objects cached, 0 failed, 0 unreadable, 67 already up to date');
  expect(requests).toEqual({ lists: 1, imageGets: 8, unchanged: 0, entryGets: objects, puts: 8, conflicts: 0 });
});

test('--private reads each image once more, and prints what they give away', async () => {
  const { text, imageGets } = await run(['--private']);
  expect(text).toContain('75 objects cached');
  expect(text).toMatch(/Objects that give away: \w/);
  expect(imageGets).toBe(2 * objects);
});

test('a manifest, which has no ETag, costs a conditional GET in addition', async () => {
  const manifest = join(folder, 'keys.csv');
  await writeFile(manifest, Array.from({ length: 50 }, (_, index) => `photos,${keyOf(index)}\n`).join(''));
  await run();
  const { text, ...requests } = await run(['--manifest', manifest]);
  expect(text).toContain('0 objects cached, 0 failed, 0 unreadable, 50 already up to date');
  expect(requests).toEqual({ lists: 0, imageGets: 50, unchanged: 50, entryGets: 50, puts: 0, conflicts: 0 });
});

test('where new, old and new objects follow each other, a few puts are refused, and everything ends right', async () => {
  await run();
  const old = new Map(store.entries);
  const isOld = (path: string): boolean => Math.floor(Number(/(\d{8})\.jpg/.exec(path)?.[1]) / 25) % 2 === 1;
  for (const path of old.keys()) if (!isOld(path)) store.entries.delete(path);
  const { text, puts, conflicts, imageGets } = await run(['--concurrency', '4']);
  expect(text).toContain('50 objects cached, 0 failed, 0 unreadable, 25 already up to date');
  // At most those under way when the first one of a stretch turns out to have an entry.
  expect(conflicts).toBeGreaterThan(0);
  expect(conflicts).toBeLessThanOrEqual(2 * 4);
  expect([puts, imageGets]).toEqual([50 + conflicts, 50 + conflicts]);
  const kept = [...old].filter(([path, { etag }]) => store.entries.get(path)?.etag === etag);
  expect(store.entries.size).toBe(objects);
  expect(kept.map(([path]) => path).sort()).toEqual([...old.keys()].filter(isOld).sort());
});
