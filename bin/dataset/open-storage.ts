// Opens the place of a dataset.

import { objectStore } from '../../lib/s3/object-store';
import type { Env } from '../../lib/types';
import type { DatasetLocation, Storage } from './storage';
import { folderStorage } from './storage-folder';

/**
 * Bytes of the largest file that is read: a part has about 10 MB, a file of the index 4 MB. A file that is larger is not from this
 * program.
 */
const maxFileBytes = 512 * 1024 * 1024;

/** Opens the place of a dataset; `signal` ends all requests. Throws ProblemError ConfigInvalid when no region is known. */
export function openStorage(location: DatasetLocation, region: string | null, env: Env, signal: AbortSignal): Storage {
  if (location.kind === 'directory') return folderStorage(location.path);
  const store = objectStore(location, region, env);
  return {
    name: store.name,
    list: (prefix) => store.list(prefix, null, signal),
    get: (path) => store.get(path, maxFileBytes, signal),
    put: (path, bytes) => store.put(path, bytes, signal),
    create: (path, bytes) => store.create(path, bytes, signal),
    delete: (path) => store.delete(path, signal),
  };
}
