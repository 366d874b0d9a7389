import { usualPrefix, xmpNamespaces } from '../../../lib/block/xmp-namespaces';
import {
  fieldOf,
  itemsOf,
  propertyOf,
  textOf,
  textsOf,
  type XmpProperty,
  type XmpValue,
} from '../../../lib/block/xmp-value';

const { dc, stArea } = xmpNamespaces;
const field = (namespace: string, name: string, value: XmpValue): XmpProperty => ({
  namespace,
  prefix: 'any',
  name,
  value,
});
const area: XmpValue = { fields: [field(dc, 'x', 'other namespace'), field(stArea, 'x', '0.5')] };
const qualified = (value: XmpValue): XmpValue => ({ value, qualifiers: [field(dc, 'q', 'qualifier')] });
const alt = (...texts: [string, string][]): XmpValue => ({ alt: new Map(texts) });
const list = (...items: XmpValue[]): XmpValue => ({ list: items, ordered: true });

test.each<[string, XmpValue | undefined, string | null, readonly string[]]>([
  ['nothing', undefined, null, []],
  ['a text', 'a', 'a', ['a']],
  ['an empty text', '', '', ['']],
  ['languages with a default', alt(['de', 'eins'], ['x-default', 'one']), 'one', ['one']],
  ['languages without a default', alt(['de', 'eins'], ['fr', 'un']), 'eins', ['eins']],
  ['no languages', alt(), null, []],
  ['a list', list('a', alt(['fr', 'b']), area, qualified('c')), 'a', ['a', 'b', 'c']],
  ['an empty list', list(), null, []],
  ['a structure', area, null, []],
  ['a qualified text', qualified('a'), 'a', ['a']],
])('the texts of %s', (_, value, text, texts) => {
  expect([textOf(value), textsOf(value)]).toEqual([text, texts]);
});

test('properties and fields are found by namespace and name', () => {
  const document = { properties: [field(dc, 'title', 'a'), field(stArea, 'title', 'b')], warnings: [] };
  expect(propertyOf(document, stArea, 'title')).toBe('b');
  expect(propertyOf(document, stArea, 'x')).toBeUndefined();
  expect([area, qualified(area)].map((value) => fieldOf(value, stArea, 'x'))).toEqual(['0.5', '0.5']);
  expect(['text', list(area), alt(), undefined].map((value) => fieldOf(value, stArea, 'x'))).toEqual(
    Array(4).fill(undefined),
  );
});

test('one value is a list of itself', () => {
  expect([itemsOf(area), itemsOf(list(area, 'a')), itemsOf(undefined)]).toEqual([[area], [area, 'a'], []]);
});

test('a known namespace has its usual prefix', () => {
  expect(usualPrefix(dc, 'mine')).toBe('dc');
  expect(usualPrefix('http://example.com/', 'mine')).toBe('mine');
  expect(new Set(Object.values(xmpNamespaces)).size).toBe(Object.keys(xmpNamespaces).length);
});
