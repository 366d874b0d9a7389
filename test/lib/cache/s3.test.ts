// How lib/cache/s3 talks to a store.
import { encodeEntry, maxEntryBytes } from '../../../lib/cache/envelope';
import { objectKey, type S3CacheOptions, s3Cache } from '../../../lib/cache/s3';
import type { CacheEntry, ExifCache } from '../../../lib/types';
import { fakeKeys, fakeS3 } from '../../../testing/servers/fake-s3';
import {
  type RawReply,
  type RawRequest,
  type RawServer,
  rawReply,
  rawServer,
  refusal,
} from '../../../testing/servers/raw-s3';
import { problemOf, soon } from '../bucket/contract';
import { goneEntry, orderOf, recordEntry, refTo } from './entries';

jest.setTimeout(30_000); // a busy machine

const ref = refTo('a.jpg');
const key = 'exif/photos/a.jpg.json';
const entryAt = (sequencer: string): CacheEntry => recordEntry(ref, orderOf(sequencer, 1), sequencer);

describe('a cache in a bucket', () => {
  let server: RawServer;
  let objects: Map<string, Uint8Array>;
  /** Answers in place of the store, when it answers at all. */
  let before: (request: RawRequest) => Buffer | null;
  beforeEach(async () => {
    objects = new Map();
    before = () => null;
    const store = fakeS3('cache', objects);
    const reply: RawReply = (socket, request) => {
      const instead = before(request);
      if (instead === null) store(socket, request);
      else socket.write(instead);
    };
    server = await rawServer(reply);
  });
  afterEach(() => server.close());

  function open(change: Partial<S3CacheOptions> = {}): ExifCache {
    return s3Cache({
      bucket: 'cache',
      prefix: 'exif',
      endpoint: server.endpoint,
      region: 'us-east-1',
      pathStyle: true,
      credentials: async () => fakeKeys,
      tryMs: 1000,
      maxTries: 3,
      sleep: async () => {},
      ...change,
    });
  }

  /** Puts over what is looked up; the version of that. */
  async function put(cache: ExifCache, sequencer: string): Promise<string | null> {
    const { version } = await cache.get(ref, soon());
    expect(await cache.put(entryAt(sequencer), version, soon())).toBe('kept');
    return version;
  }

  /** Method and condition of each request. */
  const told = () =>
    server.requests.map(({ method, headers }) => {
      const condition = ['if-match', 'if-none-match'].filter((name) => headers[name] !== undefined);
      return [method, ...condition].join(' ');
    });

  test('one GET looks up, and one PUT puts, under the condition that nothing changed', async () => {
    const cache = open();
    const versions = [await put(cache, '01'), await put(cache, '02')];
    expect(told()).toEqual(['GET', 'PUT if-none-match', 'GET', 'PUT if-match']);
    expect(server.requests.map(({ path }) => path)).toEqual(Array<string>(4).fill(`/cache/${key}`));
    expect(server.requests[0]?.headers.range).toBeUndefined();
    expect([...objects.keys()]).toEqual([key]);
    expect(versions[0]).toBeNull();
    expect(versions[1]).toMatch(/^"[0-9a-f]{32}"$/);
  });

  test('an entry that is put again is another version: its ETag is a hash of what is stored', async () => {
    const cache = open();
    await put(cache, '01');
    const { version } = await cache.get(ref, soon());
    await put(cache, '01');
    expect((await cache.get(ref, soon())).version).not.toBe(version);
    expect(await cache.put(entryAt('02'), version, soon())).toBe('conflict');
  });

  test('a PUT that is refused although nothing changed is sent again; after a change it is a conflict', async () => {
    const cache = open();
    for (const other of ['09', null]) {
      objects.clear();
      await put(cache, '01');
      const { version } = await cache.get(ref, soon());
      let puts = 0;
      before = ({ method }) => {
        if (method !== 'PUT' || puts++ > 0) return null;
        if (other !== null) objects.set(key, new TextEncoder().encode(encodeEntry(entryAt(other)) ?? ''));
        return refusal(409, 'ConditionalRequestConflict');
      };
      expect(await cache.put(entryAt('05'), version, soon())).toBe(other === null ? 'kept' : 'conflict');
      before = () => null;
      expect((await cache.get(ref, soon())).entry?.revision).toBe(other ?? '05');
    }
  });

  test.each([
    [412, 'PreconditionFailed'],
    [409, 'ConditionalRequestConflict'],
    [404, 'NoSuchKey'],
  ])('refused each time (%p) although nothing changed is CacheFault after three', async (status, code) => {
    before = ({ method }) => (method === 'PUT' ? refusal(status, code) : null);
    await expect(open().put(entryAt('01'), null, soon())).rejects.toMatchObject({
      code: 'CacheFault',
      message: 'Cannot cache "photos/a.jpg": the store refused it 3 times, although nothing changed',
    });
    expect(told()).toEqual(['PUT if-none-match', 'GET', 'PUT if-none-match', 'GET', 'PUT if-none-match']);
  });

  test.each([
    [501, 'NotImplemented'],
    [400, 'InvalidArgument'],
  ])('a store without conditions (%p) gets PUTs without them from then on', async (status, code) => {
    before = ({ method, headers }) => {
      const conditional = headers['if-match'] ?? headers['if-none-match'];
      return method === 'PUT' && conditional !== undefined ? refusal(status, code) : null;
    };
    const warnings: string[] = [];
    const cache = open({ warn: (note) => void warnings.push(note) });
    expect(await cache.put(entryAt('01'), null, soon())).toBe('kept');
    const { version } = await cache.get(ref, soon());
    expect(await cache.put(entryAt('02'), version, soon())).toBe('kept');
    expect(warnings).toEqual([expect.stringMatching(/^The store of the cache refused a conditional PUT/)]);
    // The version is compared by a GET just before the PUT.
    expect(await cache.put(entryAt('03'), version, soon())).toBe('conflict');
    expect(await cache.put(entryAt('03'), null, soon())).toBe('conflict');
    expect(told()).toEqual(['PUT if-none-match', 'GET', 'PUT', 'GET', 'GET', 'PUT', 'GET', 'GET']);
    expect((await cache.get(ref, soon())).entry?.revision).toBe('02');
  });

  test('a store that stalls once is asked again, with the condition', async () => {
    let stalls = 1;
    before = ({ method }) => (method === 'PUT' && stalls-- > 0 ? refusal(400, 'RequestTimeout') : null);
    const cache = open();
    expect(await cache.put(entryAt('01'), null, soon())).toBe('kept');
    expect(told()).toEqual(['PUT if-none-match', 'PUT if-none-match']);
  });

  test('a store that compares tags without their quotes is given them so, and that is remembered', async () => {
    const cache = open();
    await put(cache, '01');
    before = ({ method, headers }) =>
      method === 'PUT' && headers['if-match']?.startsWith('"') === true ? refusal(412, 'PreconditionFailed') : null;
    const store = fakeS3('cache', objects);
    await server.close();
    server = await rawServer((socket, request) => {
      const bare = request.headers['if-match'];
      const quoted = bare === undefined ? {} : { 'if-match': `"${bare}"` };
      const instead = before(request);
      if (instead === null) store(socket, { ...request, headers: { ...request.headers, ...quoted } });
      else socket.write(instead);
    });
    const bare = open();
    for (const sequencer of ['02', '03']) await put(bare, sequencer);
    expect(told()).toEqual(['GET', 'PUT if-match', 'GET', 'PUT if-match', 'GET', 'PUT if-match']);
    expect((await bare.get(ref, soon())).entry?.revision).toBe('03');
    expect(await bare.put(entryAt('04'), '"00000000000000000000000000000000"', soon())).toBe('conflict');
  });

  test('a store that refuses every PUT gives CacheFault, and does not count as a store without conditions', async () => {
    before = ({ method }) => (method === 'PUT' ? refusal(400, 'InvalidRequest') : null);
    const warn = jest.fn();
    const cache = open({ warn });
    await expect(cache.put(entryAt('01'), null, soon())).rejects.toThrow('the store answered 400 InvalidRequest');
    expect(warn).not.toHaveBeenCalled();
    before = () => null;
    await put(cache, '01');
    expect(told().at(-1)).toBe('PUT if-none-match');
  });

  test('a store without a tag to compare with is compared by content, then written to without condition', async () => {
    const cache = open();
    await put(cache, '01');
    before = ({ method }) => (method === 'GET' ? rawReply(200, { ETag: 'W/"weak"' }, objects.get(key) ?? '') : null);
    const { version } = await cache.get(ref, soon());
    expect(await cache.put(entryAt('02'), version, soon())).toBe('kept');
    expect(await cache.put(entryAt('03'), version, soon())).toBe('conflict');
    before = () => null;
    expect(told().slice(2)).toEqual(['GET', 'GET', 'PUT', 'GET']);
    expect((await cache.get(ref, soon())).entry?.revision).toBe('02');
  });

  test('for COS each PUT follows a GET, and forbids replacing an object that must not exist', async () => {
    const cache = open({ cos: true });
    await put(cache, '01');
    await put(cache, '02');
    expect(told()).toEqual(['GET', 'GET', 'PUT if-none-match', 'GET', 'GET', 'PUT if-match']);
    expect(server.requests.map(({ headers }) => headers['x-cos-forbid-overwrite'])).toEqual([
      undefined,
      undefined,
      'true',
      undefined,
      undefined,
      undefined,
    ]);
    // A header of the protocol is signed, so that no one on the way can take it out.
    expect(server.requests[2]?.headers['authorization']).toMatch(/SignedHeaders=[a-z0-9;-]*;x-cos-forbid-overwrite,/);
    expect(await cache.put(entryAt('03'), null, soon())).toBe('conflict');
    objects.clear();
    before = ({ method }) => {
      if (method !== 'PUT') return null;
      objects.set(key, new TextEncoder().encode(encodeEntry(entryAt('09')) ?? ''));
      return refusal(409, 'FileAlreadyExists');
    };
    expect(await cache.put(entryAt('03'), null, soon())).toBe('conflict');
  });

  test('of what is too long no more is read than shows that', async () => {
    const cache = open();
    before = () => rawReply(200, { ETag: '"x"', 'Content-Length': 10 ** 12 }, new Uint8Array(maxEntryBytes + 100_000));
    expect(await cache.get(ref, soon())).toEqual({ entry: null, version: '"x"' });
    before = () => rawReply(200, { ETag: '"x"', 'Content-Length': null }, new Uint8Array(maxEntryBytes + 100_000));
    expect(await cache.get(ref, soon())).toEqual({ entry: null, version: '"x"' });
  });

  test.each([
    ['a missing bucket', () => refusal(404, 'NoSuchBucket')],
    ['a refusal', () => refusal(403, 'AccessDenied')],
    ['a redirect', () => refusal(301, 'PermanentRedirect', { Location: 'http://127.0.0.1:9/' })],
    ['a failure at each try', () => refusal(503, 'SlowDown')],
    ['half an entry at each try', () => rawReply(200, { 'Content-Length': 5 }, 'abc\0\0').subarray(0, -2)],
  ] as const)('%s is CacheFault, and its message contains no secret', async (_, reply) => {
    before = reply;
    const cache = open({ tryMs: 100, maxTries: 2 });
    for (const work of [cache.get(ref, soon()), cache.put(entryAt('01'), null, soon())]) {
      expect(await problemOf(work)).toBe('CacheFault');
      await expect(work).rejects.toThrow(/^Cannot (read|write) "exif\/photos\/a.jpg.json" of the cache: /);
      await expect(work).rejects.not.toThrow(/FAKEKEY|secret|Signature/);
    }
  });

  test('a passing failure is tried again, also of a PUT', async () => {
    const failed = new Set<string>();
    before = ({ method }) => {
      if (failed.has(method)) return null;
      failed.add(method);
      return refusal(500, 'InternalError');
    };
    await put(open(), '01');
    expect(told()).toEqual(['GET', 'GET', 'PUT if-none-match', 'PUT if-none-match']);
  });

  test('a PUT whose reply is lost ends as if the reply had arrived', async () => {
    let lost = 0;
    before = (request) => {
      if (request.method !== 'PUT' || lost++ > 0) return null;
      objects.set(key, request.body ?? new Uint8Array(0));
      return refusal(500, 'InternalError');
    };
    expect(await open().put(entryAt('01'), null, soon())).toBe('kept');
    expect(told()).toEqual(['PUT if-none-match', 'PUT if-none-match', 'GET']);
  });

  test('a store that never answers is CacheFault when the caller’s time is over', async () => {
    before = () => Buffer.alloc(0);
    expect(await problemOf(open({ tryMs: 60_000 }).put(entryAt('01'), null, AbortSignal.timeout(50)))).toBe(
      'CacheFault',
    );
  });

  test('wrong keys are CacheFault', async () => {
    const credentials = async () => ({ ...fakeKeys, secretAccessKey: 'WRONG' });
    await expect(open({ credentials }).put(goneEntry(ref, orderOf(null, 1)), null, soon())).rejects.toMatchObject({
      code: 'CacheFault',
      message: 'Cannot write "exif/photos/a.jpg.json" of the cache: the store answered 403 SignatureDoesNotMatch',
    });
  });
});

describe('the key of an entry', () => {
  const hash = /^exif\/photos\/~[0-9a-f]{64}\.json$/;
  test.each([
    ['a/b.jpg', 'exif/photos/a/b.jpg.json'],
    ['/a//b/', 'exif/photos//a//b/.json'],
    ['a%2F+b', 'exif/photos/a%2F+b.json'],
    ['', 'exif/photos/.json'],
    ['../b', 'exif/photos/../b.json'],
    ['../../../b', hash],
    ['k'.repeat(1007), `exif/photos/${'k'.repeat(1007)}.json`],
    ['k'.repeat(1008), hash],
    ['é'.repeat(504), hash],
    ['\ud800', hash],
  ] as const)('of %j', (name, expected) => {
    if (typeof expected === 'string') expect(objectKey('exif', refTo(name))).toBe(expected);
    else expect(objectKey('exif', refTo(name))).toMatch(expected);
  });

  test('without a prefix', () => {
    expect(objectKey('', refTo('a'))).toBe('photos/a.json');
  });
});
