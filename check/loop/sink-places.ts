// The sinks of the loop: where each is, and what it has of each object. To add one, add its opening to `openPlaces`.
import { text } from 'node:stream/consumers';
import { type AttributeValue, paginateScan } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { itemOf } from '../../lib/sink/item';
import type { SinkMessage } from '../../lib/sink/sink';
import type { Env } from '../../lib/types';
import { startDynamo } from '../../testing/servers/dynamo';
import { listKeys } from '../../testing/servers/notifying-store';
import { openDataset } from './dataset-place';
import type { SinkPlace, SinkState } from './sink-place';

/** Opens all sinks of the loop. */
export async function openPlaces(client: S3Client, port: number, env: Env): Promise<readonly SinkPlace[]> {
  return [await openTable(), await openChanges(client, port), await openDataset(client, port, env)];
}

/** Members of a message, and attributes of an item, that a later read of the same version may give otherwise. */
const changing = ['id', 'order', 'lastModified'] as const;

function without(object: Readonly<Record<string, unknown>>, names: readonly string[]): unknown {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

/** The columns of a table in DynamoDB. */
async function openTable(): Promise<SinkPlace> {
  const dynamo = await startDynamo('exif');
  const formOf = (item: Readonly<Record<string, AttributeValue>>): unknown => without(item, changing);
  return {
    name: 'DynamoDB',
    location: `dynamodb:exif?region=us-east-1&endpoint=${dynamo.endpoint.origin}`,
    async states() {
      const states = new Map<string, SinkState>();
      for await (const { Items = [] } of paginateScan({ client: dynamo.client }, { TableName: 'exif' })) {
        for (const item of Items) {
          const isGone = item['type']?.S === 'removed';
          states.set(item['key']?.S ?? '', { form: isGone ? null : formOf(item) });
        }
      }
      return states;
    },
    formOf: (message) => formOf(itemOf(message, new Date()) ?? {}),
    close: () => dynamo.close(),
  };
}

const changes = 'changes';

/** The messages in a bucket, as a reader of all of them sees them: of each object the one with the greatest order counts. */
async function openChanges(client: S3Client, port: number): Promise<SinkPlace> {
  await client.send(new CreateBucketCommand({ Bucket: changes }));
  const formOf = (message: SinkMessage): unknown => without(message, changing);
  return {
    name: 'S3',
    location: `s3://${changes}/photos?region=us-east-1&endpoint=http://127.0.0.1:${port}&style=path`,
    async states() {
      const latest = new Map<string, SinkMessage>();
      for (const Key of await listKeys(client, changes)) {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: changes, Key }));
        const lines = (await text(Body as NodeJS.ReadableStream)).trimEnd().split('\n');
        for (const message of lines.map((line) => JSON.parse(line) as SinkMessage)) {
          if (message.order >= (latest.get(message.key)?.order ?? 0)) latest.set(message.key, message);
        }
      }
      const stateOf = (message: SinkMessage) => ({ form: message.type === 'removed' ? null : formOf(message) });
      return new Map([...latest].map(([key, message]) => [key, stateOf(message)]));
    },
    formOf,
    close: async () => undefined,
  };
}
