// Makes the cache and the revision of its entries from the settings.
import { createHash } from 'node:crypto';
import { type CacheDeps, openCache } from '../lib/cache';
import type { CacheSetup } from '../lib/job';
import { maxTries } from '../lib/limits';
import { createKeptAnswers } from '../lib/read/kept-answers';
import { maxPreviewBytes } from '../lib/read/previews/limits';
import { parserVersion } from '../lib/read/record';
import { styles } from '../lib/style';
import type { ObjectRef } from '../lib/types';
import { eventNames, placesOf } from './config/bucket-settings';
import { isWatched } from './config/cache-settings';
import type { Config } from './config/config';
import { writeLog } from './write-log';

/** Opens the cache of `config`; null when it has none. */
export function createCaching(config: Config): CacheSetup | null {
  const { location, freshness, freshMs, answerBytes } = config.cache;
  if (location === null) return null;
  const warn = (note: string): void => writeLog({ level: 'warn', code: 'OK', note }, config.log);
  return {
    store: openCache(location, { ...config, maxTries, warn, ...imagesFor(location.kind, config) }),
    freshness,
    revision: revisionOf(config),
    isWatched: watchedObjects(config),
    now: Date.now,
    ...(answerBytes === 0 ? {} : { answers: createKeptAnswers({ maxBytes: answerBytes, freshMs }) }),
  };
}

/** For a cache in annotations: the buckets with objects that can have them, and the record in the style `flat`. */
function imagesFor(kind: string, config: Config): Pick<CacheDeps, 'images'> {
  if (kind !== 'annotation') return {};
  const places = placesOf(config).flatMap(({ text, location }) =>
    location.kind === 's3' ? [[text, location] as const] : [],
  );
  return { images: { buckets: new Map(places), show: (record) => styles.get('flat')?.render(record) ?? '{}' } };
}

/**
 * A function that returns whether events of an object are followed: it is watched, and neither the cache nor a sink wrote it, under
 * any name of its bucket.
 */
export function watchedObjects(
  config: Pick<Config, 'cache' | 'sinks' | 'hosts' | 'fallback'>,
): (ref: ObjectRef) => boolean {
  const names = new Map(placesOf(config).map((place) => [place.text, eventNames(place)]));
  const isOfSinks = writtenBySinks(config.sinks);
  const isFollowed = (object: Readonly<{ bucket: string; key: string }>): boolean =>
    isWatched(config.cache, object) && !isOfSinks(object);
  return ({ bucketId, bucket, key }) =>
    (names.get(bucketId) ?? [bucket]).every((name) => isFollowed({ bucket: name, key }));
}

/** A function that returns whether a sink wrote an object. Its code is loaded only for sinks: the function http has none. */
function writtenBySinks(sinks: Config['sinks']): (object: Readonly<{ bucket: string; key: string }>) => boolean {
  if (sinks.locations.length === 0) return () => false;
  return (require('./config/sink-settings') as typeof import('./config/sink-settings')).writtenBySinks(sinks);
}

type RevisionSettings = Pick<Config, 'dropGroups' | 'limits' | 'previewBytes'>;

/**
 * The revision: it names the parser, and the settings that change what is read of an object. ETags of answers and entries of
 * the cache are valid for one revision.
 */
export function revisionOf({ dropGroups, limits, previewBytes }: RevisionSettings): string {
  const { firstRead, requests, readBytes, objectBytes, side, pixels, webpSide, frames } = limits;
  const bounds = [firstRead, requests, readBytes, objectBytes, side, pixels, webpSide, frames];
  // With the default, entries of caches stay valid that were written before there was this setting.
  const ofPreviews = previewBytes === maxPreviewBytes ? [] : [previewBytes];
  const text = JSON.stringify([[...dropGroups].sort(), ...bounds, ...ofPreviews]);
  return `${parserVersion}-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
}
