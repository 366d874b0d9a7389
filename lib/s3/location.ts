// Where a bucket in the S3 protocol is: its name and the options behind `?`, as an operator writes them.

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
  /** The bucket's name in events, where `bucket` is the alias of an access point; not there: as `bucket`. */
  events?: string;
}> &
  Paid;
export type CosLocation = Readonly<{ kind: 'cos'; bucket: string; region: string; signed: boolean }> & Paid;

/** Who reads pays for it (Requester Pays); not there: the owner of the bucket does. */
type Paid = Readonly<{ requesterPays?: true }>;

/** Makes the error for a text that is wrong; `reason` says what is allowed and repeats no value (a password may be in it). */
export type Refuse = (reason: string) => ProblemError;

/** Reads what follows `s3://`; throws what `invalid` makes. */
export function s3Location(rest: string, invalid: Refuse): S3Location {
  const { name: bucket, options } = splitOptions(rest, s3Options, invalid);
  refuseSpecialName(bucket, invalid);
  if (!isBucketName(bucket)) throw invalid('s3:// needs the name of a bucket and no path (2 characters or more)');
  const style = oneOf('style', options, ['path', 'virtual'], invalid);
  const endpoint = endpointOption(options, invalid);
  if (endpoint !== null) refuseSpecialEndpoint(endpoint, invalid);
  // AWS wants the bucket in the host name; other stores rarely have names set up for that.
  const pathStyle = style === null ? endpoint !== null : style === 'path';
  // In a host name only what a host name can hold. (With https a dot means path style in any case.)
  if (!pathStyle && !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw invalid('the name of the bucket does not fit a host name: use style=path');
  }
  const region = regionOption(options, invalid);
  const access = accessOptions(options, invalid);
  return { kind: 's3', bucket, region, endpoint, pathStyle, ...access, ...eventsOption(options, invalid) };
}

/** The options of `s3://`, as an operator writes them. */
export const s3Options = ['region', 'endpoint', 'style', 'credentials', 'payer', 'events'] as const;
/** The options of `cos://`. */
export const cosOptions = ['region', 'credentials', 'payer'] as const;

/** Reads what follows `cos://`; throws what `invalid` makes. */
export function cosLocation(rest: string, invalid: Refuse): CosLocation {
  const { name: bucket, options } = splitOptions(rest, cosOptions, invalid);
  if (!/^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?-[0-9]{5,12}$/.test(bucket)) {
    throw invalid('cos:// needs name-appid, for example cos://photos-1250000000?region=ap-guangzhou');
  }
  const region = regionOption(options, invalid);
  if (region === null) throw invalid('cos:// needs its region, for example ?region=ap-guangzhou');
  return { kind: 'cos', bucket, region, ...accessOptions(options, invalid) };
}

/** The place that a location means, and whose keys it takes. Throws ProblemError ConfigInvalid when no region is known. */
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

/** The headers of Requester Pays. COS documents its own name and takes S3's in requests of that protocol: it gets both. */
function payerHeaders({ kind, requesterPays }: S3Location | CosLocation): Readonly<Record<string, string>> {
  if (requesterPays !== true) return {};
  const names = kind === 'cos' ? ['x-amz-request-payer', 'x-cos-request-payer'] : ['x-amz-request-payer'];
  return Object.fromEntries(names.map((name) => [name, 'requester']));
}

/** The bucket's name in events about the objects at a location. */
export function eventBucket(location: S3Location | CosLocation): string {
  return (location.kind === 's3' ? location.events : undefined) ?? location.bucket;
}

/** Most stores that are compatible with one of AWS have one region and take this name for it. */
export const anyRegion = 'us-east-1';

export type Options = ReadonlyMap<string, string>;

/** The text up to the first `?`, and the options behind it, decoded; each at most once, with a value, and `allowed`. */
export function splitOptions(
  rest: string,
  allowed: readonly string[],
  invalid: Refuse,
): Readonly<{ name: string; options: Options }> {
  const [name = '', ...queries] = rest.split('?');
  const options = new Map<string, string>();
  for (const pair of queries.length === 0 ? [] : queries.join('?').split('&')) {
    const at = pair.indexOf('=');
    const option = at < 0 ? pair : pair.slice(0, at);
    if (!allowed.includes(option)) throw invalid(`an option is unknown; allowed are ${allowed.join(', ')}`);
    if (options.has(option)) throw invalid(`option ${option} stands twice`);
    const value = at < 0 ? '' : decoded(option, pair.slice(at + 1), invalid);
    if (value === '') throw invalid(`option ${option} has no value`);
    options.set(option, value);
  }
  return { name, options };
}

function decoded(option: string, text: string, invalid: Refuse): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid(`option ${option} is not valid percent-encoding`);
  }
}

/** The option `endpoint`; null when it is not there. */
export function endpointOption(options: Options, invalid: Refuse): URL | null {
  const text = options.get('endpoint');
  if (text === undefined) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  const bare = url !== null && url.pathname === '/' && !/[?#@]/.test(text);
  if (url === null || !bare || !/^https?:$/.test(url.protocol)) {
    throw invalid('endpoint must be http://host[:port] or https://host[:port], without path, query or user name');
  }
  return url;
}

/** The option `region`, which becomes part of a host name and of the signature; null when it is not there. */
export function regionOption(options: Options, invalid: Refuse): string | null {
  const region = options.get('region');
  if (region === undefined) return null;
  if (!/^[a-z0-9-]{1,32}$/.test(region)) throw invalid('region may hold only a-z, 0-9 and -');
  return region;
}

function accessOptions(options: Options, invalid: Refuse): Paid & Readonly<{ signed: boolean }> {
  const signed = oneOf('credentials', options, ['none'], invalid) === null;
  if (oneOf('payer', options, ['requester'], invalid) === null) return { signed };
  if (!signed) throw invalid('payer=requester needs credentials, which credentials=none leaves out');
  return { signed, requesterPays: true };
}

function eventsOption(options: Options, invalid: Refuse): Readonly<{ events?: string }> {
  const events = options.get('events');
  if (events === undefined) return {};
  if (!isBucketName(events) || isAccessPointAlias(events)) {
    throw invalid('events must be the name of the bucket behind an access point, as its events carry it');
  }
  return { events };
}

function isBucketName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/.test(text);
}

function oneOf(name: string, options: Options, allowed: readonly string[], invalid: Refuse): string | null {
  const value = options.get(name);
  if (value === undefined) return null;
  if (!allowed.includes(value)) throw invalid(`option ${name} must be ${allowed.join(' or ')}`);
  return value;
}
