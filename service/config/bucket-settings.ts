// The settings of the buckets that are served.

import { basename, resolve } from 'node:path';
import { type BucketLocation, eventBucket, parseLocation } from '../../lib/bucket';
import type { Env } from '../../lib/types';
import type { EventBucket } from './cache-settings';
import { locationOf, settingInvalid, splitList } from './setting';

/** The location of a bucket, and the text of the setting that it was read from. */
export type BucketPlace<Location = BucketLocation> = Readonly<{ text: string; location: Location }>;

export type BucketConfig = Readonly<{
  /** The bucket of every host that is not in `hosts`; null = requests to such hosts are refused. */
  fallback: BucketPlace | null;
  hosts: ReadonlyMap<string, BucketPlace>;
}>;

/** Every setting of this file, by the name of its environment variable. */
export const bucketSettingNames = ['EXIF_BUCKET', 'EXIF_HOSTS'] as const;

/** Reads the settings of this file. Throws ProblemError `ConfigInvalid` for the first one that is wrong. */
export function readBuckets(env: Env): BucketConfig {
  const fallback = env['EXIF_BUCKET'] ? toPlace('EXIF_BUCKET', env['EXIF_BUCKET']) : null;
  const hosts = readHosts(env['EXIF_HOSTS'] ?? '');
  if (fallback === null && hosts.size === 0) {
    throw settingInvalid(
      'EXIF_BUCKET',
      'is not set: name the bucket, for example s3://photos or ./photos (or set EXIF_HOSTS)',
    );
  }
  return { fallback, hosts };
}

/** All places in the settings. A place of several hosts is in the list several times. */
export function placesOf({ fallback, hosts }: BucketConfig): readonly BucketPlace[] {
  return [...hosts.values(), ...(fallback === null ? [] : [fallback])];
}

function toPlace(name: string, text: string): BucketPlace {
  return { text, location: locationOf(name, text, parseLocation) };
}

/** Pairs of `host=location`, separated by commas. */
function readHosts(text: string): ReadonlyMap<string, BucketPlace> {
  const hosts = new Map<string, BucketPlace>();
  for (const pair of splitList(text)) {
    const at = pair.indexOf('=');
    const host = pair.slice(0, Math.max(at, 0)).trim().toLowerCase();
    if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(host)) {
      throw settingInvalid(
        'EXIF_HOSTS',
        'must be host=location pairs separated by commas, each host without https:// and without a port',
      );
    }
    if (hosts.has(host)) throw settingInvalid('EXIF_HOSTS', `names host ${host} twice`);
    hosts.set(host, toPlace('EXIF_HOSTS', pair.slice(at + 1).trim()));
  }
  return hosts;
}

/** The name of the bucket at a place; for a folder its last path segment. */
export function bucketName({ location }: BucketPlace): string {
  return location.kind === 'directory' ? basename(resolve(location.path)) : location.bucket;
}

/** The names that events and manifests use for the bucket at a place: its own name, and the option `events`. */
export function eventNames(place: BucketPlace): readonly string[] {
  const { location } = place;
  return [...new Set([bucketName(place), ...(location.kind === 'directory' ? [] : [eventBucket(location)])])];
}

/** A place in the form that the settings of the cache need, once for each of its names. */
export function toSources(place: BucketPlace): readonly EventBucket[] {
  const folder = place.location.kind === 'directory' ? place.location.path : null;
  return eventNames(place).map((bucket) => ({ bucket, folder }));
}

/** Names of all buckets. Throws when two places have the same name: settings, policies and logs name buckets by it. */
export function bucketNames(places: readonly BucketPlace[]): readonly string[] {
  const byName = new Map<string, string>();
  for (const place of places) {
    for (const name of eventNames(place)) {
      const other = byName.get(name);
      if (other !== undefined && other !== place.text) {
        throw settingInvalid(
          'EXIF_HOSTS',
          `has two buckets with the name ${name} (${other} and ${place.text}): use only one of them`,
        );
      }
      byName.set(name, place.text);
    }
  }
  return [...new Set(places.map(bucketName))];
}
