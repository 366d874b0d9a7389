// The program as a user starts it, over the compiled files that `npm test` builds first.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildJpeg, exifSegment, frameHeader } from '../../testing/build/jpeg';
import { ascii, buildTiff } from '../../testing/build/tiff';
import { type ListingOptions, type ListingS3, listingS3 } from '../../testing/servers/listing-s3';
import { type S3Control, s3Control } from '../../testing/servers/s3-control';
import { serverEnv } from '../../testing/servers/signed-http';

const root = join(__dirname, '..', '..');
const image = buildJpeg([exifSegment(buildTiff({ fields: [ascii(0x010f, 'Example')] })), frameHeader(16, 16)]);
const keys = Array.from({ length: 3000 }, (_, i) => `photos/${String(i).padStart(5, '0')} ü+.jpg`);

let folder = '';
let server: ListingS3 | S3Control | null = null;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backfill-'));
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await server?.close();
  server = null;
  await rm(folder, { recursive: true });
});

async function serve(options: Partial<ListingOptions> = {}): Promise<ListingS3> {
  const listing = await listingS3({ keys, bytesOf: () => image, ...options });
  server = listing;
  return listing;
}

type ProgramEnd = Readonly<{ code: number | null; out: string; err: string }>;
type StartedProgram = Readonly<{ child: ChildProcess; ended: Promise<ProgramEnd> }>;

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): StartedProgram {
  const child = spawn(process.execPath, [join(root, 'dist', 'bin', 'backfill.js'), ...args], {
    env: {
      PATH: process.env['PATH'],
      HOME: '/nonexistent',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      INIT_CWD: folder,
      ...serverEnv,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let out = '';
  let err = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  return { child, ended: once(child, 'close').then(([code]) => ({ code, out, err })) };
}

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<ProgramEnd> =>
  start(args, env).ended;

/** Entries of the cache in the folder of that name. */
function cached(): number {
  return existsSync(join(folder, 'cache'))
    ? readdirSync(join(folder, 'cache'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'))
        .length
    : 0;
}

/** Resolves when the server has been asked for so many objects. */
async function reads(listing: ListingS3, count: number): Promise<void> {
  while (listing.gets.size < count) await new Promise((resolve) => setTimeout(resolve, 5));
}

const stateFiles = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.json'));

test('kill -9, twice, and on again: every key is cached, at most one page of each life is read twice', async () => {
  const listing = await serve();
  const args = ['--bucket', listing.location, '--cache', 'cache', '--concurrency', '16'];
  for (const count of [1300, 2300]) {
    const { child, ended } = start(args);
    await reads(listing, count);
    child.kill('SIGKILL');
    await ended;
    expect(stateFiles()).toHaveLength(1);
  }
  const { code, out } = await run(args);
  expect(code).toBe(0);
  // What the killed runs had cached of a page that was done again is up to date.
  const [, done = '', upToDate = ''] =
    /^Done: ([\d,]+) objects cached, 0 failed, 0 unreadable, ([\d,]+) already up to date, 0 not selected by name \(OK 3,000 \| jpeg 3,000\)/.exec(
      out,
    ) ?? [];
  expect([done, upToDate].reduce((sum, text) => sum + Number(text.replace(',', '')), 0)).toBe(3000);
  expect(listing.gets.size).toBe(3000);
  expect(cached()).toBe(3000);
  expect(Math.max(...listing.gets.values())).toBeLessThanOrEqual(2);
  const twice = [...listing.gets].filter(([, times]) => times > 1).map(([key]) => key);
  // Pages are the thousands.
  expect(new Set(twice.map((key) => key.slice(0, 'photos/00'.length))).size).toBeLessThanOrEqual(2);
  expect(listing.most()).toBeLessThanOrEqual(16);
  expect(stateFiles()).toEqual([]);
}, 120_000);

test('SIGINT finishes open reads and says how to continue; nothing is read twice', async () => {
  const listing = await serve({ keys: keys.slice(0, 1500), delayMs: 5 });
  const args = ['--bucket', listing.location, '--cache', 'cache', '--state', 'my-state.json', '--no-count'];
  const { child, ended } = start(args);
  await reads(listing, 200);
  child.kill('SIGINT');
  const { code, out, err } = await ended;
  expect(code).toBe(130);
  expect(err).toContain('Finishing open reads; press Ctrl-C again to stop now');
  expect(out).toMatch(/^Stopped: \d+ objects cached.*To continue, run the same command again.*my-state\.json/s);
  expect(listing.most()).toBeLessThanOrEqual(32);
  const again = await run(args);
  expect(again.code).toBe(0);
  expect(again.err).toContain('Continuing after "photos/');
  expect(listing.gets.size).toBe(1500);
  expect(Math.max(...listing.gets.values())).toBe(1);
  expect(cached()).toBe(1500);
}, 60_000);

test('keys that fail are listed, and can be tried again separately', async () => {
  let broken = true;
  const listing = await serve({
    keys: keys.slice(0, 200),
    bytesOf: (key) => (key.includes('7 ü') ? null : key.includes('5 ü') ? Buffer.from('no image') : image),
    fault: (asked) => (broken && asked.kind === 'get' && asked.key.includes('3 ü') ? 403 : 0),
  });
  const args = ['--bucket', listing.location, '--cache', 'cache', '--failures', 'failed.csv'];
  const { code, out } = await run(args);
  expect(code).toBe(1);
  expect(out).toContain('160 objects cached, 20 failed, 20 unreadable, 0 already up to date');
  expect(out).toMatch(/\(OK 140, NoSuchKey 20, NotAnImage 20, AccessDenied 20 \| jpeg 140\)|AccessDenied 20/);
  expect(out).toContain('"photos","photos/00003%20%C3%BC%2B.jpg","AccessDenied"');
  broken = false;
  listing.gets.clear();
  const again = await run([...args.slice(0, 4), '--manifest', 'failed.csv']);
  const counts = 'Done: 20 objects cached, 0 failed, 20 unreadable, 0 already up to date';
  expect(again).toMatchObject({ code: 0, out: expect.stringContaining(counts) });
  expect([...listing.gets.keys()].sort()).toEqual(keys.slice(0, 200).filter((key) => /[35] ü/.test(key)));
}, 60_000);

describe('damaged files are named on the first run, the second and one that goes on:', () => {
  const damaged: readonly (readonly [string, Uint8Array, string])[] = [
    ['a broken.jpg', image.subarray(0, 12), 'DamagedImage'],
    ['b/empty.png', new Uint8Array(0), 'EmptyObject'],
    ['c text.heic', Buffer.from('no image'), 'NotAnImage'],
  ];
  const good = Array.from({ length: 40 }, (_, i) => `good/${String(i).padStart(2, '0')}.jpg`);
  const bytesOf = (key: string): Uint8Array => damaged.find(([name]) => name === key)?.[1] ?? image;
  const all = [...damaged.map(([key]) => key), ...good];

  const failuresOf = (bucket: string) =>
    damaged.map(([key, , code]) => [bucket, key.replaceAll(' ', '%20'), code].map((text) => `"${text}"`).join(','));
  /** The rows of a file without their messages, sorted: within a page they are in the order in which reads end. */
  const listedIn = (file: string): string[] =>
    readFileSync(join(folder, file), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(',').slice(0, 3).join(','))
      .sort();

  async function expectNamed(bucket: string, args: readonly string[]): Promise<void> {
    const twice = ['40 objects cached, 0 failed, 3 unreadable, 0', '0 objects cached, 0 failed, 3 unreadable, 40'];
    for (const counts of twice) {
      const { code, out, err } = await run(args);
      expect([code, err]).toEqual([0, '']);
      expect(out).toContain(`Done: ${counts} already up to date, 0 not selected`);
      expect(out).toMatch(/\(OK 40, (\w+ 1, ){2}\w+ 1 \| jpeg 40\)\n/);
      expect(listedIn('failed.csv')).toEqual(failuresOf(bucket));
      for (const [, , code] of damaged) expect(out).toContain(`"${code}"`);
    }
  }

  test('from a folder', async () => {
    const photos = join(folder, 'photos');
    for (const key of all) {
      mkdirSync(join(photos, key, '..'), { recursive: true });
      await writeFile(join(photos, key), bytesOf(key));
    }
    await expectNamed('photos', ['--bucket', 'photos', '--cache', 'cache', '--failures', 'failed.csv']);
  }, 60_000);

  test('from a store', async () => {
    const { location } = await serve({ keys: all, bytesOf });
    await expectNamed('photos', ['--bucket', location, '--cache', 'cache', '--failures', 'failed.csv']);
  }, 60_000);

  test('from a store, killed in between', async () => {
    const many = keys.slice(0, 1500);
    const listing = await serve({ keys: [...damaged.map(([key]) => key), ...many], bytesOf, delayMs: 1 });
    const args = ['--bucket', listing.location, '--cache', 'cache', '--failures', 'failed.csv'];
    for (const before of [0, 1503]) {
      const { child, ended } = start(args);
      listing.gets.clear();
      await reads(listing, 1200);
      child.kill('SIGKILL');
      await ended;
      const { code, out, err } = await run(args);
      expect([code, err]).toEqual([0, expect.stringContaining('Continuing after')]);
      expect(out).toContain(' 0 failed, 3 unreadable, ');
      if (before > 0) expect(out).toContain('Done: 0 objects cached, 0 failed, 3 unreadable, 1,500 already up to date');
      expect(listedIn('failed.csv')).toEqual(failuresOf('photos'));
    }
  }, 120_000);
});

test('a fault that passes is tried again', async () => {
  const listing = await serve({
    keys: keys.slice(0, 20),
    // The store is tried three times within each attempt.
    fault: (asked, times) => (asked.kind === 'get' && asked.key.includes('3 ü') && times <= 4 ? 503 : 0),
  });
  const { code, out } = await run(['--bucket', listing.location, '--cache', 'cache']);
  expect([code, out]).toEqual([0, expect.stringContaining('Done: 20 objects cached, 0 failed')]);
}, 60_000);

test('a manifest with encoded keys is read without a listing', async () => {
  const listing = await serve({ keys: [] });
  await writeFile(
    join(folder, 'inventory.csv'),
    '"photos","a/%C3%BC+1%2B1.jpg","7"\n"photos","b%2520.heic","7"\n"photos","%zz.jpg","7"\n"photos","c.txt","7"\n',
  );
  const args = ['--bucket', listing.location, '--cache', 'cache', '--manifest', 'inventory.csv'];
  const { code, out } = await run(args);
  expect(code).toBe(1);
  expect(out).toContain('2 objects cached, 1 failed, 0 unreadable, 0 already up to date, 1 not selected by name');
  expect([...listing.gets.keys()].sort()).toEqual(['a/ü 1+1.jpg', 'b%20.heic']);
  expect(listing.asked.filter(({ kind }) => kind === 'list')).toEqual([]);
}, 60_000);

test('a folder, and a dry run that reads and writes nothing', async () => {
  const bucket = join(root, 'samples');
  const dry = await run(['--bucket', bucket, '--dry-run']);
  expect(dry).toMatchObject({ code: 0, out: expect.stringMatching(/^A backfill would read 10 of \d+ objects/m) });
  expect(readdirSync(folder)).toEqual([]);
  expect(await run(['--bucket', bucket, '--cache', 'cache'])).toMatchObject({
    code: 0,
    out: expect.stringContaining('OK 10'),
  });
  expect(cached()).toBe(10);
  expect(readdirSync(folder)).toEqual(['cache']);
});

test('a job of S3 Batch Operations', async () => {
  const failed = [{ bucket: 'photos', key: 'a+b.jpg', message: 'NotAnImage: no' }];
  const control = await s3Control({ tasks: 100, failed });
  server = control;
  const args = [
    ...['--bucket', 's3://photos?region=eu-west-1', '--account-id', '123456789012', '--report', 's3://reports'],
    ...['--function-arn', 'arn:aws:lambda:eu-west-1:123456789012:function:warm'],
    ...['--role-arn', 'arn:aws:iam::123456789012:role/batch', '--endpoint', control.endpoint, '--poll', '0.02'],
  ];
  const { code, out } = await run(args);
  expect(code).toBe(1);
  expect(out).toContain('Complete: 99 objects cached, 1 failed');
  const [id] = control.jobs.keys();
  expect(await readFile(join(folder, `bucket-exif-job-${id}-failures.csv`), 'utf8')).toBe(
    '"photos","a+b.jpg","PermanentFailure","NotAnImage: no"\n',
  );
});

test('--help explains every option', async () => {
  const { code, out } = await run(['--help']);
  expect(code).toBe(0);
  const table = readFileSync(join(root, 'bin', 'backfill', 'option-table.ts'), 'utf8');
  const options = [...table.matchAll(/^ {2}'?([a-z-]+)'?: \{ type:/gm)].map(([, name]) => `--${name}`);
  expect(options.length).toBeGreaterThan(15);
  for (const option of options) expect(out).toContain(option);
});

describe('a failed start prints one clear line and exits with code 2:', () => {
  test.each([
    [[], {}, /^--bucket is missing/],
    [['--bucket', './none', '--cache', 'cache'], {}, /^Cannot list the folder ".*none": it does not exist/],
    [['--bucket', '.'], {}, /^A backfill needs a cache: name one with --cache or EXIF_CACHE/],
    [['--bucket', '.'], { EXIF_CACHE: 'none' }, /^A backfill needs a cache/],
    [['--bucket', '.', '--cache', './cache'], {}, /^--cache is inside the folder of the bucket/],
    [['--bucket', '.', '--cache', 'memory:'], {}, /^A cache in memory is lost/],
    [['--bucket', '.', '--cache', '/proc/x'], {}, /^Cannot write the cache at \/proc\/x: /],
    [['--bucket', '.', '--cache', 'redis://x'], {}, /^--cache cannot be used: cannot read the location/],
    [
      ['--bucket', '.', '--cache', '../bucket-exif-none', '--manifest', 'none.csv'],
      {},
      /^Cannot read the manifest .*: no such file or folder/,
    ],
    [
      ['--bucket', '.', '--cache', '../bucket-exif-none', '--state', 'none/x.json'],
      {},
      /^Cannot write the state file .*: no such file or folder/,
    ],
    [['--bucket', 's3://photos?endpoint=http://127.0.0.1:1', '--cache', 'c'], {}, /^Cannot list s3:\/\/photos: /],
    [['--bucket', 's3://photos'], {}, /^--account-id is missing: --engine s3-batch needs it \(or use --engine local\)/],
    [['--bucket', '.', '--cache', '../bucket-exif-none'], { EXIF_MAX_SIDE: 'x' }, /^EXIF_MAX_SIDE must be/],
  ] as [string[], Record<string, string>, RegExp][])('%j %j', async (args, env, message) => {
    const { code, out, err } = await run(args, env);
    expect([code, out, err]).toEqual([2, '', expect.stringMatching(message)]);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });
});
