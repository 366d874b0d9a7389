import type { LogLine } from '../../lib/job';
import { withMetrics } from '../../service/metrics';
import { formatLog } from '../../service/write-log';

const now = new Date('2026-11-03T10:20:30.456Z');
const line: LogLine = {
  level: 'info',
  door: 'function-url',
  act: 'answer',
  key: 'a.jpg',
  code: 'OK',
  cache: 'hit',
  requests: 2,
  bytes: 65_536,
  ms: 12.3,
};

test('a line keeps its members and gets metrics that CloudWatch finds', () => {
  expect(withMetrics(line, now)).toEqual({
    ...line,
    Door: 'function-url',
    Requests: 2,
    Bytes: 65_536,
    Ms: 12.3,
    CacheHit: 1,
    CacheMiss: 0,
    CacheStale: 0,
    CacheFault: 0,
    SinkFault: 0,
    Errors: 0,
    _aws: {
      Timestamp: now.getTime(),
      CloudWatchMetrics: [
        {
          Namespace: 'BucketExif',
          Dimensions: [['Door']],
          Metrics: [
            { Name: 'Requests', Unit: 'Count' },
            { Name: 'Bytes', Unit: 'Bytes' },
            { Name: 'Ms', Unit: 'Milliseconds' },
            { Name: 'CacheHit', Unit: 'Count' },
            { Name: 'CacheMiss', Unit: 'Count' },
            { Name: 'CacheStale', Unit: 'Count' },
            { Name: 'CacheFault', Unit: 'Count' },
            { Name: 'SinkFault', Unit: 'Count' },
            { Name: 'Errors', Unit: 'Count' },
          ],
        },
      ],
    },
  });
});

test.each<[LogLine, Readonly<Record<string, number>>]>([
  [{ cache: 'miss' }, { CacheHit: 0, CacheMiss: 1 }],
  [{ cache: 'stale' }, { CacheHit: 0, CacheStale: 1 }],
  [{ cache: 'off' }, { CacheHit: 0, CacheMiss: 0, CacheStale: 0 }],
  [{ cache: null }, { CacheHit: 0, CacheMiss: 0, CacheStale: 0 }],
  [
    { level: 'warn', cacheProblem: 'Cannot reach the cache' },
    { CacheFault: 1, Errors: 0 },
  ],
  [
    { level: 'error', code: 'CacheFault' },
    { CacheFault: 1, Errors: 1 },
  ],
  [
    { level: 'error', code: 'SinkFault' },
    { SinkFault: 1, CacheFault: 0, Errors: 1 },
  ],
  [
    { level: 'error', code: 'BucketFault' },
    { CacheFault: 0, Errors: 1 },
  ],
])('%j counts %j', (change, counts) => {
  expect(withMetrics({ ...line, ...change }, now)).toMatchObject(counts);
});

/** What the format asks of every line [CloudWatch Embedded Metric Format, "Target members"]. */
test.each<LogLine>([line, {}, { door: null, requests: null, ms: 'soon' }, { door: '', key: 'a\u2028\u{1f4f7}' }])(
  'all that a directive names is in the line, as text or number: %j',
  (one) => {
    const text = formatLog(withMetrics(one, now));
    expect(text).toMatch(/^[\x20-\x7e]*$/);
    const root = JSON.parse(text);
    expect(Number.isSafeInteger(root._aws.Timestamp)).toBe(true);
    const [directive] = root._aws.CloudWatchMetrics;
    for (const [dimension] of directive.Dimensions) expect(root[dimension]).toMatch(/^.{1,1024}$/);
    for (const { Name } of directive.Metrics)
      expect({ Name, type: typeof root[Name] }).toEqual({ Name, type: 'number' });
  },
);
