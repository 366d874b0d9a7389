// A cache entry as the text of an annotation:
//
//   {"cache":{"format":1,"sha256":"<64 hex digits, of the text after them>","revision":..,"etag":..,..},"make":"Canon",..}
//
// The members after `cache` are those of the style `flat`, for SQL over the annotations of a bucket. Bucket and key are not
// inside: CopyObject copies annotations, and the copy has the same bytes. The ETag says which version was read.
import { hash } from 'node:crypto';
import { fitsUtf8 } from '../bytes/utf8';
import { maxAnnotationBytes } from '../s3/annotation';
import type { CacheEntry, CacheVersion, ExifRecord, ObjectRef } from '../types';
import { parseContent, writeContent } from './content-json';
import { isRecord, parseCount, parseDate, parseText } from './field';

/** A record as the text of a JSON object. */
export type ShowRecord = (record: ExifRecord) => string | Promise<string>;

/** Changes with the form of the text; entries of another format count as absent. */
const annotationFormat = 1;

const decoder = new TextDecoder('utf-8', { fatal: true });
const head = `{"cache":{"format":${annotationFormat},"sha256":"`;
const hashLength = 64;

/** The ETag of the version that an entry is about; null for an object that is gone, or whose version is not known. */
export function etagOf({ content }: CacheEntry): string | null {
  if (content.kind === 'gone') return null;
  return (content.kind === 'record' ? content.record.stat : content.stat).etag;
}

/** The text of an entry; null when it would be longer than an annotation can be. */
export async function encodeAnnotation(entry: CacheEntry, show: ShowRecord): Promise<string | null> {
  const { revision, order, generation, content } = entry;
  const cache = JSON.stringify({
    revision,
    etag: etagOf(entry),
    lastModified: order.lastModified?.getTime() ?? null,
    sequencer: order.sequencer,
    generation,
    content: writeContent(content),
  });
  const shown = content.kind === 'record' ? await show(content.record) : '{}';
  // `cache` without its first brace, then the members of the record without theirs.
  const rest = `",${cache.slice(1)}${shown === '{}' ? '' : ','}${shown.slice(1)}`;
  const text = `${head}${hash('sha256', rest)}${rest}`;
  return fitsUtf8(text, maxAnnotationBytes) ? text : null;
}

/** The entry in the bytes of an annotation of the object `ref`; null for what is damaged, foreign or of another format. */
export function decodeAnnotation(bytes: Uint8Array, ref: ObjectRef): CacheEntry | null {
  if (bytes.length > maxAnnotationBytes) return null;
  const parsed = parseChecked(bytes);
  const cache = isRecord(parsed) ? parsed['cache'] : null;
  if (!isRecord(cache) || !isRecord(cache['content'])) return null;
  const revision = parseText(cache['revision']);
  const lastModified = parseDate(cache['lastModified']);
  const sequencer = cache['sequencer'] === null ? null : parseText(cache['sequencer']);
  const generation = parseCount(cache['generation']);
  const content = parseContent(cache['content']);
  if (revision === undefined || lastModified === undefined || sequencer === undefined) return null;
  if (generation === undefined || content === null) return null;
  const entry = { ref, revision, order: { lastModified, sequencer }, generation, content };
  const etag = etagOf(entry);
  return etag !== null && etag === cache['etag'] ? entry : null;
}

/**
 * Names what an entry says about a version: two entries with the same name are equal, except for the event that they followed.
 */
export function versionOf({ revision, content }: CacheEntry): CacheVersion {
  return hash('sha256', JSON.stringify([revision, writeContent(content)]));
}

function parseChecked(bytes: Uint8Array): unknown {
  try {
    const text = decoder.decode(bytes);
    const rest = text.slice(head.length + hashLength);
    if (!text.startsWith(head) || text.slice(head.length, head.length + hashLength) !== hash('sha256', rest))
      return null;
    return JSON.parse(text);
  } catch {
    return null; // not UTF-8, or the hash is right but the text is not JSON
  }
}
