// The host names under which a store serves a bucket: what a client signs when it means the store.

import type { BucketLocation } from './location';

/** Region of a location: its own, else `fallback`; '' for a folder. */
export function regionOf(location: BucketLocation, fallback: string | null): string {
  if (location.kind === 'directory') return '';
  return location.region ?? fallback ?? '';
}

/** Host names, lower case, that mean this bucket and no other [COS Regions and Access Endpoints; Amazon S3 Endpoints]. */
export function storeHosts(location: BucketLocation, region: string): readonly string[] {
  if (location.kind === 'directory') return [];
  const { bucket } = location;
  if (location.kind === 'cos') {
    return [`cos.${region}`, 'cos.accelerate', `ci.${region}`, `pic.${region}`].map(
      (name) => `${bucket}.${name}.myqcloud.com`,
    );
  }
  const { endpoint } = location;
  if (endpoint !== null) return location.pathStyle ? [] : [`${bucket}.${endpoint.hostname}`.toLowerCase()];
  const suffix = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return [`s3.${region}`, `s3.dualstack.${region}`, 's3'].map((name) => `${bucket}.${name}.${suffix}`.toLowerCase());
}
