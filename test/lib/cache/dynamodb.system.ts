// lib/cache/dynamodb against dynalite: the contract of caches, and how items are stored.
import { gunzipSync, gzipSync } from 'node:zlib';
import { DeleteItemCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type DynamoOptions, dynamoCache } from '../../../lib/cache/dynamodb';
import { encodeEntry } from '../../../lib/cache/envelope';
import type { CacheEntry, ExifCache, TagEntry } from '../../../lib/types';
import { type OrderedCache, ordered } from '../../../testing/fakes/ordered-cache';
import { type Dynamo, dynamoKeys, startDynamo } from '../../../testing/servers/dynamo';
import { rawReply, rawServer } from '../../../testing/servers/raw-s3';
import { problemOf, soon } from '../bucket/contract';
import { type CacheStore, cacheContract } from './contract';
import { goneEntry, orderOf, recordEntry, recordOf, refTo } from './entries';

jest.setTimeout(30_000); // a busy machine

cacheContract('DynamoDB over dynalite', openDynamo);

async function openDynamo(): Promise<CacheStore> {
  const server = await startDynamo('exif');
  const options: DynamoOptions = {
    table: 'exif',
    region: 'us-east-1',
    endpoint: server.endpoint,
    credentials: async () => dynamoKeys,
    tryMs: 1000,
    maxTries: 2,
    days: null,
  };
  return {
    cache: dynamoCache(options),
    async edit({ bucket, key }, change) {
      const Key = { object: { S: `${bucket}/${key}` } };
      const { Item } = await server.client.send(new GetItemCommand({ TableName: 'exif', Key, ConsistentRead: true }));
      const held = Item?.['entry']?.B ?? new TextEncoder().encode(Item?.['entry']?.S);
      // An empty binary is refused; as text it is allowed.
      const changed = change(held);
      const entry = Item?.['entry']?.B === undefined ? { S: new TextDecoder().decode(changed) } : { B: changed };
      await server.client.send(new PutItemCommand({ TableName: 'exif', Item: { ...Item, ...Key, entry } }));
    },
    unreachable: dynamoCache({ ...options, endpoint: new URL('http://127.0.0.1:1') }),
    close: () => server.close(),
  };
}

const ref = refTo('a.jpg');
const Key = { object: { S: 'photos/a.jpg' } };
const now = new Date('2026-11-03T10:00:00.900Z');
const seconds = Math.floor(now.getTime() / 1000);

/** An entry with a value of `length` bytes that do not compress. */
function longEntry(length: number): CacheEntry {
  let state = 1;
  const value = Uint8Array.from({ length }, () => {
    state = (state * 48_271) % 0x7fffffff;
    return state >> 8;
  });
  const tag: TagEntry = { ifd: 'IFD0', tag: 1, type: 7, count: length, offset: 0, value };
  const entry = recordEntry(ref, orderOf('0a', 1));
  return { ...entry, content: { kind: 'record', record: recordOf([tag]) } };
}

describe('a cache in DynamoDB', () => {
  let server: Dynamo;
  beforeAll(async () => {
    server = await startDynamo('exif');
  });
  afterAll(() => server.close());
  beforeEach(() => server.client.send(new DeleteItemCommand({ TableName: 'exif', Key })));

  const open = (change: Partial<DynamoOptions> = {}): OrderedCache => ordered(openRaw(change));

  function openRaw(change: Partial<DynamoOptions> = {}): ExifCache {
    return dynamoCache({
      table: 'exif',
      region: 'us-east-1',
      endpoint: server.endpoint,
      credentials: async () => dynamoKeys,
      tryMs: 1000,
      maxTries: 2,
      days: null,
      now: () => now,
      ...change,
    });
  }

  async function item() {
    return (await server.client.send(new GetItemCommand({ TableName: 'exif', Key, ConsistentRead: true }))).Item;
  }

  test('an item holds the entry, the stamp of its put and when it ends', async () => {
    const gone = goneEntry(ref, orderOf('0AB', 1.5));
    await open({ days: 3 }).put(gone, soon());
    expect(await item()).toEqual({
      ...Key,
      entry: { S: encodeEntry(gone) },
      stamp: { S: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      expires: { N: String(seconds + 15 * 86_400) },
    });
    const record = recordEntry(ref, orderOf(null, null));
    await server.client.send(new DeleteItemCommand({ TableName: 'exif', Key }));
    await open({ days: 3 }).put(record, soon());
    expect(await item()).toEqual({
      ...Key,
      entry: { S: encodeEntry(record) },
      stamp: { S: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      expires: { N: String(seconds + 3 * 86_400) },
    });
    await open().put(record, soon());
    expect(await item()).not.toHaveProperty('expires');
  });

  test('a long entry is compressed; one that does not fit into an item is not kept, and the earlier one is removed', async () => {
    const cache = open();
    const long = longEntry(200_000);
    expect(await cache.put(long, soon())).toBe(true);
    expect(gunzipSync((await item())?.['entry']?.B ?? new Uint8Array(0)).toString()).toBe(encodeEntry(long));
    expect(await cache.get(ref, soon())).toEqual(long);
    const values = [200_000, 250_000].flatMap((length) => {
      const { content } = longEntry(length);
      return content.kind === 'record' ? (content.record.document?.entries ?? []) : [];
    });
    const content = { kind: 'record', record: recordOf(values) } as const;
    expect(await cache.put({ ...long, order: orderOf('0b', 2), content }, soon())).toBe(false);
    expect(await cache.get(ref, soon())).toMatchObject({ revision: '', order: orderOf('0b', 2) });
    expect(await cache.put(long, soon())).toBe(false);
  });

  test('data that inflates without end is not an entry', async () => {
    const bomb = gzipSync(new Uint8Array(50_000_000));
    const Item = { ...Key, entry: { B: bomb }, format: { N: '1' } };
    await server.client.send(new PutItemCommand({ TableName: 'exif', Item }));
    expect(await open().get(ref, soon())).toBeNull();
    for (const entry of [{ N: '1' }, { B: Uint8Array.of(1, 2) }, { L: [] }]) {
      await server.client.send(new PutItemCommand({ TableName: 'exif', Item: { ...Item, entry } }));
      expect(await open().get(ref, soon())).toBeNull();
    }
  });

  test('an item without an entry, or of another format, is replaced whatever its rank', async () => {
    const rank = { sequencer: { S: 'f'.repeat(64) }, second: { N: '99999999999' } };
    const earlier = goneEntry(ref, orderOf('01', 1));
    for (const held of [{ format: { N: '1' } }, { format: { N: '2' }, entry: { S: 'x' } }, {}]) {
      await server.client.send(new PutItemCommand({ TableName: 'exif', Item: { ...Key, ...rank, ...held } }));
      expect(await open().put(earlier, soon())).toBe(true);
      expect(await open().get(ref, soon())).toEqual(earlier);
    }
  });

  test('an item of an earlier version, without a stamp, is found, and replaced once', async () => {
    const cache = openRaw();
    const earlier = recordEntry(ref, orderOf('0a', 1));
    const Item = { ...Key, entry: { S: encodeEntry(earlier) ?? '' }, format: { N: '1' }, second: { N: '1' } };
    await server.client.send(new PutItemCommand({ TableName: 'exif', Item }));
    const { entry, version } = await cache.get(ref, soon());
    expect(entry).toEqual(earlier);
    const puts = [1, 2].map((n) => cache.put(goneEntry(ref, orderOf('01', n), `put ${n}`), version, soon()));
    expect((await Promise.all(puts)).sort()).toEqual(['conflict', 'kept']);
    expect(await cache.put(earlier, null, soon())).toBe('conflict');
    expect((await item())?.['stamp']).toBeDefined();
  });

  test('a key that no item can have is never kept', async () => {
    const cache = open();
    for (const name of ['\ud800', 'k'.repeat(2048)]) {
      expect(await cache.put(goneEntry(refTo(name), orderOf('01', 1)), soon())).toBe(false);
      expect(await cache.get(refTo(name), soon())).toBeNull();
    }
  });

  test('credentials are asked for at each request, with their token', async () => {
    let asked = 0;
    const credentials = async () => ({ ...dynamoKeys, sessionToken: `token ${asked++}` });
    const cache = open({ credentials });
    for (let round = 0; round < 3; round++) await cache.get(ref, soon());
    expect(asked).toBeGreaterThanOrEqual(3);
  });

  test('credentials that cannot be had once are asked for again', async () => {
    let fails = true;
    const credentials = async () => (fails ? Promise.reject(new Error('SECRET')) : dynamoKeys);
    const cache = open({ credentials });
    const error = await cache.get(ref, soon()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'CacheFault', message: 'Cannot look up "photos/a.jpg" in the cache: Error' });
    expect((error as Error).cause).toBeUndefined();
    fails = false;
    expect(await cache.get(ref, soon())).toBeNull();
  });

  test('a missing table is CacheFault that names the reason', async () => {
    await expect(open({ table: 'none' }).get(ref, soon())).rejects.toThrow(
      'Cannot look up "photos/a.jpg" in the cache: ResourceNotFoundException',
    );
  });

  test('a store that never answers is CacheFault in time: of a try, and of the caller', async () => {
    const silent = await rawServer(() => {});
    expect(await problemOf(open({ endpoint: silent.endpoint, tryMs: 40 }).get(ref, soon(60_000)))).toBe('CacheFault');
    const patient = open({ endpoint: silent.endpoint, tryMs: 60_000 });
    expect(await problemOf(patient.get(ref, AbortSignal.timeout(40)))).toBe('CacheFault');
    await silent.close();
  });

  test('one request reads, consistently, and one writes', async () => {
    const recorder = await rawServer((socket) => socket.write(rawReply(200, { 'x-amz-crc32': null }, '{}')));
    const cache = openRaw({ endpoint: recorder.endpoint });
    await cache.get(ref, soon());
    await cache.put(goneEntry(ref, orderOf('01', 1)), 'version-1', soon());
    expect(recorder.requests.map(({ headers }) => headers['x-amz-target'])).toEqual([
      'DynamoDB_20120810.GetItem',
      'DynamoDB_20120810.PutItem',
    ]);
    const body = (at: number) => JSON.parse(new TextDecoder().decode(recorder.requests[at]?.body));
    expect(body(0)).toMatchObject({ ConsistentRead: true, Key });
    expect(body(1)).toMatchObject({
      ConditionExpression: '#stamp = :stamp',
      ExpressionAttributeValues: { ':stamp': { S: 'version-1' } },
    });
    await recorder.close();
  });
});
