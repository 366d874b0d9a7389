// Whether the cost of an answer depends on the size of the object, of the bucket or of the cache. Each table compares with its
// smallest row.

import { readFileSync } from 'node:fs';
import { link, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBucket, parseLocation } from '../lib/bucket';
import { directoryBucket } from '../lib/bucket/directory';
import { directoryCache } from '../lib/cache/directory';
import { memoryCache } from '../lib/cache/memory';
import { runJob } from '../lib/job';
import { defaultLimits } from '../lib/limits';
import { nothingKnown } from '../lib/read/object';
import { readRecord } from '../lib/read/record';
import { listedBucket, listObjects } from '../lib/s3/list';
import type { Bucket, CacheEntry, ExifCache, ObjectRef } from '../lib/types';
import { box } from '../testing/build/bmff';
import { u32 } from '../testing/build/bytes';
import { tiffBytes } from '../testing/build/containers';
import { exifItem, photo } from '../testing/build/heif';
import { jobDeps } from '../testing/fakes/job-deps';
import { sparseBucket } from '../testing/fakes/sparse';
import { median } from '../testing/program/median';
import { formatTable } from '../testing/program/table';
import { keyOf } from '../testing/servers/fast-store';
import { serverEnv } from '../testing/servers/signed-http';
import { startServerProcess } from '../testing/servers/started-server';

type Settings = Readonly<{ quick: boolean; samples: string }>;
type Row = Readonly<{ name: string; size: string; work: () => Promise<readonly string[]> }>;

/** The largest ratio to the smallest row that counts as flat. */
const flat = 1.3;
const signal = new AbortController().signal;

/** Prints the three tables. */
export async function benchFlat({ quick, samples }: Settings): Promise<void> {
  const [rounds, times] = quick ? [5, 40] : [15, 200];
  console.log(
    `Cost that does not grow; to reach: ${flat} x of the smallest. CPU: medians of ${rounds} rounds in turn. An object that ` +
      'fits into the first read (64 KiB) needs no second GET.',
  );
  const image = readFileSync(join(samples, 'gps.jpg'));
  await print('An answer, by the size of the object (zeros between its parts)', objectRows(image), rounds, times);
  await overBuckets(samples, quick, (title, rows) => print(title, rows, rounds, times));
  await overCaches(quick, (title, rows) => print(title, rows, rounds, times));
}

async function print(title: string, rows: readonly Row[], rounds: number, times: number): Promise<void> {
  const micros = rows.map((): number[] => []);
  const results: (readonly string[])[] = rows.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [at, { work }] of rows.entries()) {
      // The first round is not counted: it is longer, so that the compiler has seen everything.
      const calls = round === 0 ? 3 * times : times;
      const start = process.cpuUsage();
      for (let call = 0; call < calls; call++) results[at] = await work();
      const { user, system } = process.cpuUsage(start);
      if (round > 0) micros[at]?.push((user + system) / calls);
    }
  }
  const medians = micros.map(median);
  const table = rows.map(({ name, size }, at) => {
    const first = rows.findIndex((row) => row.name === name);
    const ratio = (medians[at] ?? Number.NaN) / (medians[first] ?? Number.NaN);
    return [name, size, (medians[at] ?? Number.NaN).toFixed(0), `${ratio.toFixed(2)} x`, ...(results[at] ?? [])];
  });
  console.log(`${title}; load ${loadavg()[0]?.toFixed(1)}`);
  console.log(`${formatTable([['', 'size', 'CPU us', 'of smallest', 'GETs', 'bytes'], ...table])}\n`);
}

const objectSizes = [30e3, 1e6, 100e6, 1e9, 5e9];

function objectRows(image: Uint8Array): readonly Row[] {
  const ofJpeg = (size: number): Bucket => sparseBucket([image, size - image.length]);
  return [
    ...objectSizes.map((size) => toRow('JPEG', size, ofJpeg(size))),
    ...objectSizes.map((size) => toRow('HEIC with its EXIF at the end', size, heicOf(size))),
  ];
}

/** A HEIC of `size` bytes whose EXIF are the last ones. */
function heicOf(size: number): Bucket {
  const exif = exifItem(tiffBytes);
  const places = { method: 0, extents: [{ offset: size - exif.length, length: exif.length }] };
  const head = photo(tiffBytes, {
    items: [
      { id: 1, type: 'hvc1', size: [3, 2], places: { method: 0, extents: [{ offset: 4000, length: 8 }] } },
      { id: 2, type: 'Exif', hidden: true, places },
    ],
    fields: { offset: 8, length: 4, base: 0, index: 0 },
    parts: ['meta', box('mdat', u32(0), { form: 'open' })],
  });
  return sparseBucket([head, size - head.length - exif.length, exif]);
}

function toRow(name: string, size: number, bucket: Bucket, key = 'a.jpg'): Row {
  return { name, size: size.toLocaleString('en'), work: () => answer(bucket, key) };
}

/** Answers one request. Returns the GETs and the bytes that it cost. */
async function answer(bucket: Bucket, key: string): Promise<readonly string[]> {
  let cost: readonly string[] = [];
  const deps = jobDeps(bucket, {
    limits: { ...defaultLimits, objectBytes: 10e9 },
    log: ({ requests, bytes }) => {
      cost = [String(requests), String(bytes)];
    },
  });
  const request = { method: 'GET', path: `/${key}`, pathDecoded: false, query: [['exif', null] as const], headers: {} };
  const outcome = await runJob({ id: 'flat', trigger: 'bench', act: 'answer', request }, deps, null);
  if (outcome.answer?.status !== 200) throw new Error(`${key}: ${outcome.answer?.status} ${outcome.answer?.body}`);
  return cost;
}

type Print = (title: string, rows: readonly Row[]) => Promise<void>;

async function overBuckets(samples: string, quick: boolean, show: Print): Promise<void> {
  const image = join(samples, 'gps.jpg');
  const keys = [10, 10_000, 10_000_000];
  const files = [10, 1000, quick ? 10_000 : 100_000];
  const folders = await Promise.all(files.map((count) => folderOf(count, image)));
  const stores = await Promise.all(
    keys.map((count) =>
      startServerProcess(['bench/backfill/store-process.js', String(count), image, '4000000', '0'], []),
    ),
  );
  try {
    const ofStores = stores.map(({ origin }, at) => {
      const location = parseLocation(`s3://photos?endpoint=${origin}&region=us-east-1&style=path`);
      if (location.kind !== 's3') throw new Error('not a bucket of S3');
      const bucket = openBucket(location, { region: null, env: serverEnv, limits: defaultLimits, maxTries: 1 });
      const listed = listedBucket(location, null, serverEnv);
      return { bucket, listed, count: keys[at] ?? 0 };
    });
    await show('A bucket in a store, by the number of its keys', [
      ...ofStores.map(({ bucket, count }) => toRow('an answer', count, bucket, keyOf(count - 1))),
      ...ofStores.map(({ listed, count }): Row => {
        const after = keyOf(count - 6);
        return {
          name: 'the last 5 keys of a list',
          size: count.toLocaleString('en'),
          work: async () => {
            for await (const page of listObjects(listed, { prefix: '', after, signal }))
              if (page.length !== 5) throw new Error(`${page.length} keys`);
            return ['1', '-'];
          },
        };
      }),
    ]);
    const rows = folders.map((folder, at) => toRow('an answer', files[at] ?? 0, directoryBucket(folder), '5.jpg'));
    await show('A folder, by the number of its files', rows);
  } finally {
    for (const store of stores) await store.stop();
    for (const folder of folders) await rm(folder, { recursive: true });
  }
}

/** Names of one file: a file system limits their number. */
const maxLinks = 10_000;

async function folderOf(count: number, image: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flat-'));
  for (let i = 0; i < count; i++) {
    const first = join(folder, `${i - (i % maxLinks)}.jpg`);
    if (i % maxLinks === 0) await writeFile(first, readFileSync(image));
    else await link(first, join(folder, `${i}.jpg`));
  }
  return folder;
}

async function overCaches(quick: boolean, show: Print): Promise<void> {
  const entry = await entryOf();
  const inMemory = [10, 10_000, quick ? 100_000 : 1_000_000];
  const inFolder = [10, 1000, quick ? 10_000 : 200_000];
  const folder = await mkdtemp(join(tmpdir(), 'flat-'));
  try {
    const memory = inMemory.map((count) => ({ count, cache: memoryCache(4 * 1024 ** 3) }));
    const folders = inFolder.map((count) => ({ count, cache: directoryCache(join(folder, String(count))) }));
    for (const { count, cache } of [...memory, ...folders]) await fill(cache, count, entry);
    await show('A look-up that finds its entry, by the number of entries', [
      ...memory.map(({ count, cache }) => lookUpRow('memory', count, cache)),
      ...folders.map(({ count, cache }) => lookUpRow('folder', count, cache)),
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const refOf = (index: number): ObjectRef => ({ bucketId: 'b', bucket: 'photos', key: keyOf(index) });

/** The entry of a small image. */
async function entryOf(): Promise<CacheEntry> {
  const deps = { bucket: heicOf(30_000), limits: defaultLimits, dropGroups: [] };
  const cost = { requests: 0, bytes: 0 };
  const result = await readRecord({ ref: refOf(0), deps, cost, known: nothingKnown, signal });
  if (result.kind !== 'record') throw new Error('no record');
  const order = { lastModified: null, sequencer: null };
  return { ref: refOf(0), revision: 'flat', order, generation: 1, content: { kind: 'record', record: result.record } };
}

/** Puts `count` entries, some at a time. */
async function fill(cache: ExifCache, count: number, entry: CacheEntry): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await cache.put({ ...entry, ref: refOf(next++) }, null, signal);
  };
  await Promise.all(Array.from({ length: 16 }, lane));
}

/** Looks up entries all over the cache, one after the other. */
function lookUpRow(name: string, count: number, cache: ExifCache): Row {
  let at = 0;
  return {
    name,
    size: count.toLocaleString('en'),
    work: async () => {
      at = (at + 7919) % count;
      const { entry } = await cache.get(refOf(at), signal);
      if (entry === null) throw new Error(`no entry ${at}`);
      return ['0', '-'];
    },
  };
}
