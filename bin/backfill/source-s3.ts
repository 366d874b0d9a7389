// The objects of a bucket, as its store lists them.

import { type ListedBucket, listObjects } from '../../lib/s3/list';
import type { ObjectSource, Page } from './source';

/** The objects whose key begins with `prefix`. A cursor is a key. */
export function s3Source(bucket: ListedBucket, prefix: string): ObjectSource {
  return { pages: (after) => pages(bucket, prefix, after) };
}

/** A listing is not stopped by the user: workThrough does not wait for it. */
async function* pages(bucket: ListedBucket, prefix: string, after: string | null): AsyncGenerator<Page> {
  for await (const listed of listObjects(bucket, { prefix, after, signal: new AbortController().signal })) {
    const objects = listed.map((object) => ({ ...object, cursor: object.key, problem: null }));
    const cursor = objects.at(-1)?.cursor;
    if (cursor !== undefined) yield { objects, cursor };
  }
}
