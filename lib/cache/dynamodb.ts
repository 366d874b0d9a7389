// A cache in a table of DynamoDB: one item for each object. A put replaces only the item that was looked up.
//
//   object      S, partition key   <bucket>/<key>
//   entry       S or B             the entry's text, compressed by gzip when it is long
//   stamp       S                  of the put that wrote the item, never used twice; absent in items of earlier versions
//   expires     N                  seconds since 1970, for the table's Time to Live; absent = never

import { randomUUID } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { fitsUtf8 } from '../bytes/utf8';
import { ifMissing } from '../io/optional-package';
import { type AwsPlace, awsPlaceOf, clientConfig, nameOfError, openOnce, sdkReason } from '../s3/aws-client';
import type { StoreDeps } from '../s3/client-options';
import type { CacheEntry, CacheVersion, ExifCache, ObjectRef, PutResult } from '../types';
import { decodeEntry, decodeEntryBytes, encodeEntry, entryName, maxEntryBytes, placeholderFor } from './envelope';
import { cacheFault, objectName, orCacheFault } from './fault';
import type { DynamoLocation } from './location';

export type DynamoOptions = AwsPlace &
  Readonly<{
    table: string;
    /** Days for which an entry is kept; null = for good. */
    days: number | null;
    now?: () => Date;
  }>;

/** Bytes of a partition key [DynamoDB, Constraints]. */
const maxPartitionKeyBytes = 2048;
/** Bytes of an entry in an item: DynamoDB takes items of 400 KB, names and the other attributes included. */
const maxItemEntryBytes = 396 * 1024;
/** Characters of an entry from which on it is compressed. A shorter one saves less capacity (1 KB is a unit to write) than time. */
const gzipFrom = 4 * 1024;
/** Days for which an item says that an object is gone. It must win against late events; SQS delivers none after 14 days. */
const goneDays = 15;
/** The version of an item without a stamp. */
const unstamped = 'unstamped';

type Item = Record<string, AttributeValue>;
type Sdk = typeof import('@aws-sdk/client-dynamodb');
type Table = Readonly<{ sdk: Sdk; client: DynamoDBClient; name: string }>;

/** The cache at a location. Throws ProblemError ConfigInvalid when no region is known. */
export function openDynamo({ table, days, ...location }: DynamoLocation, deps: StoreDeps): ExifCache {
  return dynamoCache({ ...awsPlaceOf(`dynamodb://${table}`, location, deps), table, days });
}

/** A cache in `options.table`. Its credentials need GetItem and PutItem. The SDK is loaded on first use. */
export function dynamoCache(options: DynamoOptions): ExifCache {
  const now = options.now ?? (() => new Date());
  const open = openOnce(() => openClient(options));

  return {
    name: 'dynamodb',
    get(ref, signal) {
      const doing = `look up ${objectName(ref)} in the cache`;
      return orCacheFault(doing, signal, async () => {
        const item = canBeItem(ref) ? await getItem(await open(), ref, doing, signal) : null;
        return { entry: item === null ? null : decodeItem(item, ref), version: versionOf(item) };
      });
    },
    put(entry, over, signal) {
      const doing = `cache ${objectName(entry.ref)}`;
      return orCacheFault(doing, signal, async (): Promise<PutResult> => {
        const [stamp, expires] = [randomUUID(), expiryOf(entry, options.days, now())];
        const own = toItem(entry, stamp, expires);
        const item = own ?? toItem(placeholderFor(entry), stamp, expires);
        if (item === null) return 'not-stored';
        const table = await open();
        if (await putItem(table, item, over, doing, signal)) return own === null ? 'not-stored' : 'kept';
        // The SDK repeats a request when its reply is lost, so the item may be that of our first request.
        const held = await getItem(table, entry.ref, doing, signal);
        if (versionOf(held) !== stamp) return 'conflict';
        return own === null ? 'not-stored' : 'kept';
      });
    },
  };
}

async function openClient({ table, ...place }: DynamoOptions): Promise<Table> {
  const sdk = await import('@aws-sdk/client-dynamodb').catch(
    ifMissing('@aws-sdk/client-dynamodb', 'A cache in DynamoDB', cacheFault),
  );
  return { sdk, client: new sdk.DynamoDBClient(clientConfig(place)), name: table };
}

function canBeItem(ref: ObjectRef): boolean {
  const id = entryName(ref);
  // Half of a surrogate pair has no UTF-8: it would become the name of another object.
  return id.isWellFormed() && fitsUtf8(id, maxPartitionKeyBytes);
}

/** The item for an entry; null when it is too large for one. */
function toItem(entry: CacheEntry, stamp: string, expires: number | null): Item | null {
  const text = canBeItem(entry.ref) ? encodeEntry(entry) : null;
  if (text === null) return null;
  const bytes = text.length < gzipFrom ? null : gzipSync(text);
  if (bytes !== null && bytes.length > maxItemEntryBytes) return null;
  return {
    object: { S: entryName(entry.ref) },
    entry: bytes === null ? { S: text } : { B: bytes },
    stamp: { S: stamp },
    ...(expires === null ? {} : { expires: { N: String(expires) } }),
  };
}

function versionOf(item: Item | null): CacheVersion | null {
  return item === null ? null : (item['stamp']?.S ?? unstamped);
}

function expiryOf({ content }: CacheEntry, days: number | null, now: Date): number | null {
  const kept = content.kind === 'gone' ? goneDays : days;
  return kept === null ? null : Math.floor(now.getTime() / 1000) + kept * 86_400;
}

function decodeItem({ entry }: Item, ref: ObjectRef): CacheEntry | null {
  if (entry?.S !== undefined) return decodeEntry(entry.S, ref);
  const bytes = entry?.B === undefined ? null : gunzip(entry.B);
  return bytes === null ? null : decodeEntryBytes(bytes, ref);
}

function gunzip(bytes: Uint8Array): Uint8Array | null {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxEntryBytes });
  } catch {
    return null; // damaged, or made to fill the memory
  }
}

/** Puts the item over the version `over`; false when the table has another version by then. */
async function putItem(
  table: Table,
  item: Item,
  over: CacheVersion | null,
  doing: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { sdk, client, name } = table;
  const command = new sdk.PutItemCommand({ TableName: name, Item: item, ...conditionOf(over) });
  try {
    await client.send(command, { abortSignal: signal });
    return true;
  } catch (error) {
    if (nameOfError(error) === 'ConditionalCheckFailedException') return false;
    throw sdkFault(error, doing);
  }
}

/** The members of PutItem that say which item is replaced. */
function conditionOf(over: CacheVersion | null) {
  if (over === null) {
    return {
      ConditionExpression: 'attribute_not_exists(#object)',
      ExpressionAttributeNames: { '#object': 'object' },
    };
  }
  if (over === unstamped) {
    return {
      ConditionExpression: 'attribute_exists(#object) AND attribute_not_exists(#stamp)',
      ExpressionAttributeNames: { '#object': 'object', '#stamp': 'stamp' },
    };
  }
  return {
    ConditionExpression: '#stamp = :stamp',
    ExpressionAttributeNames: { '#stamp': 'stamp' },
    ExpressionAttributeValues: { ':stamp': { S: over } },
  };
}

async function getItem(table: Table, ref: ObjectRef, doing: string, signal: AbortSignal): Promise<Item | null> {
  const { sdk, client, name } = table;
  const Key = { object: { S: entryName(ref) } };
  try {
    const reply = await client.send(new sdk.GetItemCommand({ TableName: name, Key, ConsistentRead: true }), {
      abortSignal: signal,
    });
    return reply.Item ?? null;
  } catch (error) {
    throw sdkFault(error, doing);
  }
}

/** Without `cause`: an error of the SDK contains the request with its signature. */
function sdkFault(error: unknown, doing: string): unknown {
  return cacheFault(`Cannot ${doing}: ${sdkReason(error)}`);
}
