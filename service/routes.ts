// Finds the bucket for a host name or for the name in an event, and the name of the bucket in a cache, from the settings.
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { regionOf, storeHosts } from '../lib/bucket';
import type { HostBucket, Routes } from '../lib/http/request';
import { type BucketPlace, bucketName, eventNames, placesOf } from './config/bucket-settings';
import type { Config } from './config/config';

/** The bucket for each host name, and for all others. */
export function routesOf(config: Config): Routes {
  const { fallback } = config;
  return { hosts: hostRoutes(config), fallback: fallback === null ? null : toRoute(fallback) };
}

/** The bucket for each name that events use. */
export function eventRoutes(config: Config): ReadonlyMap<string, HostBucket> {
  return new Map(placesOf(config).flatMap((place) => eventNames(place).map((name) => [name, toRoute(place)] as const)));
}

/**
 * The hosts that are configured, and those under which the stores serve the buckets. A name that two buckets would have (`a.b`
 * at store.example and `a` at b.store.example) leads to neither of them, unless it is configured.
 */
function hostRoutes(config: Config): Routes['hosts'] {
  const names = new Map<string, HostBucket | null>();
  for (const place of placesOf(config)) {
    for (const host of storeHosts(place.location, regionOf(place.location, config.region))) {
      const other = names.get(host);
      names.set(host, other === undefined || other?.bucketId === place.text ? toRoute(place) : null);
    }
  }
  const certain = [...names].flatMap(([host, route]) => (route === null ? [] : [[host, route] as const]));
  return new Map([...certain, ...[...config.hosts].map(([host, place]) => [host, toRoute(place)] as const)]);
}

/**
 * The route to a place. Two buckets may have the same name: folders, and buckets of stores other than AWS and COS. Their name in
 * a cache therefore has a hash of where they are.
 */
function toRoute(place: BucketPlace): HostBucket {
  const { text, location } = place;
  const route = { bucketId: text, bucket: bucketName(place) };
  const origin = location.kind === 's3' ? location.endpoint?.origin : undefined;
  const where = location.kind === 'directory' ? resolve(location.path) : origin;
  if (where === undefined) return route;
  const hash = createHash('sha256').update(where).digest('hex').slice(0, 12);
  return { ...route, cacheName: `${route.bucket}~${hash}` };
}
