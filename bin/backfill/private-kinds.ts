// Finds what each object gives away, for the totals of --private.

import { withinTime } from '../../lib/io/deadline';
import type { JobDeps } from '../../lib/job';
import { findingsOf, privateAnswer } from '../../lib/metadata/private';
import { namedObject } from '../../lib/read/follow-event';
import { readMetadata } from '../../lib/read/metadata';
import { nothingKnown } from '../../lib/read/object';
import type { Warm } from './warm-object';

/** The kinds of findings of an object; none for one that is not an image any more. Throws ProblemError. */
export type KindsOf = (key: string) => Promise<readonly string[]>;

/** Reads an object as `exif/private` does. `bucket` is the bucket's own name. */
export function createKindsOf(deps: JobDeps, bucket: string): KindsOf {
  return async (key) => {
    const { ref, bucket: store } = namedObject({ bucket, key }, deps);
    const cost = { requests: 0, bytes: 0 };
    const result = await withinTime(null, deps.limits.totalMs, (signal) =>
      readMetadata({ ref, deps: { ...deps, bucket: store }, cost, known: nothingKnown, signal }, privateAnswer),
    );
    return result.kind === 'metadata' ? findingsOf(result.record).map(({ kind }) => kind) : [];
  };
}

/** `warm`, and then the kinds of findings of an object that is an image. */
export function withKinds(warm: Warm, kindsOf: KindsOf): Warm {
  return async (key, etag) => {
    const attempt = await warm(key, etag);
    if (attempt.code !== 'OK') return attempt;
    try {
      return { ...attempt, kinds: await kindsOf(key) };
    } catch (error) {
      return { ...attempt, error };
    }
  };
}
