// Whether two reads were of one version of an object.

import type { ObjectStat } from '../types';

/**
 * For stores that send no ETag, where `fetch` can pin nothing: the caller compares what the first and a later reply
 * said. Two versions of one size within a second look the same; no more can be known of them.
 */
export function sameVersion(first: ObjectStat, later: ObjectStat): boolean {
  return (
    first.etag === later.etag &&
    first.size === later.size &&
    first.lastModified?.getTime() === later.lastModified?.getTime()
  );
}
