// Which version of an object a read was of, and which it was for.

import type { Condition, ObjectStat } from '../types';

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

/** The ETag that a read is pinned to; null = none. */
export function pinnedTag(condition: Condition): string | null {
  return condition !== null && 'ifMatch' in condition ? condition.ifMatch : null;
}

/** The ETag of the version that is not to be read; null = none. */
export function heldTag(condition: Condition): string | null {
  return condition !== null && 'ifNoneMatch' in condition ? condition.ifNoneMatch : null;
}

/** Whether a version with `etag` is the one that is not to be read, by weak comparison [RFC 9110 8.8.3.2]. */
export function isHeld(condition: Condition, etag: string | null): boolean {
  const held = heldTag(condition);
  return held !== null && etag !== null && opaque(held) === opaque(etag);
}

function opaque(etag: string): string {
  return etag.replace(/^W\//, '');
}
