import { chooseEncoding, weightOf } from '../../../lib/http/negotiation';

test.each<[string | undefined, string | null, boolean]>([
  [undefined, null, false],
  ['', null, false],
  ['gzip', 'gzip', false],
  ['x-gzip', 'gzip', false],
  ['GZip', 'gzip', false],
  ['br', 'br', false],
  ['gzip, deflate, br, zstd', 'br', false],
  ['deflate, zstd', null, false],
  ['gzip;q=1.0, br;q=0.9', 'gzip', false],
  ['gzip;q=0.5, br;q=0.8', 'br', false],
  ['gzip ; q=0.5 , br ; Q=0.4', 'gzip', false],
  ['gzip;q=0', null, false],
  ['gzip;q=0.000, br;q=0', null, false],
  ['gzip;q=0.001', 'gzip', false],
  ['gzip;q=much', null, false],
  ['gzip;q=-1', null, false],
  ['*', 'gzip', false],
  ['*;q=0', null, false],
  ['*;q=0.5, gzip;q=0', 'br', false],
  ['br;q=0, *', 'gzip', false],
  ['identity', null, false],
  ['identity, gzip', 'gzip', false],
  ['identity;q=1, gzip;q=0.5', null, false],
  ['identity;q=0.5, gzip;q=0.5', 'gzip', false],
  ['identity;q=0.4, *;q=0.5', 'gzip', false],
  ['identity;q=0', null, false],
  ['gzip, identity;q=0', 'gzip', true],
  ['gzip, *;q=0', 'gzip', true],
  ['identity;q=0, *', 'gzip', true],
  ['br, identity;q=0.1, *;q=0', 'br', false],
])('Accept-Encoding %s: %s, also when it is short: %s', (header, coding, smallToo) => {
  expect(chooseEncoding(header)).toEqual({ coding, smallToo });
});

test('a long header costs no time', () => {
  expect(chooseEncoding(`${'a,'.repeat(4_000_000)}gzip`).coding).toBeNull();
});

test.each([
  ['application/json', 1],
  ['text/html, application/json;q=0.5', 0.5],
  ['application/json;q=2', 1],
  ['application/json;q=0', 0],
  ['*/*', 0],
  ['', 0],
])('Accept %s gives JSON the weight %d', (accept, weight) => {
  expect(weightOf(accept, 'application/json')).toBe(weight);
});
