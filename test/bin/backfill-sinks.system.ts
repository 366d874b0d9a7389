// The program with a sink, over the compiled files that `npm test` builds first: killed, and with several threads.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildJpeg, exifSegment, frameHeader } from '../../testing/build/jpeg';
import { ascii, buildTiff } from '../../testing/build/tiff';
import { type ListingS3, listingS3 } from '../../testing/servers/listing-s3';
import { type MessageReceiver, messageReceiver } from '../../testing/servers/message-receiver';
import { serverEnv } from '../../testing/servers/signed-http';

const root = join(__dirname, '..', '..');
const image = buildJpeg([exifSegment(buildTiff({ fields: [ascii(0x010f, 'Example')] })), frameHeader(16, 16)]);
const keys = Array.from({ length: 2400 }, (_, i) => `photos/${String(i).padStart(5, '0')} ü+.jpg`);

let folder = '';
let listing: ListingS3;
let receiver: MessageReceiver;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backfill-'));
  listing = await listingS3({ keys, bytesOf: () => image, pageKeys: 400 });
  receiver = await messageReceiver();
});
afterEach(async () => {
  await listing.close();
  await receiver.close();
  await rm(folder, { recursive: true });
});

/** Starts the program; when the receiver has `killAt` messages, it is killed. */
async function run(args: readonly string[] = [], killAt = Number.POSITIVE_INFINITY) {
  const given = ['--bucket', listing.location, '--cache', 'cache', '--sink', receiver.url, '--concurrency', '16'];
  const child = spawn(process.execPath, [join(root, 'dist', 'bin', 'backfill.js'), ...given, ...args], {
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', INIT_CWD: folder, ...serverEnv, ...receiver.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  const ended = once(child, 'close');
  while (receiver.messages.length < killAt && child.exitCode === null)
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5))]);
  if (child.exitCode === null) child.kill('SIGKILL');
  const [code] = await ended;
  return { code, out };
}

test('kill -9, twice, and on again: every object is sent, and repeated messages are equal', async () => {
  expect((await run([], 700)).code).toBeNull();
  expect((await run([], receiver.messages.length + 500)).code).toBeNull();
  const { code, out } = await run();
  expect(code).toBe(0);
  expect(out).toMatch(/^Messages: [\d,]+ sent to the sink$/m);
  expect([...receiver.latest().keys()].sort()).toEqual(keys);
  const byId = new Map(receiver.messages.map((message) => [message.id, message]));
  for (const message of receiver.messages) expect(message).toEqual(byId.get(message.id));
  // At most the pages that were open are sent twice.
  expect(receiver.messages.length).toBeLessThanOrEqual(keys.length + 4 * 400);
  expect(Math.max(...listing.gets.values())).toBeLessThanOrEqual(2);
}, 120_000);

test('two threads send every object, also when the cache has it', async () => {
  const first = await run(['--workers', '2']);
  expect(first).toMatchObject({ code: 0, out: expect.stringContaining('Messages: 2,400 sent to the sink') });
  const second = await run(['--workers', '2']);
  expect(second).toMatchObject({ code: 0, out: expect.stringContaining('2,400 already up to date') });
  expect(second.out).toContain('Messages: 2,400 sent to the sink');
  expect([...receiver.latest().keys()].sort()).toEqual(keys);
}, 120_000);
