// A dataset in a folder. A file gets its name when it is complete.

import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { errorCode, fileErrorText } from '../../lib/io/error-code';
import { ProblemError } from '../../lib/problem';
import { directorySource } from '../backfill/source-directory';
import type { Storage } from './storage';

/** The names of files that are not complete. A killed program leaves them. */
export const temporaryName = /(?:^|\/)\.[^/]+\.[0-9a-f-]{36}\.tmp$/;

/** The files below `root`, which the first write makes. */
export function folderStorage(root: string): Storage {
  const pathOf = (path: string): string => join(root, ...path.split('/'));
  return {
    name: `${resolve(root)}${sep}`,
    async *list(prefix) {
      if (!existsSync(root)) return;
      for await (const { objects } of directorySource(root, prefix, true).pages(null)) {
        yield objects.map(({ key, size }) => ({ path: key, size: size ?? 0 }));
      }
    },
    get: (path) =>
      doing('read', pathOf(path), async () => {
        try {
          return new Uint8Array(await readFile(pathOf(path)));
        } catch (error) {
          if (errorCode(error) === 'ENOENT') return null;
          throw error;
        }
      }),
    put: (path, bytes) => doing('write', pathOf(path), () => write(pathOf(path), bytes, rename)),
    create: (path, bytes) =>
      doing('write', pathOf(path), async () => {
        try {
          await write(pathOf(path), bytes, async (temporary, file) => {
            await link(temporary, file);
            await rm(temporary, { force: true });
          });
          return true;
        } catch (error) {
          if (errorCode(error) === 'EEXIST') return false;
          throw error;
        }
      }),
    delete: (path) => doing('delete', pathOf(path), () => rm(pathOf(path), { force: true })),
  };
}

async function write(
  path: string,
  bytes: Uint8Array,
  name: (temporary: string, path: string) => Promise<void>,
): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${path.slice(folder.length + 1)}.${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await name(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function doing<T>(verb: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof ProblemError || errorCode(cause) === null) throw cause;
    throw new ProblemError('BucketFault', `Cannot ${verb} ${JSON.stringify(path)}: ${fileErrorText(cause)}`, { cause });
  }
}
