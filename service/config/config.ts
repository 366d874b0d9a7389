// Environment -> Config, read once and checked whole: what is wrong is said by the variable's name and what is allowed.
import { basename, resolve } from 'node:path';
import { type BucketLocation, eventBucket, lacksRegion, parseLocation, regionIn } from '../../lib/bucket';
import { defaultLimits, type Limits, serverConnections } from '../../lib/limits';
import { defaultStyle, styles } from '../../lib/style';
import { type TagGroup, tagGroups } from '../../lib/tag/groups';
import type { Env, Style } from '../../lib/types';
import { type AuthConfig, authSettingNames, checkAccess, readAuth } from './auth-settings';
import { type CacheConfig, cacheSettingNames, checkCache, readCache, type Source } from './cache-settings';
import { invalid, list, oneOf, readNumber, unreadable } from './setting';

/** Where a bucket is, and the text that said so. */
export type Place = Readonly<{ text: string; location: BucketLocation }>;

export type Config = Readonly<{
  /** The bucket of every host that is not in `hosts`; null = such hosts are refused. */
  fallback: Place | null;
  hosts: ReadonlyMap<string, Place>;
  limits: Limits;
  dropGroups: readonly TagGroup[];
  cacheControl: string;
  corsOrigins: readonly string[];
  /** Request headers that pages of these origins may send; null = those of the SDKs (lib/http/cors.ts). */
  corsHeaders: readonly string[] | null;
  /** Where answers are compressed; null = where the entry point hands on bytes as they are. */
  compression: 'none' | 'all' | null;
  defaultStyle: Style;
  /** Answers say in a header what was read for them. */
  showReads: boolean;
  /** `GET /` answers the page. */
  page: boolean;
  region: string | null;
  auth: AuthConfig;
  cache: CacheConfig;
  /** `GET /-/health` says that the process is up. */
  health: boolean;
  /** Connections that a server keeps open at the same time. */
  maxConnections: number;
  /** Metrics in the log, in the form of a platform; null = none. */
  metrics: 'emf' | null;
  /** Read again at each use: platforms rotate credentials. */
  env: Env;
}>;

/** A number setting: environment name, the limit it sets, the least and the most allowed. */
const numbers: readonly (readonly [string, keyof Limits, number, number])[] = [
  ['EXIF_MAX_OBJECT_BYTES', 'objectBytes', 1, Number.MAX_SAFE_INTEGER],
  ['EXIF_MAX_SIDE', 'side', 1, 2 ** 32],
  ['EXIF_MAX_WEBP_SIDE', 'webpSide', 1, 2 ** 32],
  ['EXIF_MAX_FRAMES', 'frames', 1, 2 ** 32],
  ['EXIF_MAX_PIXELS', 'pixels', 1, Number.MAX_SAFE_INTEGER],
  ['EXIF_FIRST_READ', 'firstRead', 1024, 4 * 1024 * 1024],
  ['EXIF_MAX_REQUESTS', 'requests', 1, 1000],
  ['EXIF_MAX_READ_BYTES', 'readBytes', 64 * 1024, 256 * 1024 * 1024],
  ['EXIF_TRY_MS', 'tryMs', 10, 60_000],
  ['EXIF_TOTAL_MS', 'totalMs', 10, 900_000],
];

const others = [
  'EXIF_BUCKET',
  'EXIF_HOSTS',
  'EXIF_DROP',
  'EXIF_STYLE',
  'EXIF_SHOW_READS',
  'EXIF_PAGE',
  'EXIF_CACHE_CONTROL',
  'EXIF_CORS_ORIGINS',
  'EXIF_CORS_HEADERS',
  'EXIF_COMPRESS',
  'EXIF_HEALTH',
  'EXIF_MAX_CONNECTIONS',
  'EXIF_METRICS',
];

/** Every setting, by its environment name. */
export const settingNames: readonly string[] = [
  ...others,
  ...authSettingNames,
  ...cacheSettingNames,
  ...numbers.map(([name]) => name),
];

/** The environment of this process. */
export const processEnv: Env = process.env;

/** Reads all settings; throws ProblemError `ConfigInvalid` for the first that is wrong or unknown. */
export function readConfig(env: Env): Config {
  refuseUnknown(env);
  const fallback = env['EXIF_BUCKET'] ? toPlace('EXIF_BUCKET', env['EXIF_BUCKET']) : null;
  const hosts = readHosts(env['EXIF_HOSTS'] ?? '');
  if (fallback === null && hosts.size === 0) {
    throw invalid(
      'EXIF_BUCKET',
      'is not set: name the bucket, for example s3://photos or ./photos (or set EXIF_HOSTS)',
    );
  }
  const auth = readAuth(env);
  const places = [...hosts.values(), ...(fallback === null ? [] : [fallback])];
  checkAccess(auth, bucketNames(places));
  const cache = readCache(env);
  checkCache(cache, places.flatMap(toSources));
  return {
    fallback,
    hosts,
    limits: readLimits(env),
    dropGroups: readDrop(env['EXIF_DROP'] ?? ''),
    cacheControl: readCacheControl(env['EXIF_CACHE_CONTROL'] || 'private, no-cache'),
    corsOrigins: readOrigins(env['EXIF_CORS_ORIGINS'] ?? ''),
    corsHeaders: readCorsHeaders(env),
    compression: oneOf(env, 'EXIF_COMPRESS', ['none', 'all']),
    defaultStyle: styles.get(oneOf(env, 'EXIF_STYLE', [...styles.keys()]) ?? '') ?? defaultStyle,
    showReads: oneOf(env, 'EXIF_SHOW_READS', ['1']) !== null,
    page: oneOf(env, 'EXIF_PAGE', ['1']) !== null,
    region: regionIn(env, needsRegion(places, cache, auth)),
    auth,
    cache,
    health: oneOf(env, 'EXIF_HEALTH', ['1']) !== null,
    maxConnections: readNumber(env, 'EXIF_MAX_CONNECTIONS', 1, 100_000) ?? serverConnections.open,
    metrics: oneOf(env, 'EXIF_METRICS', ['emf']),
    env,
  };
}

/** Whether something at AWS is named without its region: a bucket, the cache, the callers' keys. */
function needsRegion(places: readonly Place[], { location }: CacheConfig, { keys }: AuthConfig): boolean {
  const inService = /^(secretsmanager|ssm):/.test(keys ?? '') && !/[?&]region=/.test(keys ?? '');
  return inService || [...places.map((place) => place.location), location ?? { kind: 'none' }].some(lacksRegion);
}

/** The name of the bucket at a place: a folder's own name. */
export function bucketName({ location }: Place): string {
  return location.kind === 'directory' ? basename(resolve(location.path)) : location.bucket;
}

/** The names under which events and manifests know the bucket at a place: its own, and that in the option `events`. */
export function eventNames(place: Place): readonly string[] {
  const { location } = place;
  return [...new Set([bucketName(place), ...(location.kind === 'directory' ? [] : [eventBucket(location)])])];
}

function toSources(place: Place): readonly Source[] {
  const folder = place.location.kind === 'directory' ? place.location.path : null;
  return eventNames(place).map((bucket) => ({ bucket, folder }));
}

/** Names of all buckets. Throws for one that two places have: settings, policies and logs could not tell them apart. */
function bucketNames(places: readonly Place[]): readonly string[] {
  const byName = new Map<string, string>();
  for (const place of places) {
    for (const name of eventNames(place)) {
      const other = byName.get(name);
      if (other !== undefined && other !== place.text) {
        throw invalid(
          'EXIF_HOSTS',
          `has two buckets of the name ${name} (${other} and ${place.text}): only one can be meant`,
        );
      }
      byName.set(name, place.text);
    }
  }
  return [...new Set(places.map(bucketName))];
}

/** A mistyped name would leave a default in place without a word. */
function refuseUnknown(env: Env): void {
  const unknown = Object.keys(env).find((name) => name.startsWith('EXIF_') && !settingNames.includes(name));
  if (unknown !== undefined)
    throw invalid(unknown, `is not a known setting; known settings: ${settingNames.join(', ')}`);
}

function toPlace(name: string, text: string): Place {
  try {
    return { text, location: parseLocation(text) };
  } catch (cause) {
    throw unreadable(name, cause);
  }
}

/** `host=location` pairs with commas between. */
function readHosts(text: string): ReadonlyMap<string, Place> {
  const hosts = new Map<string, Place>();
  for (const pair of list(text)) {
    const at = pair.indexOf('=');
    const host = pair.slice(0, Math.max(at, 0)).trim().toLowerCase();
    if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(host)) {
      throw invalid('EXIF_HOSTS', 'must be host=location pairs with commas between, hosts without https:// and port');
    }
    if (hosts.has(host)) throw invalid('EXIF_HOSTS', `names host ${host} twice`);
    hosts.set(host, toPlace('EXIF_HOSTS', pair.slice(at + 1).trim()));
  }
  return hosts;
}

function readLimits(env: Env): Limits {
  const limits = { ...defaultLimits };
  for (const [name, limit, least, most] of numbers) {
    limits[limit] = readNumber(env, name, least, most) ?? limits[limit];
  }
  if (limits.firstRead > limits.readBytes)
    throw invalid('EXIF_FIRST_READ', 'must not be more than EXIF_MAX_READ_BYTES');
  return limits;
}

function readDrop(text: string): readonly TagGroup[] {
  const isGroup = (name: string): name is TagGroup => Object.hasOwn(tagGroups, name);
  const groups = list(text);
  if (!groups.every(isGroup)) {
    throw invalid('EXIF_DROP', `must be names of tag groups with commas between: ${Object.keys(tagGroups).join(', ')}`);
  }
  return groups.filter(isGroup);
}

function readCacheControl(text: string): string {
  if (!/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text)) {
    throw invalid('EXIF_CACHE_CONTROL', 'must be the text of a Cache-Control header');
  }
  return text;
}

function readOrigins(text: string): readonly string[] {
  const origins = list(text);
  if (!origins.every((origin) => origin === '*' || /^https?:\/\/[a-z0-9.-]+(:\d+)?$/.test(origin))) {
    throw invalid('EXIF_CORS_ORIGINS', 'must be * or origins such as https://www.example.com, with commas between');
  }
  return origins;
}

/** Names in lower case; null when the setting is not there or empty. */
function readCorsHeaders(env: Env): readonly string[] | null {
  const text = env['EXIF_CORS_HEADERS'] ?? '';
  if (text === '') return null;
  const names = list(text.toLowerCase());
  if (names.length === 0 || !names.every((name) => name === '*' || /^[a-z0-9-]+\*?$/.test(name))) {
    throw invalid(
      'EXIF_CORS_HEADERS',
      'must be names of request headers separated by commas, such as authorization,x-amz-*; a name that ends in * is the start of names',
    );
  }
  if (list(env['EXIF_CORS_ORIGINS'] ?? '').length === 0) {
    throw invalid('EXIF_CORS_HEADERS', 'has no effect without EXIF_CORS_ORIGINS: name the origins as well');
  }
  return names;
}
