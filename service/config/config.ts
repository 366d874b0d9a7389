// Reads all settings from the environment, once, and checks them together. An error names the setting and says what is allowed.

import { lacksRegion, regionIn } from '../../lib/bucket';
import { nearest } from '../../lib/io/nearest';
import { defaultLimits, type Limits } from '../../lib/limits';
import { maxPreviewBytes, mostPreviewBytes } from '../../lib/read/previews/limits';
import { defaultStyle, styles } from '../../lib/style';
import { type TagGroup, tagGroups } from '../../lib/tag/groups';
import type { Env, Style } from '../../lib/types';
import { type AuthConfig, authSettingNames, checkAccess, readAuth } from './auth-settings';
import {
  type BucketConfig,
  bucketNames,
  bucketSettingNames,
  placesOf,
  readBuckets,
  toSources,
} from './bucket-settings';
import { type CacheConfig, cacheSettingNames, checkCache, readCache } from './cache-settings';
import { type ReportConfig, readReport, reportSettingNames } from './report-settings';
import { readServer, type ServerConfig, serverSettingNames } from './server-settings';
import { readChoice, readNumber, settingInvalid, splitList, switchedOn } from './setting';
import { noSinks, type SinkConfig, sinkSettingNames } from './sink-config';

export type Config = BucketConfig &
  ReportConfig &
  ServerConfig &
  Readonly<{
    limits: Limits;
    /** Bytes of the longest preview that is answered. */
    previewBytes: number;
    /** `requests`: the fewest GETs. `latency`: the fewest round trips, by reading ahead. */
    readAhead: 'requests' | 'latency';
    dropGroups: readonly TagGroup[];
    cacheControl: string;
    corsOrigins: readonly string[];
    /** Request headers that pages of these origins may send; null = those of the SDKs (lib/http/cors.ts). */
    corsHeaders: readonly string[] | null;
    /** Which answers are compressed; null = those of entry points that pass on bytes unchanged. */
    compression: 'none' | 'all' | null;
    defaultStyle: Style;
    /** Whether each answer has a header that says what was read for it. */
    showReads: boolean;
    /** Whether `GET /` returns the page. */
    page: boolean;
    region: string | null;
    auth: AuthConfig;
    cache: CacheConfig;
    sinks: SinkConfig;
    /** Whether `GET /-/health` says that the process runs. */
    health: boolean;
    /** Whether `POST /-/batch` answers for many objects. */
    batch: boolean;
    /** Whether `GET /-/openapi.json` returns the OpenAPI description. */
    openapi: boolean;
    /** The environment itself, read again at each use: platforms rotate credentials. */
    env: Env;
  }>;

/** The settings of limits: name, the member of `Limits`, the least and the greatest allowed value. */
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

/** The other settings of this file. */
const others = [
  'EXIF_READ_AHEAD',
  'EXIF_MAX_PREVIEW_BYTES',
  'EXIF_DROP',
  'EXIF_STYLE',
  'EXIF_SHOW_READS',
  'EXIF_PAGE',
  'EXIF_CACHE_CONTROL',
  'EXIF_CORS_ORIGINS',
  'EXIF_CORS_HEADERS',
  'EXIF_COMPRESS',
  'EXIF_HEALTH',
  'EXIF_OPENAPI',
  'EXIF_BATCH',
];

/** Every setting, by the name of its environment variable. */
export const settingNames: readonly string[] = [
  ...bucketSettingNames,
  ...others,
  ...authSettingNames,
  ...cacheSettingNames,
  ...sinkSettingNames,
  ...reportSettingNames,
  ...serverSettingNames,
  ...numbers.map(([name]) => name),
];

/** The environment of this process. */
export const processEnv: Env = process.env;

/** Reads all settings. Throws ProblemError `ConfigInvalid` for the first one that is wrong or unknown. */
export function readConfig(env: Env): Config {
  refuseUnknownSettings(env);
  const buckets = readBuckets(env);
  const places = placesOf(buckets);
  const auth = readAuth(env);
  checkAccess(auth, bucketNames(places));
  const cache = readCache(env);
  const sources = places.flatMap(toSources);
  checkCache(cache, sources);
  const sinkCode = sinkSettings(env);
  const sinks = sinkCode?.readSinks(env) ?? noSinks;
  sinkCode?.checkSinks(sinks, cache, sources);
  const secret = typeof sinks.secret === 'string' ? null : sinks.secret;
  const locations = [
    ...places.map(({ location }) => location),
    ...[cache.location, auth.keys, ...sinks.locations, secret],
  ].filter((location) => location !== null);
  const region = regionIn(env, locations.some(lacksRegion));
  sinkCode?.checkSinkTables(sinks, cache, region);
  if (cache.location?.kind === 'annotation') {
    const { checkAnnotations } = require('./annotation-settings') as typeof import('./annotation-settings');
    checkAnnotations(cache.location, cache.freshness, places, region);
  }
  return {
    ...buckets,
    limits: readLimits(env),
    previewBytes: readNumber(env, 'EXIF_MAX_PREVIEW_BYTES', 1024, mostPreviewBytes) ?? maxPreviewBytes,
    readAhead: readChoice(env, 'EXIF_READ_AHEAD', ['requests', 'latency']) ?? 'requests',
    dropGroups: readDrop(env['EXIF_DROP'] ?? ''),
    cacheControl: readCacheControl(env['EXIF_CACHE_CONTROL'] || 'private, no-cache'),
    corsOrigins: readOrigins(env['EXIF_CORS_ORIGINS'] ?? ''),
    corsHeaders: readCorsHeaders(env),
    compression: readChoice(env, 'EXIF_COMPRESS', ['none', 'all']),
    defaultStyle: styles.get(readChoice(env, 'EXIF_STYLE', [...styles.keys()]) ?? '') ?? defaultStyle,
    showReads: switchedOn(env, 'EXIF_SHOW_READS'),
    page: switchedOn(env, 'EXIF_PAGE'),
    region,
    auth,
    cache,
    sinks,
    health: switchedOn(env, 'EXIF_HEALTH'),
    openapi: switchedOn(env, 'EXIF_OPENAPI'),
    batch: switchedOn(env, 'EXIF_BATCH'),
    ...readServer(env),
    ...readReport(env),
    env,
  };
}

/** The code for the settings of sinks; null when none is set. */
function sinkSettings(env: Env): typeof import('./sink-settings') | null {
  if (!sinkSettingNames.some((name) => env[name])) return null;
  return require('./sink-settings') as typeof import('./sink-settings');
}

/** Throws for a mistyped name, which would otherwise have no effect. */
function refuseUnknownSettings(env: Env): void {
  const unknown = Object.keys(env).find((name) => name.startsWith('EXIF_') && !settingNames.includes(name));
  if (unknown === undefined) return;
  const meant = nearest(unknown, settingNames);
  const hint = meant === null ? `; known settings: ${settingNames.join(', ')}` : `; did you mean ${meant}?`;
  throw settingInvalid(unknown, `is not a known setting${hint}`);
}

/** The limits of reading one object. Throws ProblemError `ConfigInvalid`. */
export function readLimits(env: Env): Limits {
  const limits = { ...defaultLimits };
  for (const [name, limit, least, most] of numbers) {
    limits[limit] = readNumber(env, name, least, most) ?? limits[limit];
  }
  if (limits.firstRead > limits.readBytes)
    throw settingInvalid(
      'EXIF_FIRST_READ',
      'must not be more than EXIF_MAX_READ_BYTES: lower EXIF_FIRST_READ, or raise EXIF_MAX_READ_BYTES',
    );
  return limits;
}

function readDrop(text: string): readonly TagGroup[] {
  const isGroup = (name: string): name is TagGroup => Object.hasOwn(tagGroups, name);
  const groups = splitList(text);
  if (!groups.every(isGroup)) {
    throw settingInvalid(
      'EXIF_DROP',
      `must be names of tag groups separated by commas; tag groups: ${Object.keys(tagGroups).join(', ')}`,
    );
  }
  return groups.filter(isGroup);
}

function readCacheControl(text: string): string {
  if (!/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text)) {
    throw settingInvalid(
      'EXIF_CACHE_CONTROL',
      'must be the value of a Cache-Control header, such as public, max-age=60',
    );
  }
  return text;
}

function readOrigins(text: string): readonly string[] {
  const origins = splitList(text);
  if (!origins.every((origin) => origin === '*' || /^https?:\/\/[a-z0-9.-]+(:\d+)?$/.test(origin))) {
    throw settingInvalid(
      'EXIF_CORS_ORIGINS',
      'must be * or origins separated by commas, such as https://www.example.com',
    );
  }
  return origins;
}

/** Names in lower case; null when the setting is unset or empty. */
function readCorsHeaders(env: Env): readonly string[] | null {
  const text = env['EXIF_CORS_HEADERS'] ?? '';
  if (text === '') return null;
  const names = splitList(text.toLowerCase());
  if (names.length === 0 || !names.every((name) => name === '*' || /^[a-z0-9-]+\*?$/.test(name))) {
    throw settingInvalid(
      'EXIF_CORS_HEADERS',
      'must be names of request headers separated by commas, such as authorization,x-amz-*; a name that ends with * allows every header that starts with it',
    );
  }
  if (splitList(env['EXIF_CORS_ORIGINS'] ?? '').length === 0) {
    throw settingInvalid('EXIF_CORS_HEADERS', 'has no effect without EXIF_CORS_ORIGINS: set both');
  }
  return names;
}
