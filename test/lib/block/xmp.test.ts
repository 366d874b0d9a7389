import { type ExtensionPart, parseXmp } from '../../../lib/block/xmp';
import type { XmpProperty, XmpValue } from '../../../lib/block/xmp-value';
import { md5 } from '../../../lib/bytes/md5';
import { concat, latin1, utf8, utf16, utf32 } from '../../../testing/build/bytes';
import { richXmp, xmpPacket, xmpWith } from '../../../testing/build/xmp';
import { writeXmp } from '../../../testing/build/xmp-writer';

/** A value as JSON: fields by prefix and name. */
function shown(value: XmpValue): unknown {
  if (typeof value === 'string') return value;
  if ('list' in value) return [value.ordered ? 'ordered' : 'any', ...value.list.map(shown)];
  if ('alt' in value) return Object.fromEntries(value.alt);
  if ('fields' in value) return shownAll(value.fields);
  return { is: shown(value.value), ...shownAll(value.qualifiers) };
}

const shownAll = (properties: readonly XmpProperty[]): Record<string, unknown> =>
  Object.fromEntries(properties.map(({ prefix, name, value }) => [`${prefix}:${name}`, shown(value)]));

function read(...packets: readonly (string | Uint8Array)[]) {
  const bytes = packets.map((packet) => (typeof packet === 'string' ? utf8(packet) : packet));
  const { properties, warnings } = parseXmp(bytes, []);
  return { ...shownAll(properties), ...(warnings.length > 0 && { warnings: warnings.map(({ detail }) => detail) }) };
}

const rich = {
  'xmp:Rating': '3',
  'xmp:Label': 'R&D ☃',
  'dc:title': { 'x-default': 'Snow', de: 'Schnee' },
  'dc:subject': ['any', 'one', 'two'],
  'dc:source': 'http://example.com/a',
  'mwg-rs:Regions': {
    'mwg-rs:RegionList': [
      'ordered',
      { 'mwg-rs:Name': 'Ann', 'mwg-rs:Area': { 'stArea:x': '0.5', 'stArea:y': '0.25' } },
    ],
  },
  'xmp:Identifier': { is: '7', 'o:scheme': 's' },
  'dc:format': 'a<b',
};

test('properties of every kind are read', () => {
  expect(read(richXmp)).toEqual(rich);
});

test('what was read and written is read again', () => {
  const written = writeXmp(parseXmp([utf8(richXmp)], []).properties);
  expect(Object.values(read(written))).toHaveLength(Object.keys(rich).length);
  expect(writeXmp(parseXmp([utf8(written)], []).properties)).toBe(written);
});

test('a property has the namespace of its prefix', () => {
  const { properties } = parseXmp(
    [utf8(xmpWith('<a:title xmlns:a="http://purl.org/dc/elements/1.1/">x</a:title>'))],
    [],
  );
  expect(properties).toEqual([
    { namespace: 'http://purl.org/dc/elements/1.1/', prefix: 'a', name: 'title', value: 'x' },
  ]);
});

test.each<[string, string, unknown]>([
  ['an empty element', '<o:a/>', ''],
  ['white space', '<o:a> b\n c </o:a>', ' b\n c '],
  ['a comment in a text', '<o:a>b<!-- > -->c</o:a>', 'bc'],
  ['CDATA', '<o:a>b<![CDATA[&lt;<c>]]>d</o:a>', 'b&lt;<c>d'],
  ['references', '<o:a>&lt;&gt;&amp;&quot;&apos;&#65;&#x1F600;&#X41;</o:a>', '<>&"\'A😀&#X41;'],
  [
    'what is not a character or entity',
    '<o:a>&b; &; & &#0; &#xD800; &#x110000; &#;</o:a>',
    '&b; &; & &#0; &#xD800; &#x110000; &#;',
  ],
  ['no reference twice', '<o:a>&amp;lt;</o:a>', '&lt;'],
  ['a Seq', '<o:a><rdf:Seq><rdf:li>b</rdf:li><rdf:li/></rdf:Seq></o:a>', ['ordered', 'b', '']],
  ['an Alt without languages', '<o:a><rdf:Alt><rdf:li>b</rdf:li></rdf:Alt></o:a>', ['ordered', 'b']],
  [
    'an Alt in part without languages',
    '<o:a><rdf:Alt><rdf:li xml:lang="x">b</rdf:li><rdf:li>c</rdf:li></rdf:Alt></o:a>',
    ['ordered', 'b', 'c'],
  ],
  ['an empty Alt', '<o:a><rdf:Alt/></o:a>', {}],
  ['a list of resources', '<o:a><rdf:Bag><rdf:li rdf:resource="b"/></rdf:Bag></o:a>', ['any', 'b']],
  [
    'a list of structures',
    '<o:a><rdf:Bag><rdf:li o:b="c"/><rdf:li rdf:parseType="Resource"><o:b>d</o:b></rdf:li></rdf:Bag></o:a>',
    ['any', { 'o:b': 'c' }, { 'o:b': 'd' }],
  ],
  [
    'a list in a list',
    '<o:a><rdf:Seq><rdf:li><rdf:Bag><rdf:li>b</rdf:li></rdf:Bag></rdf:li></rdf:Seq></o:a>',
    ['ordered', ['any', 'b']],
  ],
  ['a structure in attributes', '<o:a o:b="c"/>', { 'o:b': 'c' }],
  ['an empty structure', '<o:a rdf:parseType="Resource"/>', {}],
  ['a nested node', '<o:a><rdf:Description o:b="c"><o:d>e</o:d></rdf:Description></o:a>', { 'o:b': 'c', 'o:d': 'e' }],
  [
    'a qualified value',
    '<o:a rdf:parseType="Resource"><rdf:value>b</rdf:value><o:c>d</o:c></o:a>',
    { is: 'b', 'o:c': 'd' },
  ],
  ['a qualified value in attributes', '<o:a rdf:value="b" o:c="d"/>', { is: 'b', 'o:c': 'd' }],
  ['a language', '<o:a xml:lang="de">b</o:a>', 'b'],
  ['a slash in a name', '<o:a/b>c</o:a/b><o:a>d</o:a>', 'd'],
  ['blanks in tags', '<o:a\n o:b = "c"\t/><o:a\n>d</o:a >', 'd'],
  [
    'names of the prototype',
    '<o:a><rdf:Description o:__proto__="b" o:constructor="c"/></o:a>',
    { 'o:__proto__': 'b', 'o:constructor': 'c' },
  ],
  ['the last of equal properties', '<o:a>b</o:a><o:a>c</o:a>', 'c'],
])('%s', (_, properties, value) => {
  expect((read(xmpWith(properties)) as Record<string, unknown>)['o:a']).toEqual(value);
});

test('white space in an attribute becomes blanks, but not that of references', () => {
  expect(read(xmpPacket('<rdf:Description o:a="b\tc\r\nd&#10;e"/>'))).toEqual({ 'o:a': 'b c d\ne' });
});

test('line ends become line feeds', () => {
  expect(read(xmpWith('<o:a>b\r\nc\rd</o:a>'))).toEqual({ 'o:a': 'b\nc\nd' });
});

test('prefixes can be declared anywhere, and again', () => {
  const properties =
    '<o:a xmlns:o="urn:1"><rdf:Description><o:b xmlns:o="urn:2"/><o:c/></rdf:Description></o:a><o:d/><none:e/><f/>';
  const { properties: found } = parseXmp([utf8(xmpWith(properties))], []);
  expect(found.map(({ namespace, name }) => [namespace, name])).toEqual([
    ['urn:1', 'a'],
    ['http://example.com/', 'd'],
  ]);
  const [{ value } = { value: '' }] = found;
  expect(typeof value === 'object' && 'fields' in value && value.fields.map(({ namespace }) => namespace)).toEqual([
    'urn:2',
    'urn:1',
  ]);
});

test('RDF in a default namespace is read', () => {
  const packet = `<RDF xmlns="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:o="urn:o"><Description o:a="b"/></RDF>`;
  expect(read(packet)).toEqual({ 'o:a': 'b' });
});

const snowman = xmpWith('<o:a>☃ 😀</o:a>').replace('\ufeff', '');

test.each([
  ['UTF-8', utf8(snowman), '☃ 😀'],
  ['UTF-8 with a mark', utf8(`\ufeff${snowman}`), '☃ 😀'],
  ['UTF-16LE', utf16(snowman, true), '☃ 😀'],
  ['UTF-16BE', utf16(snowman, false), '☃ 😀'],
  ['UTF-16LE with a mark', utf16(`\ufeff${snowman}`, true), '☃ 😀'],
  ['UTF-16BE with a mark', utf16(`\ufeff${snowman}`, false), '☃ 😀'],
  ['UTF-32LE', utf32(snowman, true), '☃ 😀'],
  ['UTF-32BE', utf32(snowman, false), '☃ 😀'],
  ['UTF-32LE with a mark', utf32(`\ufeff${snowman}`, true), '☃ 😀'],
  ['UTF-32BE with a mark', utf32(`\ufeff${snowman}`, false), '☃ 😀'],
  ['Windows-1252', latin1(xmpWith('<o:a>Aim\xe9 \x80</o:a>').replace('\ufeff', '')), 'Aimé €'],
  ['damaged UTF-8', concat(utf8('<!-- ☃'), Uint8Array.of(0xe9), utf8(`-->${snowman}`)), '☃ 😀'],
  ['a stored U+FFFD', utf8(xmpWith('<o:a>\ufffd</o:a>')), '\ufffd'],
])('%s is decoded', (_, packet, text) => {
  expect(read(packet)).toEqual({ 'o:a': text });
});

test('a later packet replaces properties of an earlier one', () => {
  expect(read(xmpWith('<o:a>1</o:a><o:b>2</o:b>'), xmpWith('<o:b>3</o:b>'))).toEqual({ 'o:a': '1', 'o:b': '3' });
});

describe('Extended XMP', () => {
  const whole = utf8(xmpWith('<o:a>extended</o:a>'));
  const guid = md5(whole).toUpperCase();
  const main = utf8(xmpWith(`<xmpNote:HasExtendedXMP>${guid}</xmpNote:HasExtendedXMP><o:a>main</o:a>`));
  const part = (start: number, end: number, change: Partial<ExtensionPart> = {}): ExtensionPart => ({
    kind: 'xmp-extension',
    guid,
    total: whole.length,
    at: start,
    bytes: whole.subarray(start, end),
    ...change,
  });
  const end = whole.length;

  test.each<[string, readonly ExtensionPart[], string, number]>([
    ['one part', [part(0, end)], 'extended', 0],
    ['parts in any order', [part(90, end), part(0, 50), part(50, 90)], 'extended', 0],
    ['a part of another GUID', [part(0, end), part(0, end, { guid: 'A' })], 'extended', 1],
    ['only parts of another GUID', [part(0, end, { guid: 'A' })], 'main', 2],
    ['no part', [], 'main', 1],
    ['a gap', [part(0, 50), part(51, end)], 'main', 1],
    ['an overlap', [part(0, 50), part(49, end)], 'main', 1],
    ['a part twice', [part(0, end), part(0, end)], 'main', 1],
    ['an empty part', [part(0, 0), part(0, end)], 'main', 1],
    ['no end', [part(0, end - 1)], 'main', 1],
    ['two totals', [part(0, 50), part(50, end, { total: end + 1 })], 'main', 1],
    ['other bytes than the GUID is of', [part(0, end, { bytes: whole.toReversed() })], 'main', 1],
  ])('%s', (_, parts, text, warnings) => {
    const document = parseXmp([main], parts);
    expect(shownAll(document.properties)).toEqual({ 'xmpNote:HasExtendedXMP': guid, 'o:a': text });
    expect(document.warnings).toHaveLength(warnings);
  });

  test('an extension that no packet names is not read', () => {
    expect(parseXmp([], [part(0, end)])).toMatchObject({ properties: [], warnings: [{ block: 'xmp' }] });
  });
});
