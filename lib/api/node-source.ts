// The sources of programs that run in Node: those of every JavaScript program, and paths, addresses and objects of buckets.

import { lacksRegion, openBucket, parseLocation, regionIn } from '../bucket';
import { bytesBucket, bytesOf } from '../bucket/ranged';
import { bareExif } from '../container/bare-exif';
import { type Limits, maxTries, programLimits } from '../limits';
import {
  type CheckedOptions,
  checkMembers,
  checkOptions,
  checkSettings,
  kindOf,
  type Members,
  wrongArgument,
} from './arguments';
import { splitObject } from './object-location';
import { type ObjectSource, type Opened, openLocal, type PortableSource } from './source';
import { openStreamed } from './streams';

/** Whatever EXIF can be read from. docs/library.md says which strings are paths, addresses and locations. */
export type Source = string | URL | PortableSource;

/** Credentials and AWS_REGION, with the names of the environment variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How sources are opened. `redirects`: followed for one web address; absent = 5. */
export type OpenOptions = Readonly<{ limits: Limits; env?: Environment | undefined; redirects?: number | undefined }>;

/** The result of `read` for a source. `options` are those of `readExif`. Throws ProblemError. */
export async function readSource<Found>(
  source: unknown,
  options: Members,
  read: (opened: Opened, options: CheckedOptions) => Promise<Found>,
): Promise<Found> {
  const { env, redirects, ...rest } = options;
  const checked = checkOptions(rest);
  const opened = openSource(source, { ...checkSettings({ env, redirects }), limits: checked.limits });
  try {
    return await read(opened, checked);
  } finally {
    opened.stop?.();
  }
}

/** Opens a source. Opens no connection yet. Throws ProblemError `ConfigInvalid` for anything that is not a source. */
export function openSource(source: unknown, options: OpenOptions): Opened {
  if (typeof source === 'string') return openText(source, options);
  if (source instanceof URL) return openAddress(source, options);
  const opened = openStreamed(source, options.limits) ?? openLocal(source);
  if (opened !== null) return opened;
  throw wrongArgument(`Cannot read EXIF from ${kindOf(source)}${hintFor(source)}`);
}

function hintFor(source: unknown): string {
  if (typeof source === 'function') return ': call the function that fromBucket returned with the key of an object';
  if (typeof source === 'object' && source !== null && 'then' in source) return ': await it first';
  const all = 'a path, a URL, bytes, a Blob, a Response, a stream, s3://bucket/key, or { size, read }';
  return `: pass ${all}`;
}

/**
 * A text that begins with https:// is an address, with s3:// or cos:// an object; other schemes are refused, and every other
 * text is a path. An http:// address must be a URL or made by `fromUrl`: others can read and change what it answers.
 */
function openText(text: string, options: OpenOptions): Opened {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\/|^(data|blob):/i.exec(text)?.[0].toLowerCase();
  if (scheme === undefined) return fromFile(text);
  if (scheme === 'https://') return openWeb(text, options);
  if (scheme === 's3://' || scheme === 'cos://') return openObjectText(text, options);
  throw wrongArgument(
    `Cannot read ${scheme} from a string${schemeHints[scheme] ?? '; known: https://, s3://, cos://'}`,
  );
}

const schemeHints: Readonly<Record<string, string>> = {
  'http://': ': anybody between can change it. Use https://, or pass new URL(..)',
  'file://': ': pass the path, or new URL(..)',
  'data:': ': pass await fetch(..)',
  'blob:': ': pass await fetch(..)',
};

function openAddress(url: URL, options: OpenOptions): Opened {
  if (url.protocol !== 'file:') return openWeb(url.href, options);
  const { fileURLToPath } = require('node:url') as typeof import('node:url');
  try {
    return fromFile(fileURLToPath(url));
  } catch {
    throw wrongArgument('The URL of a file must be file:///path');
  }
}

function openWeb(address: string, { limits, redirects }: OpenOptions): Opened {
  const { webAddress, webBucket } = require('../bucket/web') as typeof import('../bucket/web');
  const url = webAddress(address);
  const { tryMs, readBytes } = limits;
  const follow = redirects === undefined ? {} : { redirects };
  return { bucket: webBucket({ ...follow, url, tryMs, maxTries, maxBytes: readBytes }), key: url.pathname };
}

function openObjectText(text: string, { env, limits }: OpenOptions): Opened {
  const object = splitObject(text);
  if (object === null) throw wrongArgument('s3:// and cos:// need a key: s3://bucket/key?region=..');
  return openStore(object.location, env, limits)(object.key);
}

/**
 * A local file. For names from strangers, because every string is a path here. Reading anything that is not a regular file
 * throws NoSuchKey. Throws ProblemError `ConfigInvalid` when `path` is not a string.
 */
export function fromFile(path: string): ObjectSource {
  if (typeof path !== 'string' || path === '') throw wrongArgument(`A path must be a text, got ${textKind(path)}`);
  // Loaded on use, so that programs which only read bytes need no file system.
  const { fileBucket } = require('../bucket/file') as typeof import('../bucket/file');
  return { bucket: fileBucket(path), key: path };
}

function textKind(given: unknown): string {
  return given === '' ? 'an empty one' : kindOf(given);
}

/**
 * The object at a web address, read by ranged GETs. A read follows at most `redirects` redirects (default 5), and none from
 * https to http; later reads of the same source remember them. Throws ProblemError `ConfigInvalid` for a text that is not an
 * address, or that contains a user name. Check an address from a stranger before you pass it: this function reads whatever
 * this machine can reach.
 */
export function fromUrl(address: string | URL, options: Readonly<{ redirects?: number }> = {}): ObjectSource {
  const { redirects } = checkSettings(checkMembers(options, 'option', ['redirects']));
  return openWeb(String(address), { limits: programLimits, redirects });
}

/**
 * Returns a function from the key of an object to its source. Connections are reused. `location` has the form of EXIF_BUCKET:
 * `s3://name?region=..`, `cos://name-appid?region=..` or a folder. Credentials come from `env`; if it has none, they come from
 * the AWS credential chain (not for COS). Throws ProblemError `ConfigInvalid`.
 */
export function fromBucket(location: string, env?: Environment): (key: string) => ObjectSource {
  if (typeof location !== 'string')
    throw wrongArgument(`fromBucket needs the location of a bucket as a string, got ${kindOf(location)}`);
  return openStore(location, env, programLimits);
}

function openStore(location: string, env: Environment = process.env, limits: Limits): (key: string) => ObjectSource {
  const place = parseLocation(location);
  const region = regionIn(env, lacksRegion(place));
  const bucket = openBucket(place, { region, env, limits, maxTries });
  return (key) => {
    if (typeof key === 'string') return { bucket, key };
    throw wrongArgument(`The key of an object must be a string, got ${kindOf(key)}`);
  };
}

/**
 * Bytes that are an EXIF block without an image, with or without `Exif\0\0` before its TIFF header. `parse` recognises such
 * bytes by itself, unless the block has places of pixels, like a TIFF file.
 */
export function fromExif(bytes: Uint8Array | ArrayBuffer): ObjectSource {
  const block = bytesOf(bytes);
  if (block === null) throw wrongArgument(`fromExif needs a Uint8Array or an ArrayBuffer, got ${kindOf(bytes)}`);
  const opened: Opened = { bucket: bytesBucket(block), key: 'bytes', formats: [bareExif] };
  return opened;
}
