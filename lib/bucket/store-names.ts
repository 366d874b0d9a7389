// The host names under which a store serves a bucket. Clients sign one of them.

import { awsPartition } from '../s3/aws-partition';
import type { BucketLocation } from './location';

/** Region of a location: its own, else `fallback`; '' for a folder. */
export function regionOf(location: BucketLocation, fallback: string | null): string {
  if (location.kind === 'directory') return '';
  return location.region ?? fallback ?? '';
}

/** Host names, in lower case, that only this bucket has [COS Regions and Access Endpoints; Amazon S3 Endpoints]. */
export function storeHosts(location: BucketLocation, region: string): readonly string[] {
  if (location.kind === 'directory') return [];
  const { bucket } = location;
  if (location.kind === 'cos') return cosNames(region).map((name) => `${bucket}.${name}`);
  const { endpoint } = location;
  if (endpoint !== null) return location.pathStyle ? [] : [`${bucket}.${endpoint.hostname}`.toLowerCase()];
  return awsNames(region).map((name) => `${bucket}.${name}`.toLowerCase());
}

/** The rest of the host names of COS and of CI: public and internal, by region and accelerated. */
function cosNames(region: string): readonly string[] {
  const names = ['cos', 'cos-internal'].flatMap((name) => [`${name}.${region}`, `${name}.accelerate`]);
  names.push(`ci.${region}`, `pic.${region}`);
  const older = olderPicNames.get(region);
  return [
    ...['myqcloud.com', 'tencentcos.cn'].flatMap((domain) => names.map((name) => `${name}.${domain}`)),
    ...(older === undefined ? [] : [`${older}.myqcloud.com`]),
  ];
}

/** The older names of CI, which old links still carry [CI Regions and Domain Names, historical version]. */
const olderPicNames: ReadonlyMap<string, string> = new Map([
  ['ap-beijing', 'picbj'],
  ['ap-beijing-1', 'pictj'],
  ['ap-nanjing', 'picnj'],
  ['ap-shanghai', 'picsh'],
  ['ap-guangzhou', 'picgz'],
  ['ap-chengdu', 'piccd'],
  ['ap-chongqing', 'piccq'],
  ['ap-hongkong', 'pichk'],
  ['ap-singapore', 'picsgp'],
  ['ap-mumbai', 'picin'],
  ['eu-moscow', 'picru'],
  ['na-toronto', 'picca'],
]);

/**
 * What follows the bucket in the names of S3: by region, over IPv6 too (dual-stack), with FIPS, accelerated, and without a
 * region. A name without a region means the bucket of that name in the partition that the domain belongs to: GovCloud
 * shares the domain of the commercial regions and not their buckets, so there only names with a region are certain.
 */
function awsNames(region: string): readonly string[] {
  const { name, domain } = awsPartition(region);
  const regional = ['s3', 's3.dualstack'];
  const fips = ['s3-fips', 's3-fips.dualstack'];
  const byRegion = (name === 'aws-cn' ? regional : [...regional, ...fips]).map((service) => `${service}.${region}`);
  // The form of names before 2019, with a hyphen.
  const older = name === 'aws' ? [`s3-${region}`] : [];
  const global = name === 'aws' ? ['s3', 's3-accelerate', 's3-accelerate.dualstack'] : name === 'aws-cn' ? ['s3'] : [];
  return [...byRegion, ...older, ...global].map((service) => `${service}.${domain}`);
}
