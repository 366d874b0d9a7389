// All that a job needs, for tests and benches.
import type { JobDeps } from '../../lib/job';
import { defaultLimits } from '../../lib/limits';
import { defaultStyle } from '../../lib/style';
import type { Bucket } from '../../lib/types';
import { everyone } from './access';

/** Over one bucket that everybody may read: no cache, the default limits, the time 0, and no log. `given` replaces parts. */
export function jobDeps(bucket: Bucket, given: Partial<JobDeps> = {}): JobDeps {
  return {
    routes: { hosts: new Map(), fallback: { bucketId: 'b', bucket: 'photos' } },
    hostHeader: null,
    access: everyone,
    buckets: new Map([['b', bucket]]),
    named: new Map(),
    cache: null,
    limits: defaultLimits,
    dropGroups: [],
    answers: { cacheControl: 'no-cache', corsOrigins: [], revision: '' },
    defaultStyle,
    showReads: false,
    now: () => new Date(0),
    log: () => undefined,
    ...given,
  };
}
