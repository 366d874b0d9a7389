// A cache entry as text, the same in every store:
//
//   {"format":1,"sha256":"<64 hex digits, of the entry's text>","entry":{...}}
//
// Bucket and key are inside, so that an entry under a wrong name is recognised. The hash finds damage, not forgery: everybody who
// may write to the store can make any entry, so each entry is checked like any input from outside.

import { hash } from 'node:crypto';
import { fitsUtf8 } from '../bytes/utf8';
import type { CacheEntry, ObjectRef, PutResult } from '../types';
import { parseContent, writeContent } from './content-json';
import { isRecord, parseCount, parseDate, parseText } from './field';

/** Bytes of an entry's text: a longer one is not put, and not more is read from a store. Largest real: 400 KiB. */
export const maxEntryBytes = 2 * 1024 * 1024;

/** Changes with the form of the text; entries of another format count as absent. */
export const envelopeFormat = 1;

const decoder = new TextDecoder();
const head = `{"format":${envelopeFormat},"sha256":"`;
const middle = '","entry":';
const hashLength = 64;
const entryAt = head.length + hashLength + middle.length;

/** The name under which a cache keeps the entries of an object's bucket. It never contains `/`. */
export function cacheBucket({ bucket, cacheName }: Omit<ObjectRef, 'key'>): string {
  return cacheName ?? bucket;
}

/** The name of an object in a cache: `<bucket>/<key>`. */
export function entryName(ref: ObjectRef): string {
  return `${cacheBucket(ref)}/${ref.key}`;
}

/**
 * The text of an entry; null when it would be longer than `maxEntryBytes` of UTF-8. `ref.bucketId` is left out: it has a meaning
 * only in this process. With a `stamp` that is used once, no two texts are equal, so a store that compares contents (an ETag is a
 * hash of them) can distinguish two puts of the same entry. Decoding ignores the stamp.
 */
export function encodeEntry(entry: CacheEntry, stamp: string | null = null): string | null {
  const { ref, revision, order, generation, content } = entry;
  const text = JSON.stringify({
    bucket: cacheBucket(ref),
    key: ref.key,
    maker: revision, // the name that entries have had from the start
    lastModified: order.lastModified?.getTime() ?? null,
    sequencer: order.sequencer,
    generation,
    ...writeContent(content),
    ...(stamp === null ? {} : { stamp }),
  });
  const whole = `${head}${hashOf(text)}${middle}${text}}`;
  return fitsUtf8(whole, maxEntryBytes) ? whole : null;
}

/**
 * The entry that a store gets in place of one that is too long: it has no revision, so it is stale for everybody, and the same
 * order and generation, so that an earlier entry is not taken for the latest.
 */
export function placeholderFor({ ref, order, generation }: CacheEntry): CacheEntry {
  return { ref, revision: '', order, generation, content: { kind: 'gone' } };
}

/**
 * The text to put for an entry, with a `stamp` or null, and the result of a put that succeeds: `not-stored` for the text of
 * `placeholderFor`. Null when even that is too long.
 */
export function textToPut(entry: CacheEntry, stamp: string | null): TextToPut | null {
  const own = encodeEntry(entry, stamp);
  const text = own ?? encodeEntry(placeholderFor(entry), stamp);
  return text === null ? null : { text, result: own === null ? 'not-stored' : 'kept' };
}

export type TextToPut = Readonly<{ text: string; result: Exclude<PutResult, 'conflict'> }>;

/** The entry of an object; null for what is damaged, of another format or of another object. */
export function decodeEntry(text: string, ref: ObjectRef): CacheEntry | null {
  const envelopeFits = text.length <= maxEntryBytes && text.startsWith(head) && text.endsWith('}');
  if (!envelopeFits || !text.startsWith(middle, head.length + hashLength)) return null;
  const payload = text.slice(entryAt, -1);
  if (hashOf(payload) !== text.slice(head.length, head.length + hashLength)) return null;
  const entry = parseJson(payload);
  if (!isRecord(entry) || entry['bucket'] !== cacheBucket(ref) || entry['key'] !== ref.key) return null;
  const revision = parseText(entry['maker']);
  const lastModified = parseDate(entry['lastModified']);
  const sequencer = entry['sequencer'] === null ? null : parseText(entry['sequencer']);
  const generation = entry['generation'] === undefined ? 0 : parseCount(entry['generation']); // earlier versions wrote none
  const content = parseContent(entry);
  if (revision === undefined || lastModified === undefined || sequencer === undefined) return null;
  if (generation === undefined || content === null) return null;
  return { ref, revision, order: { lastModified, sequencer }, generation, content };
}

/** `decodeEntry` of UTF-8. */
export function decodeEntryBytes(bytes: Uint8Array, ref: ObjectRef): CacheEntry | null {
  return bytes.length <= maxEntryBytes ? decodeEntry(decoder.decode(bytes), ref) : null;
}

/** Bytes of an entry that are enough for the names in it: a key has 1,024 bytes, each of them 6 when it is escaped. */
export const headBytes = 8 * 1024;

/** The bucket and the key in the first `headBytes` of an entry, unchecked; null for what is not an entry. */
export function entryNamesOf(bytes: Uint8Array): Readonly<{ bucket: string; key: string }> | null {
  const text = decoder.decode(bytes.subarray(0, headBytes));
  if (!text.startsWith(head)) return null;
  const [, bucket = '', key = ''] = namesForm.exec(text.slice(entryAt)) ?? [];
  const [bucketName, keyText] = [parseJson(bucket), parseJson(key)];
  return typeof bucketName === 'string' && typeof keyText === 'string' ? { bucket: bucketName, key: keyText } : null;
}

/** The start of an entry's text, as `encodeEntry` writes it. */
const namesForm = /^\{"bucket":("(?:[^"\\]|\\.)*"),"key":("(?:[^"\\]|\\.)*"),/;

function hashOf(text: string): string {
  return hash('sha256', text);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // the hash is right, but the text is not JSON
  }
}
