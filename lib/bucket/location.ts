// The text that names a bucket and how to reach it, as an operator writes it.

import { ProblemError } from '../problem';

export type DirectoryLocation = Readonly<{ kind: 'directory'; path: string }>;
export type S3Location = Readonly<{
  kind: 's3';
  bucket: string;
  /** null = the caller's default. */
  region: string | null;
  /** null = AWS. */
  endpoint: URL | null;
  pathStyle: boolean;
  signed: boolean;
}>;
export type CosLocation = Readonly<{ kind: 'cos'; bucket: string; region: string; signed: boolean }>;
export type BucketLocation = DirectoryLocation | S3Location | CosLocation;

/** A row a scheme: the text after it, as a location. */
const schemes: Readonly<Record<string, (rest: string) => BucketLocation>> = {
  'directory:': directoryLocation,
  's3://': s3Location,
  'cos://': cosLocation,
};

const forms =
  './path, /path, directory:path, s3://name[?region=..&endpoint=..&style=path|virtual&credentials=none] or ' +
  'cos://name-appid?region=..[&credentials=none]';

/** Reads a location; throws ProblemError ConfigInvalid that says what is allowed and repeats no value (a password may be in it). */
export function parseLocation(text: string): BucketLocation {
  if (/^\.{0,2}\/|^\.{1,2}$/.test(text)) return directoryLocation(text);
  const scheme = /^[a-z0-9]+:(\/\/)?/.exec(text)?.[0] ?? '';
  // `directory:` takes any path, `//` at its start included.
  const name = scheme.startsWith('directory:') ? 'directory:' : scheme;
  const parse = Object.hasOwn(schemes, name) ? schemes[name] : undefined;
  if (parse === undefined) throw invalid(`it must be ${forms}`);
  return parse(text.slice(name.length));
}

function directoryLocation(path: string): DirectoryLocation {
  if (path === '' || path.includes('\0')) throw invalid('directory: needs a path');
  return { kind: 'directory', path };
}

function s3Location(rest: string): S3Location {
  const { bucket, options } = split(rest, ['region', 'endpoint', 'style', 'credentials']);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/.test(bucket))
    throw invalid('s3:// needs the name of a bucket and no path (2 characters or more)');
  const style = oneOf('style', options.get('style'), ['path', 'virtual']);
  const endpointText = options.get('endpoint');
  const endpoint = endpointText === undefined ? null : parseEndpoint(endpointText);
  // AWS wants the bucket in the host name; other stores rarely have names set up for that.
  const pathStyle = style === null ? endpoint !== null : style === 'path';
  // In a host name only what a host name can hold. (With https a dot means path style in any case.)
  if (!pathStyle && !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw invalid('the name of the bucket does not fit a host name: use style=path');
  }
  return { kind: 's3', bucket, region: parseRegion(options), endpoint, pathStyle, signed: isSigned(options) };
}

function cosLocation(rest: string): CosLocation {
  const { bucket, options } = split(rest, ['region', 'credentials']);
  if (!/^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?-[0-9]{5,12}$/.test(bucket)) {
    throw invalid('cos:// needs name-appid, for example cos://photos-1250000000?region=ap-guangzhou');
  }
  const region = parseRegion(options);
  if (region === null) throw invalid('cos:// needs its region, for example ?region=ap-guangzhou');
  return { kind: 'cos', bucket, region, signed: isSigned(options) };
}

type Parts = Readonly<{ bucket: string; options: ReadonlyMap<string, string> }>;

function split(rest: string, allowed: readonly string[]): Parts {
  const [bucket = '', ...queries] = rest.split('?');
  const options = new Map<string, string>();
  for (const pair of queries.length === 0 ? [] : queries.join('?').split('&')) {
    const at = pair.indexOf('=');
    const name = at < 0 ? pair : pair.slice(0, at);
    if (!allowed.includes(name)) throw invalid(`an option is unknown; allowed are ${allowed.join(', ')}`);
    if (options.has(name)) throw invalid(`option ${name} stands twice`);
    const value = at < 0 ? '' : decoded(name, pair.slice(at + 1));
    if (value === '') throw invalid(`option ${name} has no value`);
    options.set(name, value);
  }
  return { bucket, options };
}

function decoded(name: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid(`option ${name} is not valid percent-encoding`);
  }
}

function parseEndpoint(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const bare = url !== null && url.pathname === '/' && !/[?#@]/.test(text);
  if (url === null || !bare || !/^https?:$/.test(url.protocol)) {
    throw invalid('endpoint must be http://host[:port] or https://host[:port], without path, query or user name');
  }
  return url;
}

/** A region becomes part of a host name and of the signature. */
function parseRegion(options: Parts['options']): string | null {
  const region = options.get('region');
  if (region === undefined) return null;
  if (!/^[a-z0-9-]{1,32}$/.test(region)) throw invalid('region may hold only a-z, 0-9 and -');
  return region;
}

function isSigned(options: Parts['options']): boolean {
  return oneOf('credentials', options.get('credentials'), ['none']) === null;
}

function oneOf(name: string, value: string | undefined, allowed: readonly string[]): string | null {
  if (value === undefined) return null;
  if (!allowed.includes(value)) throw invalid(`option ${name} must be ${allowed.join(' or ')}`);
  return value;
}

function invalid(reason: string): ProblemError {
  return new ProblemError('ConfigInvalid', `Cannot read the location of a bucket: ${reason}`);
}
