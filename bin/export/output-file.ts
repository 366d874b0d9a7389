// A file that gets its name when it is complete: until then it is next to it, under another name.

import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { type FileHandle, link, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createGzip } from 'node:zlib';
import { errorCode, fileErrorText } from '../../lib/io/error-code';
import { ProblemError } from '../../lib/problem';

/** Throws ProblemError `ConfigInvalid` when the file system refuses. After an error, only `abandon` is called. */
export type OutputFile = Readonly<{
  write(bytes: Uint8Array): Promise<void>;
  /** Gives the file its name. Returns its bytes. */
  finish(): Promise<number>;
  /** Removes what was written. */
  abandon(): Promise<void>;
}>;

type OutputOptions = Readonly<{ path: string; gzip: boolean; overwrite: boolean }>;

/** Begins a file. Throws ProblemError `ConfigInvalid` when it cannot be written, or when it exists and may not be replaced. */
export async function openOutput(options: OutputOptions): Promise<OutputFile> {
  const { path, gzip, overwrite } = options;
  const there = await stat(path).catch(() => null);
  if (there !== null && !there.isFile())
    throw new ProblemError('ConfigInvalid', `${path} is not a file: choose another name`);
  if (there !== null && !overwrite) throw exists(path);
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.part`);
  const guarded = <T>(work: () => Promise<T>): Promise<T> =>
    work().catch((error) => Promise.reject(unwritable(path, error)));
  const file = await guarded(() => open(temporary, 'wx'));
  // Also when a second Ctrl-C ends the program at once.
  const removeNow = (): void => rmSync(temporary, { force: true });
  process.once('exit', removeNow);
  let length = 0;
  const put = async (bytes: Uint8Array): Promise<void> => {
    await writeAll(file, bytes);
    length += bytes.length;
  };
  const packer = gzip ? createPacker(put) : null;
  return {
    write: (bytes) => guarded(() => (packer === null ? put(bytes) : packer.write(bytes))),
    finish: () =>
      guarded(async () => {
        await packer?.end();
        await file.sync();
        await file.close();
        await giveName(temporary, path, overwrite);
        process.off('exit', removeNow);
        return length;
      }),
    async abandon() {
      await file.close().catch(() => {});
      await rm(temporary, { force: true });
      process.off('exit', removeNow);
    },
  };
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}

/** Compresses what is written, and puts it on. */
function createPacker(put: (bytes: Uint8Array) => Promise<void>) {
  const gzip = createGzip();
  const done = (async () => {
    for await (const part of gzip) await put(part as Uint8Array);
  })();
  done.catch(() => {}); // it is thrown by the next call
  const orFailed = (work: Promise<unknown>): Promise<unknown> => Promise.race([work, done.then(() => work)]);
  return {
    async write(bytes: Uint8Array): Promise<void> {
      await orFailed(new Promise<void>((resolve) => gzip.write(bytes, () => resolve())));
    },
    async end(): Promise<void> {
      gzip.end();
      await done;
    },
  };
}

/** A link, in place of a new name, never replaces a file. Some file systems have no links. */
async function giveName(temporary: string, path: string, overwrite: boolean): Promise<void> {
  if (overwrite) return rename(temporary, path);
  try {
    await link(temporary, path);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw exists(path);
    return rename(temporary, path);
  }
  await rm(temporary);
}

function exists(path: string): ProblemError {
  return new ProblemError('ConfigInvalid', `${path} exists: replace it with --overwrite, or choose another name`);
}

function unwritable(path: string, error: unknown): unknown {
  if (error instanceof ProblemError || errorCode(error) === null) return error;
  const message = `Cannot write ${path}: ${fileErrorText(error)}; no file is left behind`;
  return new ProblemError('ConfigInvalid', message, { cause: error });
}
