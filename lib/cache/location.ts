// The location of a cache: the text in which an operator says where it is and how to reach it.

import {
  choiceOption,
  type DirectoryLocation,
  directoryLocation,
  endpointOption,
  type Grammar,
  type Refuse,
  readLocation,
  regionOption,
  splitOptions,
} from '../io/location-text';
import { annotationNameRules, isAnnotationName, isToken } from '../s3/annotation-name';
import { cosLocation, eventBucket, s3Location } from '../s3/location';
import { type ObjectsLocation, objectsLocation } from '../s3/objects-location';

export type NoLocation = Readonly<{ kind: 'none' }>;
export type MemoryLocation = Readonly<{ kind: 'memory'; maxBytes: number }>;
export type DynamoLocation = Readonly<{
  kind: 'dynamodb';
  table: string;
  /** null = the caller's default. */
  region: string | null;
  /** null = AWS. */
  endpoint: URL | null;
  /** Days for which an entry is kept; null = without end. */
  days: number | null;
}>;
/** In annotations of the images. */
export type AnnotationLocation = Readonly<{
  kind: 'annotation';
  name: string;
  /** Whether buckets are at an endpoint of an emulator that has annotations. */
  emulator: boolean;
  /** The tokens of the buckets that `bucket-exif check annotations` has checked. */
  checked: readonly string[];
}>;
export type { ObjectsLocation } from '../s3/objects-location';
export type CacheLocation =
  | NoLocation
  | MemoryLocation
  | DirectoryLocation
  | ObjectsLocation
  | DynamoLocation
  | AnnotationLocation;

/** The name of the annotation, unless the location has another one. */
export const defaultAnnotation = 'bucket-exif';

const MiB = 1024 * 1024;
/** MiB of a cache in memory. The default has room for ten thousand records in a function of 256 MB. */
const memoryMiB = { default: 32, most: 4096 } as const;
/** Days that an entry can be kept: ten years. */
const maxDays = 3653;

const grammar: Grammar<CacheLocation> = {
  subject: 'the cache',
  forms:
    'none, memory:[MiB], ./path, /path, directory:path, ' +
    's3://name[/prefix][?region=..&endpoint=..&style=path|virtual&credentials=none&payer=requester&events=name], ' +
    'cos://name-appid[/prefix]?region=..[&credentials=none&payer=requester] dynamodb://table[?region=..&endpoint=..&days=..] or annotation:[name][?checked=..&emulator=1]',
  schemes: {
    'memory:': memoryLocation,
    'directory:': directoryLocation,
    's3://': (rest, refuse) => objectsLocation(rest, refuse, s3Location),
    'cos://': (rest, refuse) => objectsLocation(rest, refuse, cosLocation),
    'dynamodb://': dynamoLocation,
    'annotation:': annotationLocation,
  },
};

/** Reads a location. Throws ProblemError ConfigInvalid that says what is allowed and repeats no value. */
export function parseCacheLocation(text: string): CacheLocation {
  return text === 'none' ? { kind: 'none' } : readLocation(text, grammar);
}

/** The bucket, by its name in events, and the prefix of a cache whose entries are objects; null for every other cache. */
export function cacheObjects(location: CacheLocation): Readonly<{ bucket: string; prefix: string }> | null {
  if (location.kind !== 's3' && location.kind !== 'cos') return null;
  const { prefix } = location;
  return { bucket: eventBucket(location), prefix: prefix === '' ? '' : `${prefix}/` };
}

function memoryLocation(rest: string, refuse: Refuse): MemoryLocation {
  const size = rest === '' ? memoryMiB.default : /^[0-9]{1,4}$/.test(rest) ? Number(rest) : 0;
  if (size < 1 || size > memoryMiB.most) throw refuse(`memory: takes a number of MiB from 1 to ${memoryMiB.most}`);
  return { kind: 'memory', maxBytes: size * MiB };
}

function dynamoLocation(rest: string, refuse: Refuse): DynamoLocation {
  const { name: table, options } = splitOptions(rest, ['region', 'endpoint', 'days'], refuse);
  if (!/^[A-Za-z0-9_.-]{3,255}$/.test(table)) throw refuse('dynamodb:// needs the name of a table');
  const text = options.get('days');
  const days = text === undefined ? null : /^[0-9]{1,4}$/.test(text) ? Number(text) : 0;
  if (days !== null && (days < 1 || days > maxDays))
    throw refuse(`option "days" must be a whole number from 1 to ${maxDays}`);
  const [region, endpoint] = [regionOption(options, refuse), endpointOption(options, refuse)];
  return { kind: 'dynamodb', table, region, endpoint, days };
}

function annotationLocation(rest: string, refuse: Refuse): AnnotationLocation {
  const { name, options } = splitOptions(rest, ['checked', 'emulator'], refuse);
  if (name !== '' && !isAnnotationName(name)) throw refuse(`the name of an annotation ${annotationNameRules}`);
  const checked = options.get('checked')?.split('+') ?? [];
  if (!checked.every(isToken))
    throw refuse('option "checked" must be the tokens that bucket-exif check annotations prints, joined by +');
  const emulator = choiceOption('emulator', options, ['1'], refuse) !== null;
  return { kind: 'annotation', name: name || defaultAnnotation, emulator, checked };
}
