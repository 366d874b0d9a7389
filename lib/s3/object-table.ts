// Reads a table of DynamoDB that has one item for each object, with the partition key `object`, `<bucket>/<key>`. A cache and a
// sink have such a table. For `bucket-exif forget`: a deployment only puts and gets.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { ifMissing } from '../io/optional-package';
import { ProblemError } from '../problem';
import type { Env } from '../types';
import { awsPlaceOf, clientConfig, nameOfError, openOnce } from './aws-client';

export type TableItem = Readonly<Record<string, AttributeValue>>;

/** Where a table is. `region` null = that of the environment; `endpoint` null = AWS. */
export type TablePlace = Readonly<{ table: string; region: string | null; endpoint: URL | null }>;

/** What is known about the size of a table: AWS counts about every six hours. */
export type TableSize = Readonly<{ items: number; bytes: number }>;

export type ObjectTable = Readonly<{
  /** The attributes of an item; null when there is none. */
  get(object: string, attributes: readonly string[], signal: AbortSignal): Promise<TableItem | null>;
  /**
   * The names of the objects that begin with `start`, in no order. The whole table is read for that. `without` leaves out items
   * that have this text in this attribute.
   */
  find(start: string, without: Readonly<Record<string, string>>, signal: AbortSignal): AsyncIterable<string>;
  size(signal: AbortSignal): Promise<TableSize>;
}>;

/** Milliseconds for one try, and tries: a page of a scan has up to 1 MB. */
const patience = { tryMs: 30_000, maxTries: 8 } as const;

/**
 * Opens a table. Its credentials need GetItem; for `find` Scan, for `size` DescribeTable. All throw ProblemError CacheFault, with
 * the name of the error only. Throws ProblemError ConfigInvalid when no region is known.
 */
export function objectTable({ table, ...location }: TablePlace, region: string | null, env: Env): ObjectTable {
  const place = awsPlaceOf(`dynamodb:${table}`, location, {
    region,
    env,
    limits: patience,
    maxTries: patience.maxTries,
  });
  const open = openOnce(async () => {
    const sdk = await import('@aws-sdk/client-dynamodb').catch(
      ifMissing('@aws-sdk/client-dynamodb', 'A table of DynamoDB', (text) => new ProblemError('ConfigInvalid', text)),
    );
    return { sdk, client: new sdk.DynamoDBClient(clientConfig(place)) };
  });
  return {
    get: (object, attributes, signal) =>
      orFault(`read ${JSON.stringify(object)} in the table ${table}`, async () => {
        const { sdk, client } = await open();
        const names = Object.fromEntries(attributes.map((name, at) => [`#a${at}`, name]));
        const command = new sdk.GetItemCommand({
          TableName: table,
          Key: { object: { S: object } },
          ConsistentRead: true,
          ProjectionExpression: Object.keys(names).join(),
          ExpressionAttributeNames: names,
        });
        return (await client.send(command, { abortSignal: signal })).Item ?? null;
      }),
    async *find(start, without, signal) {
      const { sdk, client } = await orFault(`open the table ${table}`, open);
      let from: Record<string, AttributeValue> | undefined;
      do {
        const command = new sdk.ScanCommand({ TableName: table, ...filter(start, without), ExclusiveStartKey: from });
        const page = await orFault(`scan the table ${table}`, () => client.send(command, { abortSignal: signal }));
        for (const { object } of page.Items ?? []) if (object?.S?.startsWith(start) === true) yield object.S;
        from = page.LastEvaluatedKey;
      } while (from !== undefined && !signal.aborted);
    },
    size: (signal) =>
      orFault(`describe the table ${table}`, async () => {
        const { sdk, client } = await open();
        const command = new sdk.DescribeTableCommand({ TableName: table });
        const { Table } = await client.send(command, { abortSignal: signal });
        return { items: Table?.ItemCount ?? 0, bytes: Table?.TableSizeBytes ?? 0 };
      }),
  };
}

/** The members of Scan: a filter changes what is sent, not what is read and paid. */
function filter(start: string, without: Readonly<Record<string, string>>) {
  const others = Object.entries(without);
  const conditions = [
    'begins_with(#object, :start)',
    ...others.map((_, at) => `(attribute_not_exists(#n${at}) OR #n${at} <> :v${at})`),
  ];
  return {
    ConsistentRead: true,
    ProjectionExpression: '#object',
    FilterExpression: conditions.join(' AND '),
    ExpressionAttributeNames: {
      '#object': 'object',
      ...Object.fromEntries(others.map(([name], at) => [`#n${at}`, name])),
    },
    ExpressionAttributeValues: {
      ':start': { S: start },
      ...Object.fromEntries(others.map(([, value], at) => [`:v${at}`, { S: value }])),
    },
  };
}

/** Without `cause`: an error of the SDK contains the request with its signature. Its name is enough. */
async function orFault<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const name = nameOfError(error);
    throw new ProblemError(
      name === 'AccessDeniedException' ? 'AccessDenied' : 'CacheFault',
      `Cannot ${doing}: ${name}`,
    );
  }
}
