import { percentDecode, percentEncode } from '../../../lib/bytes/percent';
import { problemOf } from '../../../testing/compare/problem';

test.each([
  ['', ''],
  ['AZaz09-_.~', 'AZaz09-_.~'],
  ["!'()*", '%21%27%28%29%2A'],
  ['a b+c/d%20', 'a%20b%2Bc%2Fd%2520'],
  ['é图', '%C3%A9%E5%9B%BE'],
  ['\ud800', '%EF%BF%BD'],
])('%j is encoded as %s', (text, encoded) => {
  expect(percentEncode(text)).toBe(encoded);
});

test.each([
  ['a+b', 'a+b'],
  ['a%20b%2b', 'a b+'],
  ['%2525', '%25'],
  ['%C3%A9', 'é'],
])('%s is decoded as %j', (text, decoded) => {
  expect(percentDecode(text)).toBe(decoded);
});

test.each(['%', '%2', '%zz', '%C3', '%ff'])('%s cannot be decoded', async (text) => {
  expect(await problemOf(() => percentDecode(text))).toBe('InvalidURI');
});

test('the error of a text that cannot be decoded keeps its cause', () => {
  expect(() => percentDecode('%')).toThrow(expect.objectContaining({ cause: expect.any(URIError) }));
});
