// A message as an item of DynamoDB: each member of the record is an attribute with its own type, so that indexes can use it.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { fitsUtf8, utf8Length } from '../bytes/utf8';
import type { SinkMessage } from './sink';

export type Item = Readonly<Record<string, AttributeValue>>;

/** Attributes that are not members of a record. `expires` would delete the item. */
const reserved = new Set('object bucket key order etag size lastModified type code cut expires'.split(' '));
/** Members that say the same as the attribute with their name. */
const repeated = new Set(['etag', 'size']);
/** Bytes of a partition key [DynamoDB, Constraints]. */
const maxKeyBytes = 2048;
/** Bytes of a name that every index takes [DynamoDB, Constraints]. */
const maxNameBytes = 255;
/** Bytes of an item: DynamoDB takes 400 KB. */
const maxItemBytes = 398 * 1024;
/** Bytes of a text that every index takes as its sort key; as a partition key it takes twice as many. */
const maxIndexedBytes = 1024;
/** Levels of lists and maps: DynamoDB takes 32 in an item. */
const maxDepth = 30;
/** Days for which an item says that an object is gone. It must win against late messages; SQS delivers none after 14 days. */
const goneDays = 15;

/** The item of a message; null when no item can have its key. `now`: from which removed objects are kept. */
export function itemOf(message: SinkMessage, now: Date): Item | null {
  const { bucket, key, order, type, etag, size, lastModified, record, code } = message;
  const object = `${bucket}/${key}`;
  // Half of a surrogate pair has no UTF-8: it would become the name of another object.
  if (!object.isWellFormed() || !fitsUtf8(object, maxKeyBytes)) return null;
  const about = { object: { S: object }, ...attributes({ bucket, key, order, type }) };
  if (type === 'removed')
    return { ...about, expires: { N: String(Math.floor(now.getTime() / 1000) + goneDays * 86_400) } };
  if (type === 'unreadable') return { ...about, ...attributes({ code }) };
  const bare = { ...about, ...attributes({ etag, size, lastModified, cut: message.cut }) };
  if (record === undefined) return bare;
  const whole = { ...membersOf(record), ...bare };
  if (fits(whole)) return whole;
  const { tags, ...rest } = record;
  const shorter = { ...membersOf(rest), ...bare, cut: { S: 'tags' } };
  if (tags !== undefined && fits(shorter)) return shorter;
  return { ...bare, cut: { S: 'record' } };
}

/**
 * The item without the texts that may be too long for the key of an index, which refuses the whole item; null when it has none.
 * Only the user knows which attributes are such keys.
 */
export function withoutLongTexts(item: Item): Item | null {
  const isLong = ([name, { S }]: [string, AttributeValue]): boolean =>
    S !== undefined && !reserved.has(name) && !fitsUtf8(S, maxIndexedBytes);
  const members = Object.entries(item);
  const short = members.filter((member) => !isLong(member));
  return short.length === members.length ? null : { cut: { S: 'texts' }, ...Object.fromEntries(short) };
}

/** The members of a record, under names that are not those of other attributes. */
function membersOf(record: Readonly<Record<string, unknown>>): Item {
  const members = Object.entries(record).filter(([name]) => !repeated.has(name));
  return attributes(
    Object.fromEntries(members.map(([name, value]) => [reserved.has(name) ? `record_${name}` : name, value])),
  );
}

/** Values that are not known are left out, and so are empty texts: the key of an index takes neither null nor an empty text. */
function attributes(values: Readonly<Record<string, unknown>>): Item {
  const known = Object.entries(values).flatMap(([name, value]) => {
    const attribute = value === '' || value === null || !canBeName(name) ? null : attributeOf(value, 1);
    return attribute === null ? [] : [[name, attribute] as const];
  });
  return Object.fromEntries(known);
}

function canBeName(name: string): boolean {
  return name !== '' && name !== '__proto__' && name.isWellFormed() && fitsUtf8(name, maxNameBytes);
}

/** A value of JSON; null for one that DynamoDB cannot hold. */
function attributeOf(value: unknown, depth: number): AttributeValue | null {
  if (typeof value === 'string') return { S: value.toWellFormed() };
  if (typeof value === 'boolean') return { BOOL: value };
  if (typeof value === 'number') return numberOf(value);
  if (value === null) return { NULL: true };
  if (typeof value !== 'object') return null;
  if (depth > maxDepth) return { S: JSON.stringify(value).toWellFormed() };
  // A place in a list stays, also without a value.
  if (Array.isArray(value)) return { L: value.map((item) => attributeOf(item, depth + 1) ?? { NULL: true }) };
  const members = Object.entries(value).flatMap(([name, member]) => {
    const attribute = canBeName(name) ? attributeOf(member, depth + 1) : null;
    return attribute === null ? [] : [[name, attribute] as const];
  });
  return { M: Object.fromEntries(members) };
}

/**
 * A number of JSON has at most 17 digits, and DynamoDB takes 38, in the same form (`1e-7`). Its exponents end at -130 and 125: a
 * smaller number is 0, and a larger one is left out.
 */
function numberOf(value: number): AttributeValue | null {
  const size = Math.abs(value);
  if (size < 1e-130) return { N: '0' };
  return size < 1e126 ? { N: String(value) } : null; // NaN is not
}

function fits(item: Item): boolean {
  return sizeOf({ M: item }) <= maxItemBytes;
}

/** At least the bytes that an attribute takes [DynamoDB, Item sizes]. */
function sizeOf({ S, N, L, M }: AttributeValue): number {
  if (S !== undefined) return utf8Length(S);
  if (N !== undefined) return 21;
  if (L !== undefined) return L.reduce((sum, item) => sum + 1 + sizeOf(item), 3);
  if (M === undefined) return 1;
  return Object.entries(M).reduce((sum, [name, member]) => sum + 1 + utf8Length(name) + sizeOf(member), 3);
}
