// The program as a user starts it, over the compiled files that `npm test` builds first.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildJpeg, exifSegment, frameHeader } from '../build/jpeg';
import { ascii, buildTiff } from '../build/tiff';
import { type ListingOptions, type ListingS3, listingS3 } from '../servers/listing-s3';
import { type S3Control, s3Control } from '../servers/s3-control';
import { serverEnv } from '../servers/signed-http';

const root = join(__dirname, '..', '..');
const image = buildJpeg([exifSegment(buildTiff({ fields: [ascii(0x010f, 'Example')] })), frameHeader(16, 16)]);
const keys = Array.from({ length: 5000 }, (_, i) => `photos/${String(i).padStart(5, '0')} ü+.jpg`);

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

type Ended = Readonly<{ code: number | null; out: string; err: string }>;
type Started = Readonly<{ child: ChildProcess; ended: Promise<Ended> }>;

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Started {
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

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> =>
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
  for (const count of [1300, 3700]) {
    const { child, ended } = start(args);
    await reads(listing, count);
    child.kill('SIGKILL');
    await ended;
    expect(stateFiles()).toHaveLength(1);
  }
  const { code, out } = await run(args);
  expect(code).toBe(0);
  expect(out).toContain('Done: 5,000 objects cached, 0 failed, 0 left out by their names (OK 5,000 | jpeg ');
  expect(listing.gets.size).toBe(5000);
  expect(cached()).toBe(5000);
  expect(Math.max(...listing.gets.values())).toBeLessThanOrEqual(2);
  const twice = [...listing.gets].filter(([, times]) => times > 1).map(([key]) => key);
  // Pages are the thousands.
  expect(new Set(twice.map((key) => key.slice(0, 'photos/00'.length))).size).toBeLessThanOrEqual(2);
  expect(listing.most()).toBeLessThanOrEqual(16);
  expect(stateFiles()).toEqual([]);
}, 120_000);

test('SIGINT ends what is under way and says how to go on; nothing is read twice', async () => {
  const listing = await serve({ keys: keys.slice(0, 1500), delayMs: 5 });
  const args = ['--bucket', listing.location, '--cache', 'cache', '--state', 'my-state.json', '--no-count'];
  const { child, ended } = start(args);
  await reads(listing, 200);
  child.kill('SIGINT');
  const { code, out, err } = await ended;
  expect(code).toBe(130);
  expect(err).toContain('Finishing what is under way; once more stops now');
  expect(out).toMatch(
    /^Stopped: \d+ objects cached.*To go on, start it again with the same arguments.*my-state\.json/s,
  );
  expect(listing.most()).toBeLessThanOrEqual(32);
  const again = await run(args);
  expect(again.code).toBe(0);
  expect(again.err).toContain('Going on behind "photos/');
  expect(listing.gets.size).toBe(1500);
  expect(Math.max(...listing.gets.values())).toBe(1);
  expect(cached()).toBe(1500);
}, 60_000);

test('keys that fail are listed, and can be tried again on their own', async () => {
  let broken = true;
  const listing = await serve({
    keys: keys.slice(0, 200),
    bytesOf: (key) => (key.includes('7 ü') ? null : key.includes('5 ü') ? Buffer.from('no image') : image),
    fault: (asked) => (broken && asked.kind === 'get' && asked.key.includes('3 ü') ? 403 : 0),
  });
  const args = ['--bucket', listing.location, '--cache', 'cache', '--failures', 'failed.csv'];
  const { code, out } = await run(args);
  expect(code).toBe(1);
  expect(out).toContain('180 objects cached, 20 failed');
  expect(out).toMatch(/\(OK 140, NoSuchKey 20, NotAnImage 20, AccessDenied 20 \| jpeg 140\)|AccessDenied 20/);
  expect(out).toContain('"photos","photos/00003%20%C3%BC%2B.jpg","AccessDenied"');
  broken = false;
  listing.gets.clear();
  const again = await run([...args.slice(0, 4), '--manifest', 'failed.csv']);
  expect(again).toMatchObject({ code: 0, out: expect.stringContaining('Done: 20 objects cached, 0 failed') });
  expect([...listing.gets.keys()].sort()).toEqual(keys.slice(0, 200).filter((key) => key.includes('3 ü')));
}, 60_000);

test('a fault that passes is tried again', async () => {
  const listing = await serve({
    keys: keys.slice(0, 20),
    // The store is tried three times within each attempt.
    fault: (asked, times) => (asked.kind === 'get' && asked.key.includes('3 ü') && times <= 4 ? 503 : 0),
  });
  const { code, out } = await run(['--bucket', listing.location, '--cache', 'cache']);
  expect([code, out]).toEqual([0, expect.stringContaining('Done: 20 objects cached, 0 failed')]);
}, 60_000);

test('a manifest with encoded keys, gone through without a listing', async () => {
  const listing = await serve({ keys: [] });
  await writeFile(
    join(folder, 'inventory.csv'),
    '"photos","a/%C3%BC+1%2B1.jpg","7"\n"photos","b%2520.heic","7"\n"photos","%zz.jpg","7"\n"photos","c.txt","7"\n',
  );
  const args = ['--bucket', listing.location, '--cache', 'cache', '--manifest', 'inventory.csv'];
  const { code, out } = await run(args);
  expect(code).toBe(1);
  expect(out).toContain('2 objects cached, 1 failed, 1 left out by their names');
  expect([...listing.gets.keys()].sort()).toEqual(['a/ü 1+1.jpg', 'b%20.heic']);
  expect(listing.asked.filter(({ kind }) => kind === 'list')).toEqual([]);
}, 60_000);

test('a folder, and a dry run that reads and writes nothing', async () => {
  const bucket = join(root, 'samples');
  const dry = await run(['--bucket', bucket, '--dry-run']);
  expect(dry).toMatchObject({ code: 0, out: expect.stringMatching(/^A backfill would read 8 of \d+ objects/m) });
  expect(readdirSync(folder)).toEqual([]);
  expect(await run(['--bucket', bucket, '--cache', 'cache'])).toMatchObject({
    code: 0,
    out: expect.stringContaining('OK 8'),
  });
  expect(cached()).toBe(8);
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

describe('a start that cannot be is one clear line and exit code 2:', () => {
  test.each([
    [[], {}, /^--bucket is missing/],
    [['--bucket', './none', '--cache', 'cache'], {}, /^Cannot list the folder ".*none": ENOENT/],
    [['--bucket', '.'], {}, /^no cache is named: use --cache or EXIF_CACHE/],
    [['--bucket', '.'], { EXIF_CACHE: 'none' }, /^no cache is named/],
    [['--bucket', '.', '--cache', 'memory:'], {}, /^a cache in memory: is gone/],
    [['--bucket', '.', '--cache', '/proc/x'], {}, /^Cannot write the cache at \/proc\/x: /],
    [['--bucket', '.', '--cache', 'redis://x'], {}, /^EXIF_CACHE: Cannot read the location/],
    [
      ['--bucket', '.', '--cache', '../bucket-exif-none', '--manifest', 'none.csv'],
      {},
      /^Cannot read the manifest .*ENOENT/,
    ],
    [
      ['--bucket', '.', '--cache', '../bucket-exif-none', '--state', 'none/x.json'],
      {},
      /^The state file .* cannot be written/,
    ],
    [['--bucket', 's3://photos?endpoint=http://127.0.0.1:1', '--cache', 'c'], {}, /^Cannot list s3:\/\/photos: /],
    [['--bucket', 's3://photos'], {}, /^--account-id is missing for --engine s3-batch \(or use --engine local\)/],
    [['--bucket', '.', '--cache', '../bucket-exif-none'], { EXIF_MAX_SIDE: 'x' }, /^EXIF_MAX_SIDE must be/],
  ] as [string[], Record<string, string>, RegExp][])('%j %j', async (args, env, message) => {
    const { code, out, err } = await run(args, env);
    expect([code, out, err]).toEqual([2, '', expect.stringMatching(message)]);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });
});
