// The settings of the cache, and of which uploads it follows.

import { relative, resolve } from 'node:path';
import { type CacheLocation, cacheObjects, parseCacheLocation } from '../../lib/cache';
import type { Freshness } from '../../lib/job';
import type { Env } from '../../lib/types';
import { invalid, list, oneOf, unreadable } from './setting';

/** Keys that begin and end so; either may be empty. */
type Pattern = Readonly<{ prefix: string; suffix: string }>;

export type CacheConfig = Readonly<{
  /** null = no cache. */
  location: CacheLocation | null;
  freshness: Freshness;
  /** Keys that upload events are followed for; none = all. */
  watch: readonly Pattern[];
}>;

/** Every setting of this file, by its environment name. */
export const cacheSettingNames = ['EXIF_CACHE', 'EXIF_FRESHNESS', 'EXIF_WATCH'] as const;

/** What the keys of a cache end in (lib/cache/s3.ts). */
const entrySuffix = '.json';

/** Reads them; throws ProblemError `ConfigInvalid` for the first that is wrong. */
export function readCache(env: Env): CacheConfig {
  const location = readLocation(env['EXIF_CACHE'] || 'none');
  const freshness = oneOf(env, 'EXIF_FRESHNESS', ['verify', 'trust']);
  const watch = list(env['EXIF_WATCH'] ?? '').map(toPattern);
  if (location === null && freshness === 'trust') {
    throw invalid('EXIF_FRESHNESS', 'is trust: that needs a cache, EXIF_CACHE is not set');
  }
  return { location, freshness: freshness ?? 'verify', watch };
}

function readLocation(text: string): CacheLocation | null {
  try {
    const location = parseCacheLocation(text);
    return location.kind === 'none' ? null : location;
  } catch (cause) {
    throw unreadable('EXIF_CACHE', cause);
  }
}

function toPattern(text: string): Pattern {
  const [prefix = '', suffix, ...more] = text.split('*');
  if (suffix === undefined || more.length > 0) {
    throw invalid(
      'EXIF_WATCH',
      'must be patterns with one * each and commas between, such as photos/*,*.jpg,raw/*.dng',
    );
  }
  return { prefix, suffix };
}

/** A configured bucket. `folder` is its path where it is one: no events tell of that. */
export type Source = Readonly<{ bucket: string; folder: string | null }>;

/** Throws ProblemError `ConfigInvalid` for a cache that would follow its own writes. */
export function checkCache({ location, freshness, watch }: CacheConfig, sources: readonly Source[]): void {
  if (location === null) return;
  if (freshness === 'trust') checkTrust(location, sources);
  checkFolder(location, sources);
  const own = cacheObjects(location);
  const isSource = sources.some(({ bucket, folder }) => bucket === own?.bucket && folder === null);
  if (own === null || !isSource) return;
  const keys = { prefix: own.prefix, suffix: entrySuffix };
  if (watch.length > 0 && !watch.some((pattern) => mayMeet(pattern, keys))) return;
  throw invalid(
    'EXIF_CACHE',
    `is inside the bucket ${own.bucket} that it is a cache of, so each entry that is written is an upload that would be followed: ` +
      `put it into a bucket of its own, or let EXIF_WATCH name the images only, for example EXIF_WATCH=*.jpg,*.jpeg,*.png`,
  );
}

/** Throws for what no event can keep right: a cache in another process, or a folder, which tells nobody of its changes. */
function checkTrust({ kind }: CacheLocation, sources: readonly Source[]): void {
  if (kind === 'memory')
    throw invalid('EXIF_FRESHNESS', 'is trust: events cannot reach a cache in the memory of another process');
  if (sources.some(({ folder }) => folder !== null))
    throw invalid('EXIF_FRESHNESS', 'is trust: no events tell of a folder');
}

/** Throws for a cache in a folder that is itself served. */
function checkFolder(location: CacheLocation, sources: readonly Source[]): void {
  if (location.kind !== 'directory') return;
  const path = resolve(location.path);
  const around = sources.find(({ folder }) => folder !== null && !relative(resolve(folder), path).startsWith('..'));
  if (around !== undefined)
    throw invalid('EXIF_CACHE', `is inside the bucket ${around.bucket}: put it beside that folder`);
}

/** Whether one key may fit both; short keys, in which prefix and suffix overlap, are taken to. */
function mayMeet(a: Pattern, b: Pattern): boolean {
  const prefixes = a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix);
  return prefixes && (a.suffix.endsWith(b.suffix) || b.suffix.endsWith(a.suffix));
}

/** Whether upload events of an object are followed: it is watched, and no entry of the cache itself. */
export function isWatched(
  { location, watch }: CacheConfig,
  { bucket, key }: Readonly<{ bucket: string; key: string }>,
): boolean {
  const own = location === null ? null : cacheObjects(location);
  if (own?.bucket === bucket && fits(key, { prefix: own.prefix, suffix: entrySuffix })) return false;
  return watch.length === 0 || watch.some((pattern) => fits(key, pattern));
}

function fits(key: string, { prefix, suffix }: Pattern): boolean {
  return key.length >= prefix.length + suffix.length && key.startsWith(prefix) && key.endsWith(suffix);
}
