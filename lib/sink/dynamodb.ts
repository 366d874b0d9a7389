// A sink in a table of DynamoDB: one item for each object, with the latest state of it. lib/sink/item.ts says what it has.
import { setMaxListeners } from 'node:events';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ifMissing } from '../io/optional-package';
import { awsPlaceOf, clientConfig, nameOfError } from '../s3/aws-client';
import { callReason, sendWith, sinkFault } from './aws-batch';
import { type Item, itemOf, withoutLongTexts } from './item';
import type { TableLocation } from './location';
import type { Sink, SinkDeps } from './sink';

/** Items that are put at the same time: no call of DynamoDB puts several items on a condition each without twice the price. */
const maxPuts = 25;
/** Bytes of the text of a message, which is not sent: the answers of all styles are shorter. */
const messageBytes = 1024 * 1024;

/** Needs `dynamodb:PutItem`. Throws ProblemError ConfigInvalid when no region is known. */
export function dynamoSink({ table, ...location }: TableLocation, deps: SinkDeps, now = () => new Date()): Sink {
  const name = `dynamodb:${table}`;
  const place = awsPlaceOf(name, location, deps);
  return {
    name,
    limits: { messages: maxPuts, messageBytes, callBytes: maxPuts * messageBytes },
    send: sendWith(open, (opened, messages, { abortSignal }) => {
      setMaxListeners(0, abortSignal); // every put listens
      return Promise.all(messages.map(({ message }) => put(opened, itemOf(message, now()), abortSignal)));
    }),
  };

  async function open() {
    const sdk = await import('@aws-sdk/client-dynamodb').catch(
      ifMissing('@aws-sdk/client-dynamodb', 'A sink in DynamoDB', sinkFault),
    );
    return { sdk, client: new sdk.DynamoDBClient(clientConfig(place)), table };
  }
}

type Table = Readonly<{ sdk: typeof import('@aws-sdk/client-dynamodb'); client: DynamoDBClient; table: string }>;

/** Null when the table has the item or a later one; otherwise why not. */
async function put(table: Table, item: Item | null, signal: AbortSignal): Promise<string | null> {
  if (item === null) return 'an item cannot have the key bucket/key: it is over 2,048 bytes or not valid Unicode';
  try {
    await putItem(table, item, signal);
    return null;
  } catch (error) {
    const name = nameOfError(error);
    if (name === 'ConditionalCheckFailedException') return null;
    const shorter = name === 'ValidationException' ? withoutLongTexts(item) : null;
    return shorter === null ? callReason(error, signal) : put(table, shorter, signal);
  }
}

/** Puts an item unless the table has one with a greater order. */
async function putItem({ sdk, client, table }: Table, item: Item, signal: AbortSignal): Promise<void> {
  const command = new sdk.PutItemCommand({
    TableName: table,
    Item: item,
    ConditionExpression: 'attribute_not_exists(#order) OR #order <= :order',
    ExpressionAttributeNames: { '#order': 'order' },
    ExpressionAttributeValues: { ':order': item['order'] ?? { N: '0' } },
  });
  await client.send(command, { abortSignal: signal });
}
