// A cache in a table of DynamoDB: one item an object, written in one request that itself decides which entry stays.
//
//   object      S, partition key   <bucket>/<key>
//   entry       S or B             the entry's text, gzip'd where it is long
//   format      N                  its form
//   sequencer   S                  of its order, absent where there is none
//   second      N                  of its order, absent where it is unknown
//   expires     N                  seconds since 1970, for the table's Time to Live; absent = never

import { gunzipSync, gzipSync } from 'node:zlib';
import type { AttributeValue, DynamoDBClient, DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import type { Credentials } from '../store/s3-request';
import type { CacheEntry, ExifCache, ObjectRef } from '../types';
import { decode, decodeBytes, encode, envelopeFormat, maxEntryBytes, unkept } from './envelope';
import { cacheFault, named, orCacheFault } from './fault';
import { type Rank, rankOf } from './order';

export type DynamoOptions = Readonly<{
  table: string;
  region: string;
  /** null = AWS, by region. */
  endpoint: URL | null;
  credentials: () => Promise<Credentials>;
  /** Milliseconds for one try. */
  tryMs: number;
  maxTries: number;
  /** Days for which an entry is kept; null = for good. */
  days: number | null;
  now?: () => Date;
}>;

/** Bytes of a partition key [DynamoDB, Constraints]. */
const maxKeyBytes = 2048;
/** Bytes of an entry in an item: DynamoDB takes items of 400 KB, names and the other attributes included. */
const maxItemEntryBytes = 396 * 1024;
/** Characters of an entry above which it is compressed: below, it costs more time than capacity (a unit is 1 KB to write, 4 KB to read). */
const gzipFrom = 4 * 1024;
/** Days for which it is told that an object is gone: events older than that, which it must win against, come no more (SQS keeps 14). */
const goneDays = 15;
/** Times an entry is offered when what is held in its way is damaged or vanishes meanwhile. */
const maxRounds = 3;

type Item = Record<string, AttributeValue>;
type Sdk = typeof import('@aws-sdk/client-dynamodb');
type Table = Readonly<{ sdk: Sdk; client: DynamoDBClient; name: string }>;

/** A cache in `options.table`. Its credentials need GetItem and PutItem. The SDK is loaded on first use. */
export function dynamoCache(options: DynamoOptions): ExifCache {
  const now = options.now ?? (() => new Date());
  let opening: Promise<Table> | null = null;
  const open = async (): Promise<Table> => {
    opening ??= openTable(options);
    try {
      return await opening;
    } catch (cause) {
      opening = null;
      throw cause;
    }
  };

  return {
    name: 'dynamodb',
    get(ref, signal) {
      const doing = `look up ${named(ref)} in the cache`;
      return orCacheFault(doing, signal, async () => {
        const item = canBeItem(ref) ? await getItem(await open(), ref, doing, signal) : null;
        return item === null ? null : readItem(item, ref);
      });
    },
    put(entry, signal) {
      const doing = `cache ${named(entry.ref)}`;
      return orCacheFault(doing, signal, async () => {
        const expires = expiryOf(entry, options.days, now());
        const own = toItem(entry, expires);
        const item = own ?? toItem(unkept(entry), expires);
        return item !== null && (await offer(await open(), entry, item, doing, signal)) && own !== null;
      });
    },
  };
}

async function openTable({ table, region, endpoint, credentials, tryMs, maxTries }: DynamoOptions): Promise<Table> {
  const sdk = await import('@aws-sdk/client-dynamodb');
  const config: DynamoDBClientConfig = {
    region,
    ...(endpoint === null ? {} : { endpoint: endpoint.href }),
    credentials: async () => {
      const { sessionToken, ...keys } = await credentials();
      // As if they ended now: the SDK asks again for each request, because they rotate.
      return { ...keys, ...(sessionToken === null ? {} : { sessionToken }), expiration: new Date() };
    },
    maxAttempts: maxTries,
    requestHandler: { connectionTimeout: tryMs, requestTimeout: tryMs, throwOnRequestTimeout: true },
  };
  return { sdk, client: new sdk.DynamoDBClient(config), name: table };
}

function canBeItem(ref: ObjectRef): boolean {
  const id = idOf(ref);
  // Half of a surrogate pair has no UTF-8: it would be another object's name.
  return id.isWellFormed() && new TextEncoder().encode(id).length <= maxKeyBytes;
}

/** The name of a bucket holds no `/`. */
function idOf({ bucket, key }: ObjectRef): string {
  return `${bucket}/${key}`;
}

/** The item of an entry; null when none can hold it. */
function toItem(entry: CacheEntry, expires: number | null): Item | null {
  const text = canBeItem(entry.ref) ? encode(entry) : null;
  if (text === null) return null;
  const bytes = text.length < gzipFrom ? null : gzipSync(text);
  if (bytes !== null && bytes.length > maxItemEntryBytes) return null;
  const { sequencer, second } = rankOf(entry.order);
  return {
    object: { S: idOf(entry.ref) },
    entry: bytes === null ? { S: text } : { B: bytes },
    format: { N: String(envelopeFormat) },
    ...(sequencer === null ? {} : { sequencer: { S: sequencer } }),
    ...(second === null ? {} : { second: { N: String(second) } }),
    ...(expires === null ? {} : { expires: { N: String(expires) } }),
  };
}

function expiryOf({ content }: CacheEntry, days: number | null, now: Date): number | null {
  const kept = content.kind === 'gone' ? goneDays : days;
  return kept === null ? null : Math.floor(now.getTime() / 1000) + kept * 86_400;
}

function readItem({ entry }: Item, ref: ObjectRef): CacheEntry | null {
  if (entry?.S !== undefined) return decode(entry.S, ref);
  const bytes = entry?.B === undefined ? null : gunzip(entry.B);
  return bytes === null ? null : decodeBytes(bytes, ref);
}

function gunzip(bytes: Uint8Array): Uint8Array | null {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxEntryBytes });
  } catch {
    return null; // damaged, or made to inflate without end
  }
}

/** Puts the item unless what is held supersedes it. What is held and cannot be read is as if absent. */
async function offer(
  table: Table,
  entry: CacheEntry,
  item: Item,
  doing: string,
  signal: AbortSignal,
): Promise<boolean> {
  for (let round = 0; round < maxRounds; round++) {
    if (await putItem(table, item, unlessSuperseded(rankOf(entry.order)), doing, signal)) return true;
    const held = await getItem(table, entry.ref, doing, signal);
    if (held === null) continue;
    if (readItem(held, entry.ref) !== null) return false;
    if (await putItem(table, item, ifHeld(held), doing, signal)) return true;
  }
  throw cacheFault(`Cannot ${doing}: others wrote it at each of ${maxRounds} times`);
}

/** A condition as PutItem takes it. */
export type Condition = Readonly<{ text: string; values: Item }>;

/** That what is held, if anything, does not supersede an entry of `rank`: lib/cache/order.ts, said in DynamoDB's words. */
export function unlessSuperseded({ sequencer, second }: Rank): Condition {
  const values: Item = {
    ':format': { N: String(envelopeFormat) },
    ...(sequencer === null ? {} : { ':sequencer': { S: sequencer } }),
    ...(second === null ? {} : { ':second': { N: String(second) } }),
  };
  const noEvent = 'attribute_not_exists(#sequencer)';
  const notLater =
    second === null ? 'attribute_not_exists(#second)' : '(attribute_not_exists(#second) OR #second <= :second)';
  const wins =
    sequencer === null
      ? [`${noEvent} AND ${notLater}`, ...(second === null ? [] : ['#second < :second'])]
      : [
          '#sequencer < :sequencer',
          `#sequencer = :sequencer AND ${notLater}`,
          second === null ? noEvent : `${noEvent} AND ${notLater}`,
        ];
  const text = ['attribute_not_exists(#format)', '#format <> :format', ...wins].map((part) => `(${part})`).join(' OR ');
  return { text, values };
}

function ifHeld({ entry }: Item): Condition {
  if (entry === undefined) return { text: 'attribute_not_exists(#entry)', values: {} };
  return { text: '#entry = :held', values: { ':held': entry } };
}

const attributes = ['format', 'sequencer', 'second', 'entry'];

async function putItem(
  table: Table,
  item: Item,
  condition: Condition,
  doing: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { sdk, client, name } = table;
  const used = attributes.filter((attribute) => condition.text.includes(`#${attribute}`));
  const command = new sdk.PutItemCommand({
    TableName: name,
    Item: item,
    ConditionExpression: condition.text,
    ExpressionAttributeNames: Object.fromEntries(used.map((attribute) => [`#${attribute}`, attribute])),
    ...(Object.keys(condition.values).length === 0 ? {} : { ExpressionAttributeValues: condition.values }),
  });
  try {
    await client.send(command, { abortSignal: signal });
    return true;
  } catch (error) {
    if (nameOf(error) === 'ConditionalCheckFailedException') return false;
    throw sdkFault(error, doing);
  }
}

async function getItem(table: Table, ref: ObjectRef, doing: string, signal: AbortSignal): Promise<Item | null> {
  const { sdk, client, name } = table;
  const Key = { object: { S: idOf(ref) } };
  try {
    const reply = await client.send(new sdk.GetItemCommand({ TableName: name, Key, ConsistentRead: true }), {
      abortSignal: signal,
    });
    return reply.Item ?? null;
  } catch (error) {
    throw sdkFault(error, doing);
  }
}

/** No `cause`: an error of the SDK holds the request with its signature. Its name says enough. */
function sdkFault(error: unknown, doing: string): unknown {
  return cacheFault(`Cannot ${doing}: ${nameOf(error)}`);
}

function nameOf(error: unknown): string {
  const name = typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : '';
  return /^[A-Za-z.]{1,64}$/.test(name) ? name : 'unknown error';
}
