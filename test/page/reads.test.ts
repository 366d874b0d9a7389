// The header that tells what was read.
import { mergeSpans, parseReads } from '../../page/reads';

test('the header becomes numbers', () => {
  const header = 'requests=2, bytes=70537, size=81234, ms=2.7, cache=miss, ranges=0-65535 70000-75000';
  expect(parseReads(header)).toEqual({
    requests: 2,
    bytes: 70537,
    size: 81234,
    ms: 2.7,
    cache: 'miss',
    spans: [
      [0, 65535],
      [70000, 75000],
    ],
  });
});

test('missing members are null or empty', () => {
  const bare = { requests: 0, bytes: 0, size: null, ms: 1, cache: null, spans: [] };
  expect(parseReads('requests=0, bytes=0, ms=1')).toEqual(bare);
});

test.each([null, '', 'requests=1', 'requests=x, bytes=1, ms=1', 'requests=-1, bytes=1, ms=1'])(
  '%j is none',
  (header) => {
    expect(parseReads(header)).toBeNull();
  },
);

test('a range that ends before it begins is left out', () => {
  expect(parseReads('requests=1, bytes=1, ms=1, ranges=9-3 4-4 x-y')?.spans).toEqual([[4, 4]]);
});

test('spans that touch or overlap are one', () => {
  const spans = [
    [70, 80],
    [0, 9],
    [10, 19],
    [75, 90],
    [40, 50],
    [42, 44],
  ] as const;
  expect(mergeSpans(spans)).toEqual([
    [0, 19],
    [40, 50],
    [70, 90],
  ]);
});
