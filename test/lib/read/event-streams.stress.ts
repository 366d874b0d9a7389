// Streams of events, shuffled, twice, late and lost, through the real triggers, beside requests that fill the cache too: each
// answer was right during its request, and in the end the cache is as the bucket.
import { streamCount, wrongOf } from './stream-run';
import { base, type Setting } from './stream-world';

const streams = streamCount(150);

test.each<[string, Setting]>([
  ['S3', { ...base, kind: 's3', freshness: 'verify' }],
  // Multipart uploads are dated by their beginning.
  ['S3 with older dates', { ...base, kind: 's3', freshness: 'verify', backdated: true }],
  ['S3 with versions', { ...base, kind: 'versioned', freshness: 'verify', backdated: true }],
  ['S3, trusted', { ...base, kind: 's3', freshness: 'trust' }],
  ['S3 with older dates, trusted', { ...base, kind: 's3', freshness: 'trust', backdated: true }],
  ['S3 with versions, trusted', { ...base, kind: 'versioned', freshness: 'trust', backdated: true }],
  ['COS', { ...base, kind: 'cos', freshness: 'verify', ownTags: true }],
  ['COS, trusted', { ...base, kind: 'cos', freshness: 'trust', ownTags: true }],
  ['Ceph, trusted', { ...base, kind: 'ceph', freshness: 'trust', ownTags: true }],
  ['S3, a tenth of the events lost', { ...base, kind: 's3', freshness: 'verify', lost: 0.1 }],
  ['S3 with versions, a tenth lost', { ...base, kind: 'versioned', freshness: 'verify', lost: 0.1, backdated: true }],
  ['COS, a tenth lost', { ...base, kind: 'cos', freshness: 'verify', lost: 0.1 }],
  ['COS, deleted and written again with the same tag', { ...base, kind: 'cos', freshness: 'trust' }],
  ['S3, a clock two seconds ahead', { ...base, kind: 's3', freshness: 'trust', skew: 2_000 }],
  ['COS, a clock two seconds ahead', { ...base, kind: 'cos', freshness: 'trust', skew: 2_000 }],
  ['COS, a clock two seconds behind', { ...base, kind: 'cos', freshness: 'trust', skew: -2_000 }],
  ['Ceph, the same tag again', { ...base, kind: 'ceph', freshness: 'trust' }],
  ['COS, two contents in turns', { ...base, kind: 'cos', freshness: 'trust', inTurns: true }],
  ['S3, two contents in turns', { ...base, kind: 's3', freshness: 'trust', inTurns: true }],
  ['COS, changes within one second', { ...base, kind: 'cos', freshness: 'trust', most: 301 }],
  ['S3, changes within one second', { ...base, kind: 's3', freshness: 'trust', most: 301, backdated: true }],
])(
  '%s',
  async (_name, setting) => {
    expect(await wrongOf(setting, streams)).toBe('');
  },
  120_000,
);
