// The location of a cache: the text in which an operator says where it is and how to reach it.

import { ProblemError } from '../problem';
import {
  type CosLocation,
  cosLocation,
  endpointOption,
  eventBucket,
  regionOption,
  type S3Location,
  s3Location,
  splitOptions,
} from '../s3/location';

export type NoLocation = Readonly<{ kind: 'none' }>;
export type MemoryLocation = Readonly<{ kind: 'memory'; maxBytes: number }>;
export type DirectoryLocation = Readonly<{ kind: 'directory'; path: string }>;
/** A bucket, and the prefix of the keys of the cache, without `/` at its end; '' = none. */
export type ObjectsLocation = (S3Location | CosLocation) & Readonly<{ prefix: string }>;
export type DynamoLocation = Readonly<{
  kind: 'dynamodb';
  table: string;
  /** null = the caller's default. */
  region: string | null;
  /** null = AWS. */
  endpoint: URL | null;
  /** Days for which an entry is kept; null = for good. */
  days: number | null;
}>;
export type CacheLocation = NoLocation | MemoryLocation | DirectoryLocation | ObjectsLocation | DynamoLocation;

const MiB = 1024 * 1024;
/** MiB of a cache in memory. The default has room for ten thousand records, and fits into a function of 256 MB. */
const memoryMiB = { default: 32, most: 4096 } as const;
/** Days that can be set: ten years. */
const maxDays = 3653;
/** Characters of a prefix: a long key needs the rest of the 1024 bytes of a key. */
const maxPrefix = 200;

/** One row for each scheme: it reads the text after the scheme. */
const schemes: Readonly<Record<string, (rest: string) => CacheLocation>> = {
  'memory:': memoryLocation,
  'directory:': directoryLocation,
  's3://': (rest) => withPrefix(rest, (text) => s3Location(text, invalid)),
  'cos://': (rest) => withPrefix(rest, (text) => cosLocation(text, invalid)),
  'dynamodb://': dynamoLocation,
};

const forms =
  'none, memory:[MiB], ./path, /path, directory:path, ' +
  's3://name[/prefix][?region=..&endpoint=..&style=path|virtual&credentials=none&payer=requester&events=name], ' +
  'cos://name-appid[/prefix]?region=..[&credentials=none&payer=requester] or dynamodb://table[?region=..&endpoint=..&days=..]';

/** Reads a location. Throws ProblemError ConfigInvalid, with a message that says what is allowed and repeats no value. */
export function parseCacheLocation(text: string): CacheLocation {
  if (text === 'none') return { kind: 'none' };
  if (/^\.{0,2}\/|^\.{1,2}$/.test(text)) return directoryLocation(text);
  const scheme = /^[a-z0-9]+:(\/\/)?/.exec(text)?.[0] ?? '';
  // `directory:` takes any path, also one that starts with `//`.
  const name = scheme.startsWith('directory:') ? 'directory:' : scheme;
  const parse = Object.hasOwn(schemes, name) ? schemes[name] : undefined;
  if (parse === undefined) throw invalid(`it must be ${forms}`);
  return parse(text.slice(name.length));
}

/** Where a cache keeps its entries as objects, which may cause events themselves; null for a cache that is not in a bucket. */
export function cacheObjects(location: CacheLocation): Readonly<{ bucket: string; prefix: string }> | null {
  if (location.kind !== 's3' && location.kind !== 'cos') return null;
  const { prefix } = location;
  return { bucket: eventBucket(location), prefix: prefix === '' ? '' : `${prefix}/` };
}

function memoryLocation(rest: string): MemoryLocation {
  const size = rest === '' ? memoryMiB.default : /^[0-9]{1,4}$/.test(rest) ? Number(rest) : 0;
  if (size < 1 || size > memoryMiB.most) throw invalid(`memory: takes a number of MiB from 1 to ${memoryMiB.most}`);
  return { kind: 'memory', maxBytes: size * MiB };
}

function directoryLocation(path: string): DirectoryLocation {
  if (path === '' || path.includes('\0')) throw invalid('directory: needs a path');
  return { kind: 'directory', path };
}

/** `name/prefix?options` as a location of `name?options`, and the prefix. */
function withPrefix(rest: string, parse: (text: string) => S3Location | CosLocation): ObjectsLocation {
  const [, name = '', path = '', options = ''] = /^([^/?]*)(\/[^?]*)?(.*)$/s.exec(rest) ?? [];
  const prefix = path.replace(/^\/|\/$/g, '');
  const isPlain = /^[A-Za-z0-9!_.*'()/-]*$/.test(prefix) && prefix.length <= maxPrefix;
  if (!isPlain || (prefix !== '' && prefix.split('/').some((segment) => /^\.{0,2}$/.test(segment)))) {
    throw invalid(
      `a prefix is up to ${maxPrefix} of A-Z, a-z, 0-9, /, !, _, ., *, ', (, ) and -, without empty parts, . and ..`,
    );
  }
  return { ...parse(name + options), prefix };
}

function dynamoLocation(rest: string): DynamoLocation {
  const { name: table, options } = splitOptions(rest, ['region', 'endpoint', 'days'], invalid);
  if (!/^[A-Za-z0-9_.-]{3,255}$/.test(table)) throw invalid('dynamodb:// needs the name of a table');
  const text = options.get('days');
  const days = text === undefined ? null : /^[0-9]{1,4}$/.test(text) ? Number(text) : 0;
  if (days !== null && (days < 1 || days > maxDays)) throw invalid(`days must be from 1 to ${maxDays}`);
  const [region, endpoint] = [regionOption(options, invalid), endpointOption(options, invalid)];
  return { kind: 'dynamodb', table, region, endpoint, days };
}

function invalid(reason: string): ProblemError {
  return new ProblemError('ConfigInvalid', `Cannot read the location of the cache: ${reason}`);
}
