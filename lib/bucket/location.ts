// The text that names a bucket and how to reach it, as an operator writes it.

import { type DirectoryLocation, directoryLocation, type Grammar, readLocation } from '../io/location-text';
import { type CosLocation, cosLocation, type S3Location, s3Location } from '../s3/location';

export type BucketLocation = DirectoryLocation | S3Location | CosLocation;

const grammar: Grammar<BucketLocation> = {
  subject: 'a bucket',
  forms:
    './path, /path, directory:path, s3://name[?region=..&endpoint=..&style=path|virtual&credentials=none&payer=requester' +
    '&events=name] or cos://name-appid?region=..[&credentials=none&payer=requester]',
  schemes: { 'directory:': directoryLocation, 's3://': s3Location, 'cos://': cosLocation },
};

/** Reads a location. Throws ProblemError ConfigInvalid that says what is allowed and repeats no value. */
export function parseLocation(text: string): BucketLocation {
  return readLocation(text, grammar);
}
