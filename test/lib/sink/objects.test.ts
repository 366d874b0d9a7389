// How lib/sink/objects writes messages into a bucket.
import type { S3ClientOptions } from '../../../lib/s3/client';
import { clientOptions } from '../../../lib/s3/client-options';
import { openSinks, parseSinkLocation } from '../../../lib/sink';
import { type ObjectsSinkOptions, objectsSink } from '../../../lib/sink/objects';
import { expectedAuthorization, fakeKeys, fakeS3 } from '../../../testing/servers/fake-s3';
import { inTurn, type RawReply, type RawServer, rawReply, rawServer, refusal } from '../../../testing/servers/raw-s3';
import { soon } from '../bucket/contract';
import { outgoingOf, outgoings } from './outgoing';

jest.setTimeout(30_000); // a busy machine

const keyPattern = /^changes\/(\d{4}-\d\d-\d\d)\/(\d\d)\/(\d{8}T\d{9}Z)-[0-9a-f]{16}\.ndjson$/;
const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

describe('a sink in a bucket', () => {
  let server: RawServer;
  let objects: Map<string, Uint8Array>;
  afterEach(() => server.close());

  /** `faults` answer the first requests; the store answers the others. */
  async function open(faults: readonly RawReply[] = [], change: Partial<ObjectsSinkOptions> = {}) {
    objects = new Map();
    server = await rawServer(inTurn(...faults, fakeS3('lake', objects)));
    return objectsSink({
      name: 's3://lake',
      bucket: 'lake',
      prefix: '',
      endpoint: server.endpoint,
      region: 'us-east-1',
      pathStyle: true,
      credentials: async () => fakeKeys,
      tryMs: 1_000,
      maxTries: 3,
      sleep: async () => {},
      ...change,
    });
  }

  test('writes one object of NDJSON for each call, signed, with a message on each line', async () => {
    const sink = await open([], { prefix: 'data/set', now: () => new Date('2026-11-03T09:08:07.006Z') });
    expect(await sink.send(outgoings(3), soon())).toEqual([null, null, null]);
    const [[key, bytes] = ['', undefined]] = [...objects];
    expect([objects.size, server.requests.length]).toEqual([1, 1]);
    expect(key).toMatch(/^data\/set\/changes\/2026-11-03\/09\/20261103T090807006Z-[0-9a-f]{16}\.ndjson$/);
    expect(textOf(bytes)).toBe(
      outgoings(3)
        .map(({ text }) => `${text}\n`)
        .join(''),
    );
    expect(server.requests[0]?.headers['content-type']).toBe('application/x-ndjson');
  });

  test('keys are unique, and sort by time', async () => {
    const start = Date.parse('2026-12-31T23:59:59.998Z');
    let calls = 0;
    const now = (): Date => {
      calls++;
      return new Date(start + Math.floor(calls / 4));
    };
    const sink = await open([], { now });
    for (let index = 0; index < 12; index++) await sink.send(outgoings(1, index), soon());
    const keys = [...objects.keys()];
    expect(keys.every((key) => keyPattern.test(key))).toBe(true);
    expect(new Set(keys).size).toBe(12);
    const times = keys.map((key) => keyPattern.exec(key)?.[3] ?? '');
    expect(times).toEqual([...times].sort());
    const sorted = [...keys].sort().map((key) => keyPattern.exec(key)?.[3]);
    expect(sorted).toEqual(times);
    expect(keyPattern.exec(keys.at(-1) ?? '')?.slice(1, 3)).toEqual(['2027-01-01', '00']);
  });

  test('a lost reply, or a passing fault, leads to the same object', async () => {
    const sink = await open([
      (socket) => void socket.resetAndDestroy(),
      (socket) => socket.write(refusal(503, 'SlowDown')),
    ]);
    expect(await sink.send(outgoings(2), soon())).toEqual([null, null]);
    expect(new Set(server.requests.map(({ path }) => path)).size).toBe(1);
    expect([server.requests.length, objects.size]).toEqual([3, 1]);
  });

  test.each<[string, RawReply, RegExp]>([
    ['403', (socket) => socket.write(refusal(403, 'AccessDenied')), /the store answered 403 AccessDenied$/],
    ['a missing bucket', (socket) => socket.write(refusal(404, 'NoSuchBucket')), /answered 404 NoSuchBucket$/],
    ['503 each time', (socket) => socket.write(refusal(503, 'SlowDown')), /the store answered 503 SlowDown$/],
    ['a redirect', (socket) => socket.write(rawReply(307, { Location: 'http://127.0.0.1:9/' }, '')), /answered 307$/],
  ])('%s is SinkFault, and no message has a secret', async (_, reply, message) => {
    const sink = await open([reply, reply, reply]);
    const sent = sink.send(outgoings(2), soon());
    await expect(sent).rejects.toMatchObject({ code: 'SinkFault', message: expect.stringMatching(message) });
    await expect(sent).rejects.toThrow(/^Cannot write "changes\/\d/);
    await expect(sent).rejects.not.toThrow(/FAKEKEY|secret|Signature/);
    expect(objects.size).toBe(0);
  });

  test('the other lines of an object with a line break in a text stay whole', async () => {
    const sink = await open();
    const odd = outgoingOf(0, { key: 'a\nb\u2028c.jpg', record: { title: 'one\r\ntwo' } });
    await sink.send([odd, outgoingOf(1)], soon());
    const lines = textOf([...objects.values()][0]).split('\n');
    expect(lines.map((line) => (line === '' ? '' : JSON.parse(line).key))).toEqual([
      odd.message.key,
      outgoingOf(1).message.key,
      '',
    ]);
  });

  test('a call with thousands of messages is one object', async () => {
    const sink = await open();
    expect(await sink.send(outgoings(sink.limits.messages), soon())).toHaveLength(5_000);
    expect([...objects.values()].map((bytes) => textOf(bytes).split('\n').length)).toEqual([5_001]);
  });
});

const deps = { region: null, env: {}, limits: { tryMs: 1_000 }, maxTries: 3, secret: null, allowPrivate: false };

test('a location is opened; without a region it is refused', () => {
  const open = (text: string) => openSinks([parseSinkLocation(text)], 'flat', deps);
  expect(open('s3://lake/data?region=eu-west-1').style).toBe('flat');
  expect(() => open('s3://lake/data')).toThrow('Cannot open s3://lake: add ?region=.. or set AWS_REGION');
});

test('a sink in COS writes to the host of its bucket, with the keys of Tencent', async () => {
  const env = { TENCENTCLOUD_SECRETID: fakeKeys.accessKeyId, TENCENTCLOUD_SECRETKEY: fakeKeys.secretAccessKey };
  const location = parseSinkLocation('cos://lake-1250000000/data?region=ap-guangzhou');
  if (location.kind !== 'cos') throw new Error('not COS');
  const options: S3ClientOptions = clientOptions(location, { ...deps, env });
  expect(options.endpoint?.href).toBe('https://cos.ap-guangzhou.myqcloud.com/');
  const server = await rawServer((socket, request) => {
    const isSigned = request.headers.authorization === expectedAuthorization(request);
    socket.write(isSigned ? rawReply(200, { ETag: '"1"' }, '') : refusal(403, 'SignatureDoesNotMatch'));
  });
  const endpoint = new URL(`http://cos.ap-guangzhou.myqcloud.com:${server.port}`);
  const toLoopback: S3ClientOptions['lookup'] = (_, { all }, done) =>
    all === true ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);
  const sink = objectsSink({ ...options, endpoint, lookup: toLoopback, name: 'cos://lake', prefix: location.prefix });
  expect(await sink.send(outgoings(1), soon())).toEqual([null]);
  expect(server.requests[0]).toMatchObject({
    method: 'PUT',
    path: expect.stringMatching(/^\/data\/changes\/[\d-]+\/\d\d\/\w+-\w+\.ndjson$/),
    headers: { host: `lake-1250000000.cos.ap-guangzhou.myqcloud.com:${server.port}` },
  });
  await server.close();
});
