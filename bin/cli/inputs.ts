// Finds the inputs that the arguments name, one after the other.

import { stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { fromFile, fromUrl, ProblemError, type Source } from '../../lib';
import { bytesBucket } from '../../lib/bucket/ranged';
import { errorCode } from '../../lib/io/error-code';
import { maxInputBytes } from '../../lib/limits';
import { wrongUse } from '../terminal/command-line';
import type { Argument, Input, InputContext } from './argument';
import { bucketArgument, type Stores } from './bucket-inputs';
import { compileGlob, isGlob, splitGlob } from './glob';
import type { SkipCounts } from './skipped';
import { type Pattern, walk } from './walk';

/** Checks every argument. Throws ProblemError `ConfigInvalid` for one that cannot be a source. */
export async function readArguments(names: readonly string[], around: InputContext): Promise<readonly Argument[]> {
  const stores: Stores = new Map();
  const named: Argument[] = [];
  for (const name of names) named.push(await toArgument(name, around, stores));
  return named;
}

async function toArgument(name: string, around: InputContext, stores: Stores): Promise<Argument> {
  if (name === '-') return { name, kind: 'single', inputs: () => readStdin(around.stdin) };
  if (/^https?:/i.test(name)) return single(name, fromUrl(name));
  if (/^(s3|cos):\/\//.test(name)) return bucketArgument(name, around, stores);
  const scheme = /^[a-z][a-z0-9+.-]+:\/\//i.exec(name)?.[0];
  if (scheme !== undefined) throw unknownScheme(scheme);
  const kind = await stat(name).then(
    (found) => (found.isDirectory() ? 'folder' : 'file'),
    () => (isGlob(name) ? 'pattern' : 'file'),
  );
  if (kind === 'file') return single(name, fromFile(name));
  const files = kind === 'folder' ? filesBelow : filesLike;
  return { name, kind: 'files', inputs: (skipped) => files(name, around.all, skipped) };
}

function unknownScheme(scheme: string): ProblemError {
  const known = 's3://, cos://, https://, http://';
  return wrongUse(`${scheme} is not supported: use ${known} or the path of a file`);
}

function single(name: string, source: Source): Argument {
  return { name, kind: 'single', inputs: () => [{ name, source }] };
}

async function* filesBelow(
  folder: string,
  all: boolean,
  skipped: SkipCounts,
  pattern: Pattern | null = null,
): AsyncGenerator<Input> {
  for await (const { path, problem } of walk(folder, { all, skipped, pattern }))
    yield { name: path, source: problem ?? fromFile(path) };
}

/** The files whose paths match a pattern. Only a name that is not that of a file or folder is taken for a pattern. */
async function* filesLike(name: string, all: boolean, skipped: SkipCounts): AsyncGenerator<Input> {
  const text = sep === '/' ? name : name.replaceAll(sep, '/');
  const { folder, rest } = splitGlob(text);
  const pattern: Pattern = { ...compileGlob(rest), matched: 0 };
  let failed = false;
  for await (const input of filesBelow(folder === '' ? '.' : folder, all, skipped, pattern)) {
    failed ||= input.source instanceof ProblemError;
    yield input;
  }
  if (pattern.matched === 0 && !failed)
    yield { name, source: new ProblemError('NoSuchKey', 'Cannot find a file that matches the pattern') };
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
