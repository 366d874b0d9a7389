// Objects that a store refuses for what they are: callers get a 4xx, and an upload event for such an object is done.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lambdaUploadTriggers } from '../../lib/trigger';
import { readConfig } from '../../service/config/config';
import { createHandler } from '../../service/create-handler';
import { createEventRun, createRun } from '../../service/job-runner';
import { askedRange, type RawReply, type RawServer, rawReply, rawServer } from '../../testing/servers/raw-s3';
import { message, s3Event, s3Record } from '../lib/trigger/uploads';

const folder = mkdtempSync(join(tmpdir(), 'refused-'));
const image = readFileSync(join(__dirname, '../../samples/gps.jpg'));
let server: RawServer;
let written: jest.SpyInstance;

beforeEach(() => {
  written = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(async () => {
  written.mockRestore();
  await server.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function settings(reply: RawReply, cache: string): Promise<Record<string, string>> {
  server = await rawServer(reply);
  return {
    EXIF_BUCKET: `s3://photos?endpoint=${server.endpoint.origin}&region=eu-west-1`,
    EXIF_PUBLIC: '*',
    EXIF_CACHE: `directory:${join(folder, cache)}`,
    EXIF_FRESHNESS: 'trust',
    AWS_ACCESS_KEY_ID: 'A',
    AWS_SECRET_ACCESS_KEY: 'S',
  };
}

function refuseWith(status: number, code: string, text: string): RawReply {
  const xml = `<Error><Code>${code}</Code><Message>${text}</Message></Error>`;
  return (socket) => socket.write(rawReply(status, {}, xml));
}

/** What the queue is told of an upload of the object. */
function follow(env: Record<string, string>, sequencer: string): Promise<unknown> {
  const event = { Records: [s3Record('ObjectCreated:Put', { key: 'a.jpg', sequencer })] };
  return createHandler(lambdaUploadTriggers, createEventRun(readConfig(env)))(s3Event(message('m1', event)), {});
}

async function ask(env: Record<string, string>): Promise<{ status: number; body: string; type: string }> {
  const query = [['exif', null]] as const;
  const request = { method: 'GET', path: '/a.jpg', pathDecoded: false, query, headers: {} };
  const job = { id: '1', trigger: 'test', act: 'answer', request } as const;
  const { answer } = await createRun(readConfig(env))(job, { remainingMs: null });
  return {
    status: answer?.status ?? 0,
    body: String(answer?.body ?? ''),
    type: answer?.headers['content-type'] ?? '',
  };
}

const done = { batchItemFailures: [] };
const again = { batchItemFailures: [{ itemIdentifier: 'm1' }] };
const sseC = 'The object was stored using a form of Server Side Encryption.';

test.each([
  ['SSE-C', 400, 'InvalidRequest', sseC, 400, 'encrypted with a key of its owner', 1],
  ['a disabled KMS key', 400, 'KMS.DisabledException', 'arn:aws:kms:x is disabled.', 400, 'KMS key', 2],
  ['another 400', 400, 'InvalidRequest', 'no', 400, 'refuses to return this object', 2],
  ['an archive', 403, 'InvalidObjectState', 'no', 403, 'must be restored', 2],
])('%s: 4xx, and its event is done', async (name, status, code, text, seen, words, requests) => {
  const env = await settings(refuseWith(status, code, text), name);
  expect(await follow(env, '01')).toEqual(done);
  const answer = await ask(env);
  expect(answer).toMatchObject({ status: seen, type: 'application/xml', body: expect.stringContaining(words) });
  // What is so for good is known to the cache after the event; the rest may pass, and is asked for again.
  expect(server.requests).toHaveLength(requests);
});

test('what was held of the version before is not answered any more', async () => {
  let refused = false;
  const refuse = refuseWith(400, 'KMS.DisabledException', 'no');
  const env = await settings((socket, request) => {
    if (refused) return refuse(socket, request);
    const { start, end } = askedRange(request);
    const bytes = image.subarray(start, end);
    const range = `bytes ${start}-${start + bytes.length - 1}/${image.length}`;
    socket.write(rawReply(206, { ETag: '"1"', 'Content-Range': range, 'Content-Encoding': 'gzip' }, bytes));
  }, 'held');
  expect(await follow(env, '01')).toEqual(done);
  expect((await ask(env)).status).toBe(200);
  refused = true;
  expect(await follow(env, '02')).toEqual(done);
  expect((await ask(env)).status).toBe(400);
});

test.each([
  ['wrong keys', 403, 'InvalidAccessKeyId'],
  ['an expired token', 400, 'ExpiredToken'],
  ['a role that may not', 403, 'AccessDenied'],
  ['a store that stalls', 400, 'RequestTimeout'],
  ['a 400 without a code', 400, ''],
])('%s: the event comes again', async (name, status, code) => {
  const env = await settings(refuseWith(status, code, 'no'), `again ${name}`);
  expect(await follow(env, '01')).toEqual(again);
});
