// The program with several threads, over the compiled files that `npm test` builds first.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildJpeg, exifSegment, frameHeader } from '../../testing/build/jpeg';
import { ascii, buildTiff } from '../../testing/build/tiff';
import { type ListingS3, listingS3 } from '../../testing/servers/listing-s3';
import { serverEnv } from '../../testing/servers/signed-http';

const root = join(__dirname, '..', '..');
const image = buildJpeg([exifSegment(buildTiff({ fields: [ascii(0x010f, 'Example')] })), frameHeader(16, 16)]);
const keys = Array.from({ length: 200 }, (_, i) => `photos/${String(i).padStart(3, '0')} ü.jpg`);
const bytesOf = (key: string): Uint8Array => (key.includes('5 ü') ? Buffer.from('no image') : image);

let folder = '';
let listing: ListingS3;
let isBroken = true;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backfill-'));
  isBroken = true;
  listing = await listingS3({
    keys,
    bytesOf,
    delayMs: 2,
    fault: (asked) => (isBroken && asked.kind === 'get' && asked.key.includes('3 ü') ? 403 : 0),
  });
});
afterEach(async () => {
  await listing.close();
  await rm(folder, { recursive: true });
});

/** Starts a program with two threads; `stopAt`: reads after which it gets SIGINT. */
async function run([program, ...args]: readonly [string, ...string[]], stopAt = Number.POSITIVE_INFINITY) {
  const given = ['--bucket', listing.location, '--cache', 'cache', '--workers', '2', '--failures', 'failed.csv'];
  const child = spawn(process.execPath, [join(root, 'dist', program), ...args, ...given], {
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', INIT_CWD: folder, ...serverEnv },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  const ended = once(child, 'close');
  while (listing.gets.size < stopAt && child.exitCode === null)
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5))]);
  if (child.exitCode === null) child.kill('SIGINT');
  const [code] = await ended;
  return { code, out };
}

test.each([[['bin/backfill.js']], [['npm/bucket-exif.js', 'backfill']]] as [[string, ...string[]]][])(
  'counts, failures and exit code of %j are those of one thread',
  async (program) => {
    const first = await run(program);
    expect(first.code).toBe(1);
    expect(first.out).toContain('160 objects cached, 20 failed, 20 unreadable, 0 already up to date');
    expect(first.out).toContain('"photos","photos/003%20%C3%BC.jpg","AccessDenied","');
    expect((await readFile(join(folder, 'failed.csv'), 'utf8')).trim().split('\n')).toHaveLength(40);
    isBroken = false;
    const second = await run(program);
    expect(second.code).toBe(0);
    expect(second.out).toContain('20 objects cached, 0 failed, 20 unreadable, 160 already up to date');
  },
  60_000,
);

test('SIGINT finishes open reads, and the next start goes on: nothing is read twice', async () => {
  isBroken = false;
  expect((await run(['bin/backfill.js'], 80)).code).toBe(130);
  expect((await run(['bin/backfill.js'])).code).toBe(0);
  expect(listing.gets.size).toBe(200);
  expect(Math.max(...listing.gets.values())).toBe(1);
}, 60_000);
