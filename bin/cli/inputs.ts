// Finds the inputs that the arguments name, one after the other.

import { stat } from 'node:fs/promises';
import { fromBucket, fromFile, fromUrl, ProblemError, type Source } from '../../lib';
import { splitObject } from '../../lib/api/object-location';
import { bytesBucket } from '../../lib/bucket/ranged';
import { errorCode } from '../../lib/io/error-code';
import { maxInputBytes } from '../../lib/limits';
import type { Env } from '../../lib/types';
import { wrongUse } from '../terminal/command-line';
import type { SkipCounts } from './skipped';
import { walk } from './walk';

/** An input and its name for the user. `source` is a problem when it is already known that it cannot be read. */
export type Input = Readonly<{ name: string; source: Source | ProblemError }>;

/** Where inputs come from. */
export type InputContext = Readonly<{ env: Env; stdin: () => AsyncIterable<Uint8Array>; all: boolean }>;

/** One argument, checked. `inputs` finds the inputs that it names, and counts the files that it leaves out. */
export type Argument = Readonly<{
  name: string;
  isFolder: boolean;
  inputs(skipped: SkipCounts): AsyncIterable<Input> | Iterable<Input>;
}>;

/** Checks every argument. Throws ProblemError `ConfigInvalid` for one that cannot be a source. */
export async function readArguments(names: readonly string[], around: InputContext): Promise<readonly Argument[]> {
  const stores = new Map<string, (key: string) => Source>();
  const named: Argument[] = [];
  for (const name of names) named.push(await toArgument(name, around, stores));
  return named;
}

async function toArgument(
  name: string,
  around: InputContext,
  stores: Map<string, (key: string) => Source>,
): Promise<Argument> {
  if (name === '-') return { name, isFolder: false, inputs: () => readStdin(around.stdin) };
  if (/^https?:/i.test(name)) return single(name, fromUrl(name));
  if (/^(s3|cos):\/\//.test(name)) return single(name, objectOf(name, around.env, stores));
  const scheme = /^[a-z][a-z0-9+.-]+:\/\//i.exec(name)?.[0];
  if (scheme !== undefined) throw unknownScheme(scheme);
  const isFolder = await stat(name).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) return single(name, fromFile(name));
  return { name, isFolder, inputs: (skipped) => filesBelow(name, around.all, skipped) };
}

function unknownScheme(scheme: string): ProblemError {
  const known = 's3://, cos://, https://, http://';
  return wrongUse(`${scheme} is not supported: use ${known} or the path of a file`);
}

function single(name: string, source: Source): Argument {
  return { name, isFolder: false, inputs: () => [{ name, source }] };
}

function objectOf(text: string, env: Env, stores: Map<string, (key: string) => Source>): Source {
  const object = splitObject(text);
  if (object === null) throw wrongUse('s3:// and cos:// need a key: s3://bucket/key');
  const store = stores.get(object.location) ?? fromBucket(object.location, env);
  stores.set(object.location, store);
  return store(object.key);
}

async function* filesBelow(folder: string, all: boolean, skipped: SkipCounts): AsyncGenerator<Input> {
  for await (const { path, problem } of walk(folder, all, skipped))
    yield { name: path, source: problem ?? fromFile(path) };
}

/** Reads all of standard input, because a pipe has no ranges. */
async function* readStdin(stdin: InputContext['stdin']): AsyncGenerator<Input> {
  yield { name: '-', source: await holdAll(stdin()) };
}

async function holdAll(stdin: AsyncIterable<Uint8Array>): Promise<Source | ProblemError> {
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of stdin) {
      length += part.length;
      if (length > maxInputBytes) {
        return new ProblemError(
          'ImageTooLarge',
          `Standard input has more than ${maxInputBytes} bytes: save it to a file and name the file`,
        );
      }
      parts.push(part);
    }
  } catch (cause) {
    const code = errorCode(cause) ?? 'unknown error';
    return new ProblemError('BucketFault', `Cannot read standard input: ${code}`, { cause });
  }
  if (length === 0) return new ProblemError('EmptyObject', 'Standard input is empty');
  return { bucket: bytesBucket(Buffer.concat(parts)), key: 'standard input' };
}
