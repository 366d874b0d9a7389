// A cache in the memory of this process: the entries used last, up to a sum of bytes.

import type { CacheEntry, CacheVersion, ExifCache, Lookup, ObjectRef, PutResult } from '../types';
import { decode, encode, entryName, unkept } from './envelope';
import { named, orCacheFault } from './fault';

/** Bytes that an entry costs beside its text: its name, the place in the map. An estimate. */
const overhead = 256;

/**
 * A cache of at most about `maxBytes`. It holds texts: an entry's own values may be views of all that was read of an
 * object, and would keep that alive.
 */
export function memoryCache(maxBytes: number): ExifCache {
  // A Map keeps the order in which its keys came: the first one is the one used longest ago.
  const texts = new Map<string, Kept>();
  let bytes = 0;
  let puts = 0;

  function drop(id: string): void {
    bytes -= texts.get(id)?.cost ?? 0;
    texts.delete(id);
  }

  function keep(id: string, kept: Kept): void {
    drop(id);
    texts.set(id, kept);
    bytes += kept.cost;
  }

  function find(ref: ObjectRef): Lookup {
    const id = entryName(ref);
    const kept = texts.get(id);
    if (kept === undefined) return { entry: null, version: null };
    keep(id, kept);
    return { entry: decode(kept.text, ref), version: kept.version };
  }

  function replace(entry: CacheEntry, over: CacheVersion | null): PutResult {
    const id = entryName(entry.ref);
    if ((texts.get(id)?.version ?? null) !== over) return 'conflict';
    const version = String(++puts);
    const text = encode(entry);
    const own = text === null ? null : keptOf(id, text, version);
    const fits = own !== null && own.cost <= maxBytes;
    keep(id, fits ? own : keptOf(id, encode(unkept(entry)) ?? '', version));
    for (const oldest of texts.keys()) {
      if (bytes <= maxBytes) break;
      drop(oldest);
    }
    return fits ? 'kept' : 'not-stored';
  }

  return {
    name: 'memory',
    get: (ref, signal) => orCacheFault(`look up ${named(ref)} in the cache`, signal, async () => find(ref)),
    put: (entry, over, signal) => orCacheFault(`cache ${named(entry.ref)}`, signal, async () => replace(entry, over)),
  };
}

/** A text, the bytes that it costs, and the number of the put that brought it. */
type Kept = Readonly<{ text: string; cost: number; version: CacheVersion }>;

/** The engine holds a text by one byte a character where all are in Latin-1, else by two. */
function keptOf(id: string, text: string, version: CacheVersion): Kept {
  const all = id + text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is all of Latin-1.
  return { text, version, cost: all.length * (/^[\x00-\xff]*$/.test(all) ? 1 : 2) + overhead };
}
