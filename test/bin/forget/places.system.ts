// Places that forget, over DynamoDB as dynalite plays it, a fake of S3 with annotations, and folders: also of keys that are only
// found in the content of an entry.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { type Forget, forgetAll, type Target } from '../../../bin/forget/engine';
import { openPlaces } from '../../../bin/forget/open';
import { readForgetOptions } from '../../../bin/forget/options';
import { openCache, parseCacheLocation } from '../../../lib/cache';
import { defaultLimits } from '../../../lib/limits';
import { openSinks, parseSinkLocation } from '../../../lib/sink';
import type { CacheEntry } from '../../../lib/types';
import { annotationS3 } from '../../../testing/servers/annotation-s3';
import { type Dynamo, dynamoKeys, startDynamo } from '../../../testing/servers/dynamo';
import { orderOf, recordEntry } from '../../lib/cache/entries';

jest.setTimeout(60_000); // a busy machine

const signal = AbortSignal.timeout(600_000);
const env = {
  AWS_ACCESS_KEY_ID: dynamoKeys.accessKeyId,
  AWS_SECRET_ACCESS_KEY: dynamoKeys.secretAccessKey,
  AWS_REGION: 'us-east-1',
};
const bucket = { bucketId: 's3://photos', bucket: 'photos' };
const deps = { region: 'us-east-1', env, limits: defaultLimits, maxTries: 2 };
const entryOf = (key: string): CacheEntry => recordEntry({ ...bucket, key }, orderOf('0a', 1));

async function forget(target: string, more: Readonly<Record<string, string>>) {
  const options = readForgetOptions([target], env);
  if (options === null) throw new Error('no options');
  const stop = new AbortController().signal;
  const { places, bucket: own } = openPlaces(options, { ...env, ...more }, stop);
  const notes: string[] = [];
  const given: Forget = {
    ...{ places, bucket: own, dryRun: false, stop },
    ...{ note: (line) => void notes.push(line), onKey: () => undefined },
  };
  const targets: readonly Target[] = options.targets;
  const isPrefix = targets.some(({ kind }) => kind === 'prefix');
  const costs = await Promise.all(
    places.flatMap((place) => (isPrefix && place.kind === 'open' ? [place.cost(signal)] : [])),
  );
  const { counts } = await forgetAll(targets, given);
  return { counts: [...counts.values()].map(({ removed, failed }) => [removed, failed]), notes, costs };
}

describe('DynamoDB', () => {
  let dynamo: Dynamo;
  beforeAll(async () => {
    dynamo = await startDynamo('cache');
    await dynamo.client.send(
      new CreateTableCommand({
        TableName: 'sink',
        AttributeDefinitions: [{ AttributeName: 'object', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'object', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
  });
  afterAll(() => dynamo.close());

  test('a prefix in the cache and in the table of a sink, and nothing of other keys and buckets', async () => {
    const [atCache, atSink] = ['dynamodb://cache', 'dynamodb:sink'].map(
      (text) => `${text}?endpoint=${dynamo.endpoint.origin}`,
    );
    const cache = openCache(parseCacheLocation(atCache ?? ''), deps);
    const sinks = openSinks([parseSinkLocation(atSink ?? '')], 'flat', { ...deps, secret: null, allowPrivate: false });
    for (const key of ['a/1', 'a/2', 'b']) {
      await cache.put(entryOf(key), null, signal);
      await sinks.deliver({ entry: entryOf(key), failure: null, metadata: null }, signal);
    }
    const other = { ...entryOf('a/1'), ref: { ...bucket, bucket: 'photos2', key: 'a/1' } };
    await cache.put(other, null, signal);
    const { counts, notes, costs } = await forget('s3://photos/a/', {
      EXIF_CACHE: atCache ?? '',
      EXIF_SINK: atSink ?? '',
    });
    expect({ counts, notes }).toEqual({
      counts: [
        [2, 0],
        [2, 0],
      ],
      notes: [],
    });
    expect(costs[0]).toMatch(/^cache dynamodb:\/\/cache: DynamoDB finds a prefix only by reading the whole table/);
    for (const key of ['a/1', 'a/2', 'b']) {
      const kind = key === 'b' ? 'record' : 'gone';
      expect((await cache.get({ ...bucket, key }, signal)).entry).toMatchObject({ content: { kind } });
      const Key = { object: { S: `photos/${key}` } };
      const { Item } = await dynamo.client.send(new GetItemCommand({ TableName: 'sink', Key }));
      expect(Item?.['type']).toEqual({ S: key === 'b' ? 'read' : 'removed' });
      if (key !== 'b')
        expect(Object.keys(Item ?? {}).sort()).toEqual(['bucket', 'expires', 'key', 'object', 'order', 'type']);
    }
    expect((await cache.get(other.ref, signal)).entry).toMatchObject({ content: { kind: 'record' } });
    const again = await forget('s3://photos/a/1', { EXIF_CACHE: atCache ?? '', EXIF_SINK: atSink ?? '' });
    expect(again.counts).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  test('a table that does not exist is a failure that names it', async () => {
    const at = `dynamodb://nothere?endpoint=${dynamo.endpoint.origin}`;
    const { counts, notes } = await forget('s3://photos/a', { EXIF_CACHE: at });
    expect(counts).toEqual([[0, 1]]);
    expect(notes[0]).toMatch(/^cache dynamodb:\/\/nothere: .*ResourceNotFoundException/);
  });
});

test('a folder: entries of long keys and of other buckets are told apart by their content', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'forget-'));
  const cache = openCache(parseCacheLocation(`directory:${folder}`), deps);
  const keys = ['a/1', `a/${'long'.repeat(200)}`, 'a/"quoted" \\ ü', 'b'];
  for (const key of keys) await cache.put(entryOf(key), null, signal);
  expect((await forget('s3://photos/a/', { EXIF_CACHE: `directory:${folder}` })).counts).toEqual([[3, 0]]);
  expect((await cache.get({ ...bucket, key: 'b' }, signal)).entry).toMatchObject({ content: { kind: 'record' } });
  rmSync(folder, { recursive: true });
});

test('a store that ignores the parameter of annotations loses no object', async () => {
  const store = await annotationS3();
  store.putObject('a.jpg', Uint8Array.of(1, 2, 3));
  const asked: string[] = [];
  store.before.answer = ({ method, query }) => {
    asked.push(method);
    return query.has('annotation') ? { status: 200, headers: {}, body: 'bytes of the object' } : null;
  };
  const settings = { EXIF_CACHE: 'annotation:?emulator=1' };
  const { counts, notes } = await forget(`s3://photos/a.jpg?endpoint=${store.endpoint}`, settings);
  await store.close();
  expect(counts).toEqual([[0, 1]]);
  expect(notes[0]).toContain('would delete the object. Nothing was deleted');
  expect(asked).not.toContain('DELETE');
});
