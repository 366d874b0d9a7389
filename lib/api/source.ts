// What a program may read the EXIF of: a file, bytes, a Blob, a web address, an object of a bucket.

import { lacksRegion, openBucket, parseLocation, regionIn } from '../bucket';
import { blobBucket, type SlicedBytes, slicedArray } from '../bucket/blob';
import { maxTries, programLimits } from '../limits';
import type { Bucket } from '../types';
import { checkMembers, kindOf, wrongArgument } from './arguments';

/** One object: where it is read from, and the key it has there. Any `Bucket` may be given. */
export type Source = Readonly<{ bucket: Bucket; key: string }>;

/** Where keys and the region are looked for: credentials and AWS_REGION by their names, as in the environment of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A local file. What is no regular file is NoSuchKey when it is read. Throws ProblemError `ConfigInvalid` for what is no path. */
export function fromFile(path: string): Source {
  if (typeof path !== 'string') throw wrongArgument(`fromFile takes a path as a string, not ${kindOf(path)}`);
  // Loaded where it is asked for, so that reading bytes needs no file system.
  const { fileBucket } = require('../bucket/file') as typeof import('../bucket/file');
  return { bucket: fileBucket(path), key: path };
}

/** Bytes that are held already. They must not change while they are read. Throws ProblemError `ConfigInvalid` for what is none. */
export function fromBytes(bytes: Uint8Array | ArrayBuffer): Source {
  return { ...fromBlob(slicedArray(toBytes(bytes))), key: 'bytes' };
}

/** Not by `instanceof`: bytes may come from another realm, as a worker's or a test's. */
function toBytes(given: unknown): Uint8Array {
  if (ArrayBuffer.isView(given)) return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  if (Object.prototype.toString.call(given) === '[object ArrayBuffer]') return new Uint8Array(given as ArrayBuffer);
  throw wrongArgument(`fromBytes takes a Uint8Array or an ArrayBuffer, not ${kindOf(given)}`);
}

/** A Blob or File: only the parts that are needed are read. Throws ProblemError `ConfigInvalid` for what is none. */
export function fromBlob(blob: SlicedBytes): Source {
  if (!Number.isSafeInteger(blob?.size) || typeof blob.slice !== 'function')
    throw wrongArgument(`fromBlob takes a Blob, not ${kindOf(blob)}; bytes and files have fromBytes and fromFile`);
  return { bucket: blobBucket(blob), key: 'blob' };
}

/**
 * What is at a web address, read by ranged GETs. At most `redirects` (5) are followed for a read, none from https to
 * http. Throws ProblemError `ConfigInvalid` for what is no address, or has a user name in it. Addresses that strangers
 * name are the caller's to check: this reads whatever this machine can reach.
 */
export function fromUrl(address: string, options: Readonly<{ redirects?: number }> = {}): Source {
  const { redirects } = checkMembers(options, 'option', ['redirects']);
  if (redirects !== undefined && !(Number.isSafeInteger(redirects) && Number(redirects) >= 0))
    throw wrongArgument('redirects must be a whole number from 0 on');
  const { webAddress, webBucket } = require('../bucket/web') as typeof import('../bucket/web');
  const url = webAddress(address);
  const { tryMs, readBytes } = programLimits;
  return { bucket: webBucket({ ...options, url, tryMs, maxTries, maxBytes: readBytes }), key: url.pathname };
}

/**
 * The objects of a bucket by their keys, over kept connections. `location` is as in EXIF_BUCKET: `s3://name?region=..`,
 * `cos://name-appid?region=..` or a folder. Keys are looked for in `env`, then, but for COS, by the AWS credential chain.
 * Throws ProblemError `ConfigInvalid`.
 */
export function fromBucket(location: string, env: Environment = {}): (key: string) => Source {
  if (typeof location !== 'string')
    throw wrongArgument(`fromBucket takes the location of a bucket as a string, not ${kindOf(location)}`);
  const place = parseLocation(location);
  const region = regionIn(env, lacksRegion(place));
  const bucket = openBucket(place, { region, env, limits: programLimits, maxTries });
  return (key) => {
    if (typeof key === 'string') return { bucket, key };
    throw wrongArgument(`The key of an object must be a string, not ${kindOf(key)}`);
  };
}
