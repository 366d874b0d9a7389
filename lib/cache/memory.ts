// A cache in the memory of this process: the entries that were used last, up to a number of bytes.

import type { CacheEntry, CacheVersion, ExifCache, Lookup, ObjectRef, PutResult } from '../types';
import { decodeEntry, encodeEntry, entryName, placeholderFor } from './envelope';
import { objectName, orCacheFault } from './fault';

/** Bytes of memory for an entry in addition to its text: its name, its place in the map. An estimate. */
const overhead = 256;

/**
 * A cache of at most about `maxBytes`. It stores texts: the values of an entry may be views of all bytes that were read of an
 * object, which would then stay in memory.
 */
export function memoryCache(maxBytes: number): ExifCache {
  // A Map has its keys in the order in which they were set: the first one was used longest ago.
  const texts = new Map<string, StoredText>();
  let bytes = 0;
  let puts = 0;

  function drop(id: string): void {
    bytes -= texts.get(id)?.cost ?? 0;
    texts.delete(id);
  }

  function store(id: string, stored: StoredText): void {
    drop(id);
    texts.set(id, stored);
    bytes += stored.cost;
  }

  function findEntry(ref: ObjectRef): Lookup {
    const id = entryName(ref);
    const stored = texts.get(id);
    if (stored === undefined) return { entry: null, version: null };
    store(id, stored);
    return { entry: decodeEntry(stored.text, ref), version: stored.version };
  }

  function replace(entry: CacheEntry, over: CacheVersion | null): PutResult {
    const id = entryName(entry.ref);
    if ((texts.get(id)?.version ?? null) !== over) return 'conflict';
    const version = String(++puts);
    const text = encodeEntry(entry);
    const own = text === null ? null : storedText(id, text, version);
    const fits = own !== null && own.cost <= maxBytes;
    store(id, fits ? own : storedText(id, encodeEntry(placeholderFor(entry)) ?? '', version));
    for (const oldest of texts.keys()) {
      if (bytes <= maxBytes) break;
      drop(oldest);
    }
    return fits ? 'kept' : 'not-stored';
  }

  return {
    name: 'memory',
    get: (ref, signal) => orCacheFault(`look up ${objectName(ref)} in the cache`, signal, async () => findEntry(ref)),
    put: (entry, over, signal) =>
      orCacheFault(`cache ${objectName(entry.ref)}`, signal, async () => replace(entry, over)),
  };
}

/** A text, its cost in bytes of memory, and the number of its put. */
type StoredText = Readonly<{ text: string; cost: number; version: CacheVersion }>;

/** The engine stores a text with one byte for each character when all are Latin-1, otherwise with two. */
function storedText(id: string, text: string, version: CacheVersion): StoredText {
  const all = id + text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is all of Latin-1.
  return { text, version, cost: all.length * (/^[\x00-\xff]*$/.test(all) ? 1 : 2) + overhead };
}
