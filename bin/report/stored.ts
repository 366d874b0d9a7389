// A dataset in a bucket.

import { lacksRegion, regionIn } from '../../lib/bucket';
import { ProblemError } from '../../lib/problem';
import type { Env } from '../../lib/types';
import { paths } from '../dataset/layout';
import { openStorage } from '../dataset/open-storage';
import { loadHead } from '../dataset/state';
import { type DatasetLocation, parseDatasetLocation, type Storage } from '../dataset/storage';
import { completeParts, type PartFile, partsOf, type RowSource } from './source';

/** Opens the dataset at `s3://bucket/prefix/`; null when there is none: then it is a bucket with images. */
export async function openStored(
  text: string,
  { env, names, stop }: Readonly<{ env: Env; names: readonly string[]; stop: AbortSignal }>,
): Promise<RowSource | null> {
  const location = locationIn(text);
  if (location === null) return null;
  const storage = openStorage(location, regionIn(env, lacksRegion(location)), env, stop);
  if ((await datasetFile(storage)) === null) return null;
  // Other files belong to a run that is not complete, or are about to be deleted.
  const parts = completeParts(await loadHead(storage), storage.name);
  const files = parts.map(({ path }) => storedFile(storage, path));
  return { total: parts.reduce((sum, { rows }) => sum + rows, 0), rows: partsOf(files, names) };
}

/** Null for a text that can only be images, such as a pattern. */
function locationIn(text: string): DatasetLocation | null {
  try {
    return text.includes('*') ? null : parseDatasetLocation(text);
  } catch {
    return null;
  }
}

/** Without the permission to list, S3 says 403 about a file that is missing. */
async function datasetFile(storage: Storage): Promise<Uint8Array | null> {
  try {
    return await storage.get(paths.dataset);
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'AccessDenied') return null;
    throw error;
  }
}

function storedFile(storage: Storage, path: string): PartFile {
  const name = storage.name + path;
  return {
    name,
    async open() {
      const bytes = await storage.get(path);
      if (bytes === null) throw new ProblemError('BucketFault', `${name} was removed meanwhile: try again`);
      const read = async (ranges: readonly Readonly<{ start: number; end: number }>[]) =>
        ranges.map(({ start, end }) => bytes.subarray(start, end));
      return { reader: { size: bytes.length, read }, close: async () => {} };
    },
  };
}
