// The entry point for uploads with a webhook, over the samples and a cache in a folder.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import type { SinkMessage } from '../../lib/sink/sink';
import type { Handler } from '../../service/create-handler';
import { type RawServer, rawReply, rawServer } from '../../testing/servers/raw-s3';
import { sample } from '../lib/trigger/platforms';
import { message, s3Event } from '../lib/trigger/uploads';

const secret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const before = process.env;
let folder: string;
let receiver: RawServer;
/** What the receiver answers. */
let status: number;
let lines: string[];
let written: jest.SpyInstance;

beforeEach(async () => {
  [folder, status, lines] = [mkdtempSync(join(tmpdir(), 'upload-sinks-')), 200, []];
  receiver = await rawServer((socket) => socket.write(rawReply(status, {}, '')));
  process.env = {
    EXIF_BUCKET: `directory:${join(__dirname, '../../samples')}`,
    EXIF_CALLERS: 'platform',
    EXIF_CACHE: `directory:${join(folder, 'cache')}`,
    EXIF_SINK: `${receiver.endpoint.href}SECRET-PATH`,
    EXIF_SINK_PRIVATE: '1',
    EXIF_SINK_SECRET: secret,
    EXIF_METRICS: 'emf',
  };
  written = jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
});
afterEach(async () => {
  written.mockRestore();
  process.env = before;
  jest.resetModules();
  await receiver.close();
  rmSync(folder, { recursive: true });
});

const load = () => (require('../../handler/upload') as { handler: Handler }).handler;
const log = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
const received = (): readonly SinkMessage[] =>
  receiver.requests.flatMap(({ body, headers }) => {
    const text = Buffer.from(body ?? []).toString('utf8');
    return (new Webhook(secret).verify(text, { ...headers }) as { messages: readonly SinkMessage[] }).messages;
  });

test('sends what each object is now, also what was removed', async () => {
  const handler = load();
  await expect(handler(sample('sqs-s3'), {})).resolves.toEqual({ batchItemFailures: [] });
  await expect(handler(sample('s3-delete'), {})).resolves.toBeNull();
  expect([...received()].sort((a, b) => (a.key < b.key ? -1 : 1))).toMatchObject([
    { type: 'removed', key: 'gone.jpg', etag: null },
    { type: 'read', key: 'gps.jpg', style: 'flat', record: { make: 'Example Camera Co.' } },
    { type: 'read', key: 'reise/Zürich 1+1.jpg' },
  ]);
  // Before a sink is told that an object is removed, the object is read.
  expect(log()).toMatchObject(['OK', 'OK', 'NoSuchKey'].map((code) => ({ level: 'info', code, SinkFault: 0 })));
});

test('the function on SCF sends messages about events of COS', async () => {
  const bucket = join(folder, 'samples-1250000000');
  cpSync(join(__dirname, '../../samples/reise'), join(bucket, 'reise'), { recursive: true });
  process.env.EXIF_BUCKET = `directory:${bucket}`;
  const { main_handler: handler } = require('../../handler/scf') as { main_handler: Handler };
  await handler(sample('cos-created'), {});
  await handler(sample('cos-removed'), {});
  expect(received()).toMatchObject([
    { type: 'read', key: 'reise/Zürich 1+1.jpg' },
    { type: 'removed', key: 'gone.jpg' },
  ]);
  status = 404;
  await expect(handler(sample('cos-created'), {})).rejects.toThrow(/SinkFault/);
});

test('an event that the sink did not accept is delivered again, and then has the same id', async () => {
  const handler = load();
  const event = s3Event(message('m1', sample('s3-put')));
  status = 404;
  await expect(handler(event, {})).resolves.toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
  status = 200;
  await expect(handler(event, {})).resolves.toEqual({ batchItemFailures: [] });
  const [first, second] = received();
  expect(first).toMatchObject({ type: 'read', key: 'gps.jpg' });
  expect(second).toEqual(first);
  expect(log()).toMatchObject([
    {
      level: 'error',
      code: 'SinkFault',
      SinkFault: 1,
      problem: `Cannot send "samples/gps.jpg" to ${receiver.endpoint.origin}: it answered 404`,
    },
    { level: 'info', code: 'OK', SinkFault: 0 },
  ]);
  expect(lines.join('')).not.toMatch(/SECRET-PATH|whsec_/);
});

test('does not start with a secret that is too short, and does not repeat it', () => {
  process.env.EXIF_SINK_SECRET = 'whsec_c2hvcnQ=';
  expect(load).toThrow(expect.objectContaining({ code: 'ConfigInvalid' }));
  expect(load).toThrow(/^EXIF_SINK_SECRET must be whsec_ and 24 to 64 (?!.*c2hvcnQ)/);
});
