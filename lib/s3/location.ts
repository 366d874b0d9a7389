// Where a bucket in the S3 protocol is: its name and the options after `?`, as an operator writes them.

import {
  choiceOption,
  endpointOption,
  type LocationOptions,
  type Refuse,
  regionOption,
  splitOptions,
} from '../io/location-text';
import { ProblemError } from '../problem';
import type { Cloud } from './credentials';
import type { S3Place } from './request';
import { isAccessPointAlias, refuseSpecialEndpoint, refuseSpecialName } from './special-buckets';

export type S3Location = Readonly<{
  kind: 's3';
  bucket: string;
  /** null = the caller's default. */
  region: string | null;
  /** null = AWS. */
  endpoint: URL | null;
  pathStyle: boolean;
  signed: boolean;
  /** The bucket's name in events, when `bucket` is the alias of an access point; otherwise events have `bucket` itself. */
  events?: string;
}> &
  Payment;
export type CosLocation = Readonly<{ kind: 'cos'; bucket: string; region: string; signed: boolean }> & Payment;

/** Set when the reader pays for requests (Requester Pays); otherwise the owner of the bucket does. */
type Payment = Readonly<{ requesterPays?: true }>;

/** Reads what follows `s3://`. Throws the error of `refuse`. */
export function s3Location(rest: string, refuse: Refuse): S3Location {
  const { name: bucket, options } = splitOptions(rest, s3Options, refuse);
  refuseSpecialName(bucket, refuse);
  if (!isBucketName(bucket)) throw refuse('s3:// needs the name of a bucket, 2 characters or more, without a path');
  const style = choiceOption('style', options, ['path', 'virtual'], refuse);
  const endpoint = endpointOption(options, refuse);
  if (endpoint !== null) refuseSpecialEndpoint(endpoint, refuse);
  // AWS wants the bucket in the host name; other stores rarely have DNS names for that.
  const pathStyle = style === null ? endpoint !== null : style === 'path';
  // The name becomes part of a host name. (With https a name with a dot gets path style in any case.)
  if (!pathStyle && !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw refuse('the name of the bucket cannot be part of a host name: add style=path');
  }
  const region = regionOption(options, refuse);
  const access = accessOptions(options, refuse);
  return { kind: 's3', bucket, region, endpoint, pathStyle, ...access, ...eventsOption(options, refuse) };
}

/** The options of `s3://`, as an operator writes them. */
export const s3Options = ['region', 'endpoint', 'style', 'credentials', 'payer', 'events'] as const;
/** The options of `cos://`; `s3://` has all of them too. */
const cosOptions = ['region', 'credentials', 'payer'] as const;

/** Reads what follows `cos://`. Throws the error of `refuse`. */
export function cosLocation(rest: string, refuse: Refuse): CosLocation {
  const { name: bucket, options } = splitOptions(rest, cosOptions, refuse);
  if (!/^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?-[0-9]{5,12}$/.test(bucket)) {
    throw refuse('cos:// needs name-appid, for example cos://photos-1250000000?region=ap-guangzhou');
  }
  const region = regionOption(options, refuse);
  if (region === null) throw refuse('cos:// needs the option "region", for example ?region=ap-guangzhou');
  return { kind: 'cos', bucket, region, ...accessOptions(options, refuse) };
}

/** The place of a location, and the cloud whose keys it takes. Throws ProblemError ConfigInvalid when no region is known. */
export function s3PlaceOf(
  location: S3Location | CosLocation,
  defaultRegion: string | null,
): Readonly<{ place: S3Place; cloud: Cloud }> {
  const { bucket } = location;
  if (location.kind === 'cos') {
    // COS speaks the S3 protocol at this endpoint, with the bucket in the host name only.
    const endpoint = new URL(`https://cos.${location.region}.myqcloud.com`);
    const place = { bucket, endpoint, region: location.region, pathStyle: false, headers: payerHeaders(location) };
    return { place, cloud: 'tencent' };
  }
  const { endpoint, pathStyle } = location;
  const region = location.region ?? defaultRegion ?? (endpoint === null ? null : anyRegion);
  if (region === null) {
    throw new ProblemError('ConfigInvalid', `Cannot open s3://${bucket}: add ?region=.. or set AWS_REGION`);
  }
  const place = { bucket, endpoint, region, pathStyle, headers: payerHeaders(location) };
  return { place, cloud: endpoint === null ? 'aws' : 'other' };
}

/** The headers of Requester Pays. COS documents its own name, and also takes the name of S3: it gets both. */
function payerHeaders({ kind, requesterPays }: S3Location | CosLocation): Readonly<Record<string, string>> {
  if (requesterPays !== true) return {};
  const names = kind === 'cos' ? ['x-amz-request-payer', 'x-cos-request-payer'] : ['x-amz-request-payer'];
  return Object.fromEntries(names.map((name) => [name, 'requester']));
}

/** The bucket's name in events about the objects at a location. */
export function eventBucket(location: S3Location | CosLocation): string {
  return (location.kind === 's3' ? location.events : undefined) ?? location.bucket;
}

/** The region of a store that is compatible with AWS. Most have only one and accept this name for it. */
export const anyRegion = 'us-east-1';

function accessOptions(options: LocationOptions, refuse: Refuse): Payment & Readonly<{ signed: boolean }> {
  const signed = choiceOption('credentials', options, ['none'], refuse) === null;
  if (choiceOption('payer', options, ['requester'], refuse) === null) return { signed };
  if (!signed) throw refuse('payer=requester needs credentials: remove credentials=none');
  return { signed, requesterPays: true };
}

function eventsOption(options: LocationOptions, refuse: Refuse): Readonly<{ events?: string }> {
  const events = options.get('events');
  if (events === undefined) return {};
  if (!isBucketName(events) || isAccessPointAlias(events)) {
    throw refuse('option "events" must be the name of the bucket of the access point, as events have it');
  }
  return { events };
}

function isBucketName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/.test(text);
}
