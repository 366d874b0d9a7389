// The sink in DynamoDB, through the real client of the SDK, against dynalite.
import {
  CreateTableCommand,
  DeleteTableCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { Sinks } from '../../../lib/sink';
import type { ObjectState } from '../../../lib/sink/sink';
import { type Dynamo, dynamoKeys, startDynamo } from '../../../testing/servers/dynamo';
import { rawReply, rawServer } from '../../../testing/servers/raw-s3';
import { deliverAll, metadataState, readState, removedState, sinksAt, unreadableState } from './states';

jest.setTimeout(60_000); // a busy machine

const { accessKeyId, secretAccessKey } = dynamoKeys;
const env = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
const base = { object: { S: 'photos/a.jpg' }, bucket: { S: 'photos' }, key: { S: 'a.jpg' } };

describe('a sink in DynamoDB', () => {
  let server: Dynamo;
  beforeAll(async () => {
    server = await startDynamo('images');
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    await server.client.send(new DeleteTableCommand({ TableName: 'images' })).catch(() => {});
    await createTable();
  });

  /** As docs/sinks.md shows it: indexes on `make` and `takenAt`. */
  async function createTable(): Promise<void> {
    const command = new CreateTableCommand({
      TableName: 'images',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['object', 'make', 'takenAt'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S' as const,
      })),
      KeySchema: [{ AttributeName: 'object', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'make-takenAt',
          KeySchema: [
            { AttributeName: 'make', KeyType: 'HASH' },
            { AttributeName: 'takenAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    });
    for (let round = 0; ; round++) {
      try {
        return void (await server.client.send(command));
      } catch (error) {
        // The table of the test before is still there for a moment.
        if ((error as Error).name !== 'ResourceInUseException' || round > 100) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  const open = (change = '', deps = {}): Sinks =>
    sinksAt([`dynamodb:images?columns=flat&region=us-east-1&endpoint=${server.endpoint.origin}${change}`], {
      env,
      ...deps,
    });

  async function itemOf(key: string) {
    const Key = { object: { S: `photos/${key}` } };
    return (await server.client.send(new GetItemCommand({ TableName: 'images', Key, ConsistentRead: true }))).Item;
  }

  test('an item has every member of the record as an attribute with its type', async () => {
    expect(await deliverAll(open(), [readState('a.jpg', 7)])).toEqual([null]);
    expect(await itemOf('a.jpg')).toEqual({
      ...base,
      order: { N: '7' },
      type: { S: 'read' },
      etag: { S: '"e1"' },
      size: { N: '1234' },
      lastModified: { S: '2026-11-03T10:00:00.000Z' },
      make: { S: 'Canon' },
      height: { N: '640' },
      orientation: { N: '6' },
      format: { S: 'jpeg' },
    });
  });

  test('an index on members of the record can be queried', async () => {
    const taken = (make: string, takenAt: string) => ({ make, takenAt, latitude: 47.5 });
    const states = [
      metadataState('a.jpg', 1, taken('Canon', '2026-03-01T10:00:00')),
      metadataState('b.jpg', 1, taken('Canon', '2026-05-01T10:00:00')),
      metadataState('c.jpg', 1, taken('Sony', '2026-05-02T10:00:00')),
      metadataState('d.jpg', 1, { make: '', takenAt: null }),
    ];
    expect(await deliverAll(open(), states)).toEqual([null, null, null, null]);
    const found = await server.client.send(
      new QueryCommand({
        TableName: 'images',
        IndexName: 'make-takenAt',
        KeyConditionExpression: 'make = :make AND takenAt >= :from',
        ExpressionAttributeValues: { ':make': { S: 'Canon' }, ':from': { S: '2026-04' } },
      }),
    );
    expect(found.Items?.map(({ key, latitude }) => [key?.S, latitude?.N])).toEqual([['b.jpg', '47.5']]);
  });

  test('a removed object is kept as a mark with a time to live, without its record', async () => {
    await deliverAll(open(), [readState('a.jpg', 1)]);
    expect(await deliverAll(open(), [removedState('a.jpg', 2)])).toEqual([null]);
    const item = await itemOf('a.jpg');
    expect(item).toEqual({ ...base, order: { N: '2' }, type: { S: 'removed' }, expires: { N: expect.any(String) } });
    const days = (Number(item?.['expires']?.N) - Date.now() / 1000) / 86_400;
    expect(days).toBeGreaterThan(14);
    expect(days).toBeLessThanOrEqual(15);
    await deliverAll(open(), [readState('a.jpg', 3)]);
    expect(await itemOf('a.jpg')).not.toHaveProperty('expires');
  });

  test('an object that cannot be read is kept with the reason', async () => {
    await deliverAll(open(), [readState('a.jpg', 1)]);
    expect(await deliverAll(open(), [unreadableState('a.jpg', 2)])).toEqual([null]);
    expect(await itemOf('a.jpg')).toEqual({
      ...base,
      order: { N: '2' },
      type: { S: 'unreadable' },
      code: { S: 'NotAnImage' },
    });
  });

  test('late and repeated messages leave the latest state, and are delivered', async () => {
    const states = [
      readState('a.jpg', 1),
      removedState('a.jpg', 2),
      unreadableState('a.jpg', 3),
      readState('a.jpg', 4),
    ];
    for (const order of permutations(states)) {
      const key = `${permuted++}.jpg`;
      for (const state of [...order, ...order]) {
        const { ref } = state.entry;
        const own = { ...state, entry: { ...state.entry, ref: { ...ref, key } } };
        expect(await deliverAll(open(), [own])).toEqual([null]);
      }
      expect(await itemOf(key)).toMatchObject({ order: { N: '4' }, type: { S: 'read' }, make: { S: 'Canon' } });
    }
  });
  let permuted = 0;

  test('of many writers at the same time the one with the greatest order stays', async () => {
    const sinks = Array.from({ length: 4 }, () => open());
    const orders = Array.from({ length: 80 }, (_, at) => ((at * 37) % 80) + 1);
    const results = await Promise.all(
      orders.map((order, at) => deliverAll(sinks[at % 4] as Sinks, [metadataState('a.jpg', order, { iso: order })])),
    );
    expect(results.flat().filter((result) => result !== null)).toEqual([]);
    expect(await itemOf('a.jpg')).toMatchObject({ order: { N: '80' }, iso: { N: '80' } });
  });

  test('one call has many items: each is put, and one that fails fails alone', async () => {
    const states = Array.from({ length: 60 }, (_, at) => readState(`${at}.jpg`, 1));
    const bad: ObjectState[] = [readState('k'.repeat(2048), 1), readState('\ud800', 1)];
    const results = await deliverAll(open(), [...states, ...bad]);
    expect(results.slice(0, 60)).toEqual(states.map(() => null));
    for (const result of results.slice(60)) expect(result).toMatch(/over 2,048 bytes or not valid Unicode/);
    for (const at of [0, 24, 25, 59]) expect(await itemOf(`${at}.jpg`)).toBeDefined();
  });

  test('values that DynamoDB cannot hold are left out, and every other one is right', async () => {
    const record = {
      ...{ tiny: 5e-324, small: 1.5e-7, huge: 1e300, long: 0.1 + 0.2, big: 9007199254740991, e21: 1e21 },
      ...{ no: false, nothing: null, empty: '', list: [1, null, '', 'a', [true]], deep: { far: null, '': 1, n: -0 } },
    };
    expect(await deliverAll(open(), [metadataState('a.jpg', 1, record)])).toEqual([null]);
    const item = await itemOf('a.jpg');
    const { tiny, small, long, big, e21, no, list, deep } = item ?? {};
    expect([tiny, small, long, big, e21].map((value) => Number(value?.N))).toEqual([
      0,
      1.5e-7,
      0.1 + 0.2,
      9007199254740991,
      1e21,
    ]);
    expect([no, list, deep]).toEqual([
      { BOOL: false },
      { L: [{ N: '1' }, { NULL: true }, { S: '' }, { S: 'a' }, { L: [{ BOOL: true }] }] },
      { M: { far: { NULL: true }, n: { N: '0' } } },
    ]);
    for (const name of ['huge', 'nothing', 'empty']) expect(item).not.toHaveProperty(name);
  });

  test('an item of the largest size is put; of a larger one the tags are left out, and then the record', async () => {
    const text = (length: number): string => 't'.repeat(length);
    const states = [
      metadataState('whole.jpg', 1, { title: text(390_000), make: 'Canon' }),
      metadataState('tags.jpg', 1, { title: text(390_000), make: 'Canon', tags: { a: text(20_000) } }),
      metadataState('numbers.jpg', 1, { make: 'Canon', tags: { a: Array.from({ length: 40_000 }, (_, at) => at) } }),
      metadataState('record.jpg', 1, { title: text(420_000), make: 'Canon', tags: { a: 1 } }),
    ];
    expect(await deliverAll(open(), states)).toEqual([null, null, null, null]);
    const items = await Promise.all(['whole', 'tags', 'numbers', 'record'].map((name) => itemOf(`${name}.jpg`)));
    expect(items.map((item) => [item?.['cut']?.S, item?.['make']?.S, item?.['etag']?.S])).toEqual([
      [undefined, 'Canon', '"e1"'],
      ['tags', 'Canon', '"e1"'],
      ['tags', 'Canon', '"e1"'],
      ['record', undefined, '"e1"'],
    ]);
  });

  test('a table that does not exist, and an index of another type, are named', async () => {
    const missing = sinksAt([`dynamodb:none?region=us-east-1&endpoint=${server.endpoint.origin}`], { env });
    expect(await deliverAll(missing, [readState('a.jpg', 1)])).toEqual([
      'Cannot send "photos/a.jpg" to dynamodb:none: ResourceNotFoundException',
    ]);
    expect(await deliverAll(open(), [metadataState('a.jpg', 1, { make: 7 })])).toEqual([
      'Cannot send "photos/a.jpg" to dynamodb:images: ValidationException',
    ]);
  });

  test('an item of another program without an order is replaced', async () => {
    const Item = { ...base, note: { S: 'mine' } };
    await server.client.send(new PutItemCommand({ TableName: 'images', Item }));
    expect(await deliverAll(open(), [removedState('a.jpg', 1)])).toEqual([null]);
    expect(await itemOf('a.jpg')).not.toHaveProperty('note');
  });
});

describe('a table that fails', () => {
  const error = (status: number, type: string) =>
    rawReply(
      status,
      { 'x-amz-crc32': null },
      JSON.stringify({ __type: `com.amazonaws.dynamodb#${type}`, message: 'secret' }),
    );
  const open = (endpoint: URL, deps = {}): Sinks =>
    sinksAt([`dynamodb:images?region=us-east-1&endpoint=${endpoint.origin}`], { env, ...deps });
  const fault = (reason: string): string => `Cannot send "photos/a.jpg" to dynamodb:images: ${reason}`;

  test.each([
    ['throttling', error(400, 'ProvisionedThroughputExceededException')],
    ['an error inside', error(500, 'InternalServerError')],
  ])('%s is tried again, and for good it is SinkFault', async (_name, refusal) => {
    let left = 1;
    const server = await rawServer((socket) =>
      socket.write(left-- > 0 ? refusal : rawReply(200, { 'x-amz-crc32': null }, '{}')),
    );
    expect(await deliverAll(open(server.endpoint), [readState('a.jpg', 1)])).toEqual([null]);
    left = 99;
    expect(await deliverAll(open(server.endpoint), [readState('a.jpg', 1)])).toEqual([
      expect.stringMatching(/: (ProvisionedThroughputExceededException|InternalServerError)$/),
    ]);
    await server.close();
  });

  test('one that never answers, and one that breaks the connection, are SinkFault', async () => {
    const silent = await rawServer(() => {});
    const short = { limits: { tryMs: 40 }, maxTries: 2 };
    expect(await deliverAll(open(silent.endpoint, short), [readState('a.jpg', 1)])).toEqual([fault('TimeoutError')]);
    await silent.close();
    const broken = await rawServer((socket) => socket.destroy());
    expect(await deliverAll(open(broken.endpoint), [readState('a.jpg', 1)])).toEqual([
      expect.stringMatching(/^Cannot send .*: [A-Za-z ]+$/),
    ]);
    await broken.close();
  });

  test('a put that an index refuses is tried without the texts that no index takes', async () => {
    let left = 1;
    const server = await rawServer((socket) =>
      socket.write(left-- > 0 ? error(400, 'ValidationException') : rawReply(200, { 'x-amz-crc32': null }, '{}')),
    );
    const state = metadataState('a.jpg', 1, { make: 'm'.repeat(1025), model: 'm'.repeat(1024) });
    expect(await deliverAll(open(server.endpoint), [state])).toEqual([null]);
    const { Item } = JSON.parse(new TextDecoder().decode(server.requests[1]?.body));
    expect(Item).toMatchObject({ cut: { S: 'texts' }, model: {}, order: { N: '1' } });
    expect(Item).not.toHaveProperty('make');
    left = 2;
    expect(await deliverAll(open(server.endpoint), [state])).toEqual([fault('ValidationException')]);
    await server.close();
  });

  test('a put has the condition that only a later state is left alone', async () => {
    const server = await rawServer((socket) => socket.write(rawReply(200, { 'x-amz-crc32': null }, '{}')));
    await deliverAll(open(server.endpoint), [readState('a.jpg', 8)]);
    expect(JSON.parse(new TextDecoder().decode(server.requests[0]?.body))).toMatchObject({
      ConditionExpression: 'attribute_not_exists(#order) OR #order <= :order',
      ExpressionAttributeNames: { '#order': 'order' },
      ExpressionAttributeValues: { ':order': { N: '8' } },
    });
    await server.close();
  });
});

function permutations<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length < 2) return [items];
  return items.flatMap((item, at) =>
    permutations([...items.slice(0, at), ...items.slice(at + 1)]).map((rest) => [item, ...rest]),
  );
}
