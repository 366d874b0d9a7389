// The settings of the cache, and of the uploads that it follows.

import { relative, resolve } from 'node:path';
import { type CacheLocation, cacheObjects, parseCacheLocation } from '../../lib/cache';
import type { Freshness } from '../../lib/job';
import type { Env } from '../../lib/types';
import { locationOf, readNumber, settingInvalid, splitList } from './setting';

/** Keys with this start and this end; each of them may be empty. */
export type Pattern = Readonly<{ prefix: string; suffix: string }>;

export type CacheConfig = Readonly<{
  /** null = no cache. */
  location: CacheLocation | null;
  freshness: Freshness;
  /** Milliseconds for which an answer is reused without asking the bucket; 0 = not at all. */
  freshMs: number;
  /** Bytes of answers that the process keeps in memory. */
  answerBytes: number;
  /** The keys whose upload events are followed; an empty list = all. */
  watch: readonly Pattern[];
}>;

/** Every setting of this file, by the name of its environment variable. */
export const cacheSettingNames = ['EXIF_CACHE', 'EXIF_FRESHNESS', 'EXIF_ANSWERS_MIB', 'EXIF_WATCH'] as const;

/** MiB of kept answers, unless `EXIF_ANSWERS_MIB` says otherwise: about 2,300 of 2 KB, and little in a function of 128 MB. */
const defaultAnswersMib = 8;
/** Seconds: a longer time is `trust` without events, most likely a mistake. */
const maxFreshness = 86_400;

/** The end of all keys of a cache (lib/cache/s3.ts). */
const entrySuffix = '.json';

/** Reads the settings of this file. Throws ProblemError `ConfigInvalid` for the first one that is wrong. */
export function readCache(env: Env): CacheConfig {
  const location = readCacheLocation(env['EXIF_CACHE'] || 'none');
  const { freshness, freshMs } = readFreshness(env);
  const answersMib = readNumber(env, 'EXIF_ANSWERS_MIB', 0, 65_536);
  const watch = splitList(env['EXIF_WATCH'] ?? '').map(toPattern);
  if (location === null && (freshness === 'trust' || freshMs > 0)) {
    const value = env['EXIF_FRESHNESS'];
    throw settingInvalid('EXIF_FRESHNESS', `is ${value}, which needs a cache: set EXIF_CACHE, or unset EXIF_FRESHNESS`);
  }
  if (location === null && answersMib !== null && answersMib > 0)
    throw settingInvalid(
      'EXIF_ANSWERS_MIB',
      'has no effect without a cache: set EXIF_CACHE, or unset EXIF_ANSWERS_MIB',
    );
  if (answersMib === 0 && freshMs > 0)
    throw settingInvalid(
      'EXIF_ANSWERS_MIB',
      'is 0, but EXIF_FRESHNESS is a number of seconds: only answers in memory are reused, so keep some',
    );
  return { location, freshness, freshMs, answerBytes: (answersMib ?? defaultAnswersMib) * 2 ** 20, watch };
}

function readFreshness(env: Env): Pick<CacheConfig, 'freshness' | 'freshMs'> {
  const text = env['EXIF_FRESHNESS'] || 'verify';
  if (text === 'verify' || text === 'trust') return { freshness: text, freshMs: 0 };
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (seconds < 1 || seconds > maxFreshness)
    throw settingInvalid(
      'EXIF_FRESHNESS',
      `must be verify, trust, or a whole number of seconds from 1 to ${maxFreshness} (for 0 seconds: verify)`,
    );
  return { freshness: 'verify', freshMs: seconds * 1000 };
}

function readCacheLocation(text: string): CacheLocation | null {
  const location = locationOf('EXIF_CACHE', text, parseCacheLocation);
  return location.kind === 'none' ? null : location;
}

function toPattern(text: string): Pattern {
  const [prefix = '', suffix, ...more] = text.split('*');
  if (suffix === undefined || more.length > 0) {
    throw settingInvalid(
      'EXIF_WATCH',
      'must be patterns separated by commas, each with one *, such as photos/*,*.jpg,raw/*.dng',
    );
  }
  return { prefix, suffix };
}

/** A configured bucket. `folder` is its path when it is a folder, which sends no events; otherwise null. */
export type EventBucket = Readonly<{ bucket: string; folder: string | null }>;

/**
 * Throws ProblemError `ConfigInvalid` for a cache whose own writes would be followed as uploads, or that events cannot keep up
 * to date.
 */
export function checkCache({ location, freshness, watch }: CacheConfig, sources: readonly EventBucket[]): void {
  if (location === null) return;
  if (freshness === 'trust') checkTrust(location, sources);
  checkFolder(location, sources);
  const own = cacheObjects(location);
  const isSource = sources.some(({ bucket, folder }) => bucket === own?.bucket && folder === null);
  if (own === null || !isSource) return;
  const keys = { prefix: own.prefix, suffix: entrySuffix };
  if (watch.length > 0 && !watch.some((pattern) => mayMeet(pattern, keys))) return;
  throw settingInvalid(
    'EXIF_CACHE',
    `is inside the bucket ${own.bucket} that it caches, so each entry it writes is an upload that would be followed: ` +
      `use another bucket for the cache, or name only the images in EXIF_WATCH, for example EXIF_WATCH=*.jpg,*.jpeg,*.png`,
  );
}

/** Throws when events cannot keep the cache up to date: it is in the memory of a process, or a bucket is a folder. */
function checkTrust({ kind }: CacheLocation, sources: readonly EventBucket[]): void {
  if (kind === 'memory')
    throw settingInvalid(
      'EXIF_FRESHNESS',
      'is trust, but events cannot reach a cache in the memory of another process: use another cache, or EXIF_FRESHNESS=verify',
    );
  if (sources.some(({ folder }) => folder !== null))
    throw settingInvalid(
      'EXIF_FRESHNESS',
      'is trust, but a folder sends no events when its files change: use EXIF_FRESHNESS=verify',
    );
}

/** Throws for a cache inside the folder of a bucket. */
function checkFolder(location: CacheLocation, sources: readonly EventBucket[]): void {
  if (location.kind !== 'directory') return;
  const path = resolve(location.path);
  const around = sources.find(({ folder }) => folder !== null && !relative(resolve(folder), path).startsWith('..'));
  if (around !== undefined)
    throw settingInvalid(
      'EXIF_CACHE',
      `is inside the folder of the bucket ${around.bucket}: put it outside that folder`,
    );
}

/** Whether a key could match both. Also true when only a short key could, in which prefix and suffix overlap. */
export function mayMeet(a: Pattern, b: Pattern): boolean {
  const prefixes = a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix);
  return prefixes && (a.suffix.endsWith(b.suffix) || b.suffix.endsWith(a.suffix));
}

/** Whether upload events of an object are followed: its key is watched, and it is not an entry of the cache itself. */
export function isWatched(
  { location, watch }: CacheConfig,
  { bucket, key }: Readonly<{ bucket: string; key: string }>,
): boolean {
  const own = location === null ? null : cacheObjects(location);
  if (own?.bucket === bucket && fits(key, { prefix: own.prefix, suffix: entrySuffix })) return false;
  return watch.length === 0 || watch.some((pattern) => fits(key, pattern));
}

/** Whether a key has the start and the end of a pattern. */
export function fits(key: string, { prefix, suffix }: Pattern): boolean {
  return key.length >= prefix.length + suffix.length && key.startsWith(prefix) && key.endsWith(suffix);
}
