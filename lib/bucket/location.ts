// The text that names a bucket and how to reach it, as an operator writes it.

import { ProblemError } from '../problem';
import { type CosLocation, cosLocation, type S3Location, s3Location } from '../s3/location';

export type DirectoryLocation = Readonly<{ kind: 'directory'; path: string }>;
export type BucketLocation = DirectoryLocation | S3Location | CosLocation;

/** A row a scheme: the text after it, as a location. */
const schemes: Readonly<Record<string, (rest: string) => BucketLocation>> = {
  'directory:': directoryLocation,
  's3://': (rest) => s3Location(rest, invalid),
  'cos://': (rest) => cosLocation(rest, invalid),
};

const forms =
  './path, /path, directory:path, s3://name[?region=..&endpoint=..&style=path|virtual&credentials=none&payer=requester' +
  '&events=name] or cos://name-appid?region=..[&credentials=none&payer=requester]';

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

function invalid(reason: string): ProblemError {
  return new ProblemError('ConfigInvalid', `Cannot read the location of a bucket: ${reason}`);
}
