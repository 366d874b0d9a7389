// DynamoDB as dynalite plays it, in this process, on loopback.
import { once } from 'node:events';
import type { Server } from 'node:http';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { listenOnLoopback } from './loopback';

export const dynamoKeys = { accessKeyId: 'DYNAMO', secretAccessKey: 'dynamo-secret', sessionToken: null };

export type Dynamo = Readonly<{ endpoint: URL; client: DynamoDBClient; close(): Promise<void> }>;

/** A server with the table `name`, of the key that lib/cache/dynamodb.ts asks for. */
export async function startDynamo(name: string): Promise<Dynamo> {
  const dynalite = require('dynalite') as (options: { createTableMs: number }) => Server;
  const server = dynalite({ createTableMs: 0 });
  const listening = await listenOnLoopback(server);
  const endpoint = new URL(listening.endpoint);
  const { accessKeyId, secretAccessKey } = dynamoKeys;
  const credentials = { accessKeyId, secretAccessKey };
  const client = new DynamoDBClient({ region: 'us-east-1', endpoint: endpoint.href, credentials });
  await client.send(
    new CreateTableCommand({
      TableName: name,
      AttributeDefinitions: [{ AttributeName: 'object', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'object', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  return {
    endpoint,
    client,
    async close() {
      client.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
