// The place of a dataset: a folder, or a prefix of a bucket.

import { type DirectoryLocation, directoryLocation, type Grammar, readLocation } from '../../lib/io/location-text';
import { cosLocation, s3Location } from '../../lib/s3/location';
import type { StoredObject } from '../../lib/s3/object-store';
import { type ObjectsLocation, objectsLocation } from '../../lib/s3/objects-location';

export type { StoredObject } from '../../lib/s3/object-store';

/**
 * Whole files below the place of a dataset, by their path. `get` returns null for a file that is missing. `put` replaces at once: a
 * reader finds the old file or the new one. `create` writes only a file that does not exist, and returns whether it did. `list`
 * returns the files whose path begins with `prefix`, in pages. All throw ProblemError.
 */
export type Storage = Readonly<{
  /** With a slash at its end. */
  name: string;
  list(prefix: string): AsyncIterable<readonly StoredObject[]>;
  get(path: string): Promise<Uint8Array | null>;
  put(path: string, bytes: Uint8Array): Promise<void>;
  create(path: string, bytes: Uint8Array): Promise<boolean>;
  delete(path: string): Promise<void>;
}>;

export type DatasetLocation = ObjectsLocation | DirectoryLocation;

const grammar: Grammar<DatasetLocation> = {
  subject: 'a dataset',
  forms:
    './folder/, s3://name/prefix/[?region=..&endpoint=..&style=path|virtual] or cos://name-appid/prefix/?region=..',
  schemes: {
    'directory:': directoryLocation,
    's3://': (rest, refuse) => objectsLocation(rest, refuse, s3Location),
    'cos://': (rest, refuse) => objectsLocation(rest, refuse, cosLocation),
  },
};

/** Reads a location. Throws ProblemError ConfigInvalid that says what is allowed and repeats no value. */
export function parseDatasetLocation(text: string): DatasetLocation {
  return readLocation(text, grammar);
}
