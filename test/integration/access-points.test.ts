// Aliases of access points, whose events carry the name of the bucket behind them; and buckets whose readers pay.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { s3Source } from '../../bin/backfill/source-s3';
import { openBucket, parseLocation } from '../../lib/bucket';
import { defaultLimits } from '../../lib/limits';
import { s3Client } from '../../lib/s3/client';
import { listedBucket } from '../../lib/s3/list';
import { s3Location, s3PlaceOf } from '../../lib/s3/location';
import { lambdaUploadTriggers } from '../../lib/trigger';
import { readConfig } from '../../service/config/config';
import { startWarnings } from '../../service/config/start-warnings';
import { createHandler } from '../../service/create-handler';
import { createEventRun, createRun } from '../../service/job-runner';
import { fakeKeys, fakeS3 } from '../../testing/servers/fake-s3';
import { type RawServer, rawReply, rawServer } from '../../testing/servers/raw-s3';
import { refTo, soon } from '../lib/bucket/contract';
import { message, s3Event, s3Record } from '../lib/trigger/uploads';

const image = readFileSync(join(__dirname, '../../samples/gps.jpg'));
const alias = 'photos-ap-x1y2z3-s3alias';
const folder = mkdtempSync(join(tmpdir(), 'alias-'));
const keys = { AWS_ACCESS_KEY_ID: fakeKeys.accessKeyId, AWS_SECRET_ACCESS_KEY: fakeKeys.secretAccessKey };
let server: RawServer;
let lines: string[];
let written: jest.SpyInstance;

beforeEach(async () => {
  server = await rawServer(fakeS3(alias, new Map([['a.jpg', image]])));
  lines = [];
  written = jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
});
afterEach(async () => {
  written.mockRestore();
  await server.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

const place = (more = '') => `s3://${alias}?endpoint=${server.endpoint.origin}&region=eu-west-1${more}`;
const settings = (bucket: string, cache: string) => ({
  ...keys,
  EXIF_BUCKET: bucket,
  EXIF_PUBLIC: '*',
  EXIF_CACHE: cache,
});
const log = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

async function follow(env: Record<string, string>, bucket: string): Promise<unknown> {
  const record = s3Record('ObjectCreated:Put', {});
  const event = {
    Records: [{ ...record, s3: { bucket: { name: bucket }, object: { key: 'a.jpg', sequencer: '01' } } }],
  };
  return createHandler(lambdaUploadTriggers, createEventRun(readConfig(env)))(s3Event(message('m', event)), {});
}

describe('an alias of an access point', () => {
  test('without events= is warned of at each start, and events of its bucket are passed over', async () => {
    const env = settings(place(), join(folder, 'bare'));
    await follow(env, 'photos');
    createRun(readConfig(env));
    expect(log()).toMatchObject([
      {
        level: 'warn',
        note: expect.stringMatching(/^photos-ap-x1y2z3-s3alias is the alias .*add events=<bucket name>/),
      },
      { code: 'BucketUnknown' },
      { level: 'warn' },
    ]);
    expect(server.requests).toHaveLength(0);
  });

  test('with events= follows the events of its bucket, and is read under the alias', async () => {
    const env = settings(place('&events=photos'), join(folder, 'named'));
    expect(await follow(env, 'photos')).toEqual({ batchItemFailures: [] });
    expect(log()).toMatchObject([{ level: 'info', code: 'OK', bucket: alias, key: 'a.jpg' }]);
    expect(server.requests).toMatchObject([{ path: `/${alias}/a.jpg` }]);
    expect(await follow(env, alias)).toEqual({ batchItemFailures: [] });
    expect(log().at(-1)).toMatchObject({ code: 'OK', bucket: alias });
  });

  test('appears once, and only for aliases', () => {
    const warn = (env: Record<string, string>) => startWarnings(readConfig({ EXIF_PUBLIC: '*', ...env }), false);
    expect(warn({ EXIF_BUCKET: 's3://photos' })).toEqual([]);
    expect(warn({ EXIF_BUCKET: './test' })).toEqual([]);
    expect(warn({ EXIF_BUCKET: 's3://a-s3alias', EXIF_HOSTS: 'a.example=s3://a-s3alias' })).toHaveLength(1);
    expect(warn({ EXIF_BUCKET: 's3://photos', EXIF_CACHE: 's3://b-s3alias/exif' })).toEqual([
      expect.stringMatching(/^EXIF_CACHE is the alias/),
    ]);
    expect(warn({ EXIF_BUCKET: 's3://photos', EXIF_CACHE: 's3://b-s3alias/exif?events=exif' })).toEqual([]);
  });

  test('cannot hide a cache inside the bucket that is followed', () => {
    const start = (bucket: string, cache: string) => () => readConfig({ ...settings(bucket, cache) });
    const inside = /EXIF_CACHE is inside the bucket photos/;
    expect(start('s3://a-s3alias?events=photos', 's3://photos/exif')).toThrow(inside);
    expect(start('s3://photos', 's3://a-s3alias/exif?events=photos')).toThrow(inside);
    expect(start('s3://a-s3alias?events=photos', 's3://b-s3alias/exif?events=photos')).toThrow(inside);
    expect(start('s3://a-s3alias?events=photos', 's3://other/exif')).not.toThrow();
  });

  test('must not have the name of another configured bucket in events=', () => {
    const env = { EXIF_BUCKET: 's3://photos', EXIF_HOSTS: 'a.example=s3://a-s3alias?events=photos', EXIF_PUBLIC: '*' };
    expect(() => readConfig(env)).toThrow(/has two buckets with the name photos/);
  });
});

describe('payer=requester', () => {
  test('is sent and signed with each try of each request', async () => {
    await server.close();
    const good = fakeS3('photos', new Map([['a.jpg', image]]));
    server = await rawServer((socket, request) => {
      if (request.index === 0) socket.write(rawReply(503, {}, ''));
      else good(socket, request);
    });
    const location = parseLocation(`s3://photos?endpoint=${server.endpoint.origin}&region=eu-west-1&payer=requester`);
    const bucket = openBucket(location, { region: null, env: keys, limits: defaultLimits, maxTries: 3 });
    const fetched = await bucket.fetch(refTo('a.jpg'), { start: 0, end: 10 }, null, soon());
    expect(fetched?.bytes).toHaveLength(10);
    for (const { headers } of server.requests) {
      expect(headers['x-amz-request-payer']).toBe('requester');
      expect(headers['authorization']).toContain('x-amz-request-payer');
    }
    expect(server.requests).toHaveLength(2);
  });

  test('is sent and signed with a listing of a backfill', async () => {
    await server.close();
    const listing = '<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>';
    server = await rawServer((socket) => socket.write(rawReply(200, { 'Content-Type': 'application/xml' }, listing)));
    const location = s3Location(`photos?endpoint=${server.endpoint.origin}&region=eu-west-1&payer=requester`, fail);
    for await (const _ of s3Source(listedBucket(location, null, keys), '').pages(null)) fail('no page');
    expect(server.requests[0]?.headers['x-amz-request-payer']).toBe('requester');
    expect(server.requests[0]?.headers['authorization']).toContain('x-amz-request-payer');

    function fail(reason: string): never {
      throw new Error(reason);
    }
  });

  test('is not sent where it was not asked for', async () => {
    const bucket = openBucket(parseLocation(place()), { region: null, env: keys, limits: defaultLimits, maxTries: 1 });
    await bucket.fetch(refTo('a.jpg'), { start: 0, end: 10 }, null, soon());
    expect(Object.keys(server.requests[0]?.headers ?? {})).not.toContain('x-amz-request-payer');
  });

  test('goes to COS under both names, signed', async () => {
    const location = parseLocation('cos://photos-1250000000?region=ap-guangzhou&payer=requester');
    if (location.kind !== 'cos') throw new Error('it is at COS');
    const send = s3Client({
      ...s3PlaceOf(location, null).place,
      endpoint: server.endpoint,
      pathStyle: true,
      credentials: async () => fakeKeys,
      tryMs: 1000,
      maxTries: 1,
    });
    const plan = { start: 0, end: 0, rest: 'any' } as const;
    const ask = { method: 'GET', key: 'a', headers: {}, body: null, doing: 'ask', plan: () => plan } as const;
    await send({ ...ask, read: () => ({ value: null }) }, soon());
    const { headers } = server.requests[0] ?? { headers: {} as Record<string, string> };
    expect(headers).toMatchObject({ 'x-amz-request-payer': 'requester', 'x-cos-request-payer': 'requester' });
    expect(headers['authorization']).toContain('x-amz-request-payer;x-cos-request-payer');
  });
});
