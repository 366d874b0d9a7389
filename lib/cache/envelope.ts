// A cache entry as text, the same in every store:
//
//   {"format":1,"sha256":"<64 hex digits, of the entry's text>","entry":{...}}
//
// Object and key stand inside, so that bytes under a wrong name are found out. The hash finds damage, not forgery: who may
// write to the store can make any entry, so the shape of each is checked as that of a stranger.

import { createHash } from 'node:crypto';
import type { CacheEntry, ObjectRef, PutResult } from '../types';
import { readContent, writeContent } from './content';
import { isRecord, readDate, readText } from './field';

/** Bytes of an entry's text: of a longer one nothing is kept, and no more is read of what a store holds. Largest real: 400 KiB. */
export const maxEntryBytes = 2 * 1024 * 1024;

/** Changes with the form of the text; entries of another are as if absent. */
export const envelopeFormat = 1;

const head = `{"format":${envelopeFormat},"sha256":"`;
const middle = '","entry":';
const hashLength = 64;
const entryAt = head.length + hashLength + middle.length;

/** The name under which a cache keeps the entries of an object's bucket. It never contains `/`. */
export function cacheBucket({ bucket, cacheName }: ObjectRef): string {
  return cacheName ?? bucket;
}

/** The name of an object in a cache: `<bucket>/<key>`. */
export function entryName(ref: ObjectRef): string {
  return `${cacheBucket(ref)}/${ref.key}`;
}

/**
 * The text of an entry; null when it would be longer than `maxEntryBytes` of UTF-8. `ref.bucketId` is left out: it belongs
 * to this process. With a `stamp` that is never used twice no two texts are equal, so a store that compares contents (an
 * ETag is a hash of them) can tell two puts of the same entry apart. Reading ignores the stamp.
 */
export function encode(entry: CacheEntry, stamp: string | null = null): string | null {
  const { ref, revision, order, content } = entry;
  const text = JSON.stringify({
    bucket: cacheBucket(ref),
    key: ref.key,
    revision,
    lastModified: order.lastModified?.getTime() ?? null,
    sequencer: order.sequencer,
    ...writeContent(content),
    ...(stamp === null ? {} : { stamp }),
  });
  const whole = `${head}${hashOf(text)}${middle}${text}}`;
  return new TextEncoder().encode(whole).length <= maxEntryBytes ? whole : null;
}

/**
 * What a store keeps in place of an entry that is too long for it: without a revision, so that it is stale for everyone, and of the
 * same order, so that what came before is not taken for the latest.
 */
export function unkept({ ref, order }: CacheEntry): CacheEntry {
  return { ref, revision: '', order, content: { kind: 'gone' } };
}

/**
 * The text to put for an entry, with a `stamp` or null, and the result of a put that succeeds with it: `not-stored` when it
 * is the text of `unkept`. Null where even that is too long.
 */
export function textToPut(entry: CacheEntry, stamp: string | null): TextToPut | null {
  const own = encode(entry, stamp);
  const text = own ?? encode(unkept(entry), stamp);
  return text === null ? null : { text, result: own === null ? 'not-stored' : 'kept' };
}

export type TextToPut = Readonly<{ text: string; result: Exclude<PutResult, 'conflict'> }>;

/** The entry of an object; null for what is damaged, of another format or of another object. */
export function decode(text: string, ref: ObjectRef): CacheEntry | null {
  const envelopeFits = text.length <= maxEntryBytes && text.startsWith(head) && text.endsWith('}');
  if (!envelopeFits || !text.startsWith(middle, head.length + hashLength)) return null;
  const payload = text.slice(entryAt, -1);
  if (hashOf(payload) !== text.slice(head.length, head.length + hashLength)) return null;
  const entry = parse(payload);
  if (!isRecord(entry) || entry['bucket'] !== cacheBucket(ref) || entry['key'] !== ref.key) return null;
  const revision = readText(entry['revision']);
  const lastModified = readDate(entry['lastModified']);
  const sequencer = entry['sequencer'] === null ? null : readText(entry['sequencer']);
  const content = readContent(entry);
  if (revision === undefined || lastModified === undefined || sequencer === undefined || content === null) return null;
  return { ref, revision, order: { lastModified, sequencer }, content };
}

/** `decode` of UTF-8. */
export function decodeBytes(bytes: Uint8Array, ref: ObjectRef): CacheEntry | null {
  return bytes.length <= maxEntryBytes ? decode(new TextDecoder().decode(bytes), ref) : null;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // a hash that fits makes no JSON
  }
}
