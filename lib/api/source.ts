// The sources that a program can read EXIF from: a file, bytes, a Blob, a web address, an object of a bucket.

import { lacksRegion, openBucket, parseLocation, regionIn } from '../bucket';
import { blobBucket, type SlicedBytes, slicedArray } from '../bucket/blob';
import { maxTries, programLimits } from '../limits';
import type { Bucket } from '../types';
import { checkMembers, kindOf, wrongArgument } from './arguments';

/** One object: the bucket it is read from, and its key in that bucket. A program may bring its own `Bucket`. */
export type Source = Readonly<{ bucket: Bucket; key: string }>;

/** Credentials and AWS_REGION, with the names of the environment variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A local file. Reading anything that is not a regular file throws NoSuchKey. Throws ProblemError `ConfigInvalid` when
 * `path` is not a string.
 */
export function fromFile(path: string): Source {
  if (typeof path !== 'string') throw wrongArgument(`fromFile needs a path as a string, got ${kindOf(path)}`);
  // Loaded on use, so that programs which only read bytes need no file system.
  const { fileBucket } = require('../bucket/file') as typeof import('../bucket/file');
  return { bucket: fileBucket(path), key: path };
}

/** Bytes in memory. They must not change while they are read. Throws ProblemError `ConfigInvalid` for anything else. */
export function fromBytes(bytes: Uint8Array | ArrayBuffer): Source {
  return { ...fromBlob(slicedArray(toBytes(bytes))), key: 'bytes' };
}

/** Does not use `instanceof`: bytes may come from another realm, such as a worker or a test. */
function toBytes(given: unknown): Uint8Array {
  if (ArrayBuffer.isView(given)) return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  if (Object.prototype.toString.call(given) === '[object ArrayBuffer]') return new Uint8Array(given as ArrayBuffer);
  throw wrongArgument(`fromBytes needs a Uint8Array or an ArrayBuffer, got ${kindOf(given)}`);
}

/** A Blob or File. Only the parts that are needed are read. Throws ProblemError `ConfigInvalid` for anything else. */
export function fromBlob(blob: SlicedBytes): Source {
  if (!Number.isSafeInteger(blob?.size) || typeof blob.slice !== 'function')
    throw wrongArgument(`fromBlob needs a Blob, got ${kindOf(blob)}; use fromBytes for bytes and fromFile for files`);
  return { bucket: blobBucket(blob), key: 'blob' };
}

/**
 * The object at a web address, read by ranged GETs. A read follows at most `redirects` redirects (default 5), and none from
 * https to http. Throws ProblemError `ConfigInvalid` for a text that is not an address, or that contains a user name. Check an
 * address from a stranger before you pass it: this function reads whatever this machine can reach.
 */
export function fromUrl(address: string, options: Readonly<{ redirects?: number }> = {}): Source {
  const { redirects } = checkMembers(options, 'option', ['redirects']);
  if (redirects !== undefined && !(Number.isSafeInteger(redirects) && Number(redirects) >= 0))
    throw wrongArgument('redirects must be a whole number, 0 or more');
  const { webAddress, webBucket } = require('../bucket/web') as typeof import('../bucket/web');
  const url = webAddress(address);
  const { tryMs, readBytes } = programLimits;
  return { bucket: webBucket({ ...options, url, tryMs, maxTries, maxBytes: readBytes }), key: url.pathname };
}

/**
 * Returns a function from the key of an object to its source. Connections are reused. `location` has the form of EXIF_BUCKET:
 * `s3://name?region=..`, `cos://name-appid?region=..` or a folder. Credentials come from `env`. If it has none, they come from
 * the AWS credential chain (not for COS). Throws ProblemError `ConfigInvalid`.
 */
export function fromBucket(location: string, env: Environment = {}): (key: string) => Source {
  if (typeof location !== 'string')
    throw wrongArgument(`fromBucket needs the location of a bucket as a string, got ${kindOf(location)}`);
  const place = parseLocation(location);
  const region = regionIn(env, lacksRegion(place));
  const bucket = openBucket(place, { region, env, limits: programLimits, maxTries });
  return (key) => {
    if (typeof key === 'string') return { bucket, key };
    throw wrongArgument(`The key of an object must be a string, got ${kindOf(key)}`);
  };
}
