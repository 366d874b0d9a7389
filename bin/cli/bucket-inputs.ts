// The inputs that an argument with s3:// or cos:// names: one object, those below a prefix, or those that match a pattern.

import { fromBucket, ProblemError, type Source } from '../../lib';
import { type LocationParts, splitLocation } from '../../lib/api/object-location';
import { lacksRegion, parseLocation, regionIn } from '../../lib/bucket';
import { nearest } from '../../lib/io/nearest';
import { type ListedObject, listedBucket, listObjects } from '../../lib/s3/list';
import { type CosLocation, type S3Location, s3Options } from '../../lib/s3/location';
import { hasImageSuffix, suffixOf } from '../image-suffixes';
import { wrongUse } from '../terminal/command-line';
import type { Argument, Input, InputContext } from './argument';
import { compileGlob, type Glob } from './glob';
import { addSkip, type SkipCounts } from './skipped';

/** Functions from keys to sources, by the location of their bucket, so that all inputs of a bucket share its connections. */
export type Stores = Map<string, (key: string) => Source>;

/** The argument for a text with s3:// or cos://. Throws ProblemError `ConfigInvalid`. */
export function bucketArgument(name: string, around: InputContext, stores: Stores): Argument {
  const parts = splitLocation(name);
  if (parts === null) throw wrongUse('s3:// and cos:// need a bucket: s3://bucket/key or s3://bucket/prefix/');
  const { key } = parts;
  const store = openOnce(parts, around, stores);
  if (key.includes('*')) {
    return { name, kind: 'objects', inputs: (skipped) => objectsLike(name, parts, { around, store, skipped }) };
  }
  if (key === '' || key.endsWith('/')) {
    return { name, kind: 'objects', inputs: (skipped) => objectsBelow(name, parts, { around, store, skipped }) };
  }
  return { name, kind: 'single', inputs: () => [{ name, source: store(key), advice: adviceFor(parts) }] };
}

function openOnce(parts: LocationParts, { env }: InputContext, stores: Stores): (key: string) => Source {
  const location = parts.bucket + parts.options;
  try {
    const store = stores.get(location) ?? fromBucket(location, env);
    stores.set(location, store);
    return store;
  } catch (error) {
    const meant = optionMeant(parts.key);
    throw meant === null || !(error instanceof ProblemError) ? error : wrongUse(`${error.message}; ${meant}`);
  }
}

/** What the user may have meant, for an object that does not exist; null when nothing suggests itself. */
function adviceFor(parts: LocationParts): string | null {
  const { bucket, key, options } = parts;
  const meant = optionMeant(key);
  if (meant !== null || suffixOf(key) !== null) return meant;
  return `did you mean ${bucket}/${key}/${options}?`;
}

function optionMeant(key: string): string | null {
  const [, name] = /\?([a-z]{1,20})=[^?]*$/i.exec(key) ?? [];
  const option = name === undefined ? null : nearest(name.toLowerCase(), s3Options);
  return option === null ? null : `did you mean the option "${option}"?`;
}

/** What the listing of one argument needs. */
type Found = Readonly<{ around: InputContext; store: (key: string) => Source; skipped: SkipCounts }>;

async function* objectsBelow(name: string, parts: LocationParts, found: Found): AsyncGenerator<Input> {
  const missing = parts.key === '' ? null : 'Cannot find an object with this prefix';
  yield* orProblem(name, chosen(parts, parts.key, null, found), missing);
}

/** An object that has the pattern itself as its key wins, as a file does. */
async function* objectsLike(name: string, parts: LocationParts, found: Found): AsyncGenerator<Input> {
  const glob = compileGlob(parts.key);
  yield* orProblem(name, exactOrChosen(name, parts, glob, found), 'Cannot find an object that matches the pattern');
}

async function* exactOrChosen(
  name: string,
  parts: LocationParts,
  glob: Glob,
  found: Found,
): AsyncGenerator<Input | null> {
  for await (const { key } of listed(parts, parts.key, found.around)) {
    if (key !== parts.key) break;
    return yield { name, source: found.store(key) };
  }
  yield* chosen(parts, glob.literal, glob, found);
}

/**
 * The inputs; then a problem, if the store cannot be listed to the end. Without any input: a problem with the message `missing`,
 * or nothing when that is null.
 */
async function* orProblem(
  name: string,
  inputs: AsyncIterable<Input | null>,
  missing: string | null,
): AsyncGenerator<Input> {
  let isEmpty = true;
  try {
    for await (const input of inputs) {
      isEmpty = false;
      if (input !== null) yield input;
    }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return yield { name, source: error };
  }
  if (isEmpty && missing !== null) yield { name, source: new ProblemError('NoSuchKey', missing) };
}

/** The objects that are read; null for one that is left out. Markers that consoles write for folders are left out silently. */
async function* chosen(
  parts: LocationParts,
  prefix: string,
  glob: Glob | null,
  { around, store, skipped }: Found,
): AsyncGenerator<Input | null> {
  for await (const { key, size } of listed(parts, prefix, around)) {
    if (glob?.matches(key) === false) continue;
    if (key.endsWith('/') && size === 0) yield null;
    else if (around.all || hasImageSuffix(key)) {
      skipped.read++;
      yield { name: `${parts.bucket}/${key}`, source: store(key) };
    } else {
      addSkip(skipped, 'name', key);
      yield null;
    }
  }
}

async function* listed(
  parts: LocationParts,
  prefix: string,
  { env, stop }: InputContext,
): AsyncGenerator<ListedObject> {
  const location = parseLocation(parts.bucket + parts.options) as S3Location | CosLocation;
  const bucket = listedBucket(location, regionIn(env, lacksRegion(location)), env);
  for await (const page of listObjects(bucket, { prefix, after: null, signal: stop })) yield* page;
}
