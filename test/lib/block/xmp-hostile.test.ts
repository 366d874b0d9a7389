// Packets that were made to cost much: each stays within the limits, and the steps of the reader grow with the length only.
import { maxXmlDepth, maxXmlNamespace, maxXmlNodes, maxXmpBytes, maxXmpPackets } from '../../../lib/block/limits';
import { rdfRoot } from '../../../lib/block/rdf';
import { readElement } from '../../../lib/block/xml';
import { parseXmp } from '../../../lib/block/xmp';
import { xmpNamespaces } from '../../../lib/block/xmp-namespaces';
import { fieldOf, itemsOf, propertyOf, textOf, type XmpValue } from '../../../lib/block/xmp-value';
import { everyCut, everyFlip } from '../../../testing/build/damage';
import { richXmp, xmpPacket, xmpWith } from '../../../testing/build/xmp';
import { countingText } from '../../../testing/fakes/counting-text';

const example = 'http://example.com/';
const parse = (packet: string) => parseXmp([new TextEncoder().encode(packet)], []);
const KiB = 1024;

const long = (text: string): string => text.repeat((128 * KiB) / text.length);
const open = (rest: string): string => xmpPacket('').split('</rdf:RDF>')[0] + rest;

test.each([
  ['only <', open(long('<'))],
  ['start tags', open(long('<o:a>'))],
  ['end tags', open(long('</o:a>'))],
  ['start tags that are not closed', open(long('<o:a '))],
  ['attributes without values', open(`<o:a ${long('b ')}`)],
  ['attributes without an end', open(`<o:a ${long('o:b=" ')}`)],
  ['comments without an end', open(long('<!-- '))],
  ['comments', open(long('<!-- -->'))],
  ['CDATA without an end', open(long('<![CDATA['))],
  ['CDATA', open(`<o:a>${long('<![CDATA[]]>')}`)],
  ['instructions without an end', open(long('<?a '))],
  ['instructions', open(`<o:a>${long('<?a?>')}`)],
  ['a long name', open(`<${long('a')}`)],
  ['a long prefix', open(`<${long(':')}`)],
  ['slashes', open(`<${long('/')}`)],
  ['blanks', open(`<o:a${long(' ')}`)],
  ['a long attribute', open(`<o:a o:b="${long('x')}"/>`)],
  ['ampersands', open(`<o:a>${long('&')}</o:a>`)],
  ['references without an end', open(`<o:a o:b="${long('&#1111111')}"/>`)],
  ['names in one another', open(long('<o:a><o:b></o:b>'))],
  ['declarations in one another', open(Array.from({ length: 5_000 }, (_, i) => `<o:a xmlns:p${i}="${i}">`).join(''))],
  ['the same declaration', open(long('<p:a xmlns:p="urn:a"/><p:a xmlns:p="urn:b"/>'))],
])('%s: the work grows with the length', (_, packet) => {
  const text = countingText(packet);
  readElement(text, rdfRoot, { nodes: Number.MAX_SAFE_INTEGER, depth: maxXmlDepth });
  expect(text.steps).toBeLessThan(8 * packet.length);
});

test.each([
  ['a document type before the root', `<!DOCTYPE a [<!ENTITY b "c">]>${xmpWith('<o:a>&b;</o:a>')}`],
  [
    'entities in one another',
    `<?xml version="1.0"?><!DOCTYPE a [${['&a;', '&b;', '&c;'].map((e) => `<!ENTITY ${e[1]} "${e.repeat(10)}">`).join('')}]>${xmpWith('<o:a>&c;</o:a>')}`,
  ],
  ['an external document type', `<!DOCTYPE a SYSTEM "file:///etc/passwd">${xmpWith('<o:a>b</o:a>')}`],
])('%s is refused', (_, packet) => {
  expect(parse(packet)).toEqual({
    properties: [],
    warnings: [{ block: 'xmp', detail: expect.stringContaining('document type') }],
  });
});

test('an unknown entity stays as it is', () => {
  expect(textOf(propertyOf(parse(xmpWith('<o:a>&b;</o:a>')), example, 'a'))).toBe('&b;');
});

test('what is 20,000 deep is left out, and what follows is read', () => {
  const deep = `${'<o:a rdf:parseType="Resource">'.repeat(20_000)}${'</o:a>'.repeat(20_000)}`;
  const flat = `${'<o:a>'.repeat(10_000)}${'</o:a>'.repeat(10_000)}`;
  const tooMany = parse(xmpWith(`${deep}<o:b>c</o:b>`));
  expect(tooMany.warnings.map(({ detail }) => detail).join()).toMatch(/too many.*too deep|too deep.*too many/);
  const document = parse(xmpWith(`${flat}<o:b>c</o:b>`));
  expect(propertyOf(document, example, 'b')).toBe('c');
  let depth = 0;
  for (let value = propertyOf(tooMany, example, 'a'); value !== undefined; value = fieldOf(value, example, 'a'))
    depth++;
  expect(depth).toBeLessThanOrEqual(maxXmlDepth);
});

test('of 50,000 attributes of one element none is read, of those in several elements the first', () => {
  const attributes = Array.from({ length: 50_000 }, (_, i) => `o:a${i}="${i}"`);
  expect(parse(xmpPacket(`<rdf:Description ${attributes.join(' ')}/>`)).properties).toEqual([]);
  const nodes = attributes.slice(0, 20_000).map((attribute) => `<rdf:Description ${attribute}/>`);
  const { properties, warnings } = parse(xmpPacket(nodes.join('')));
  expect(properties.length).toBeLessThanOrEqual(maxXmlNodes / 2);
  expect(properties.length).toBeGreaterThan(maxXmlNodes / 2 - 10);
  expect(warnings).toEqual([{ block: 'xmp', detail: expect.stringContaining('too many') }]);
});

test('names of a long namespace are left out, because each of them would be kept together with it', () => {
  const packetOf = (namespace: string) =>
    xmpPacket(`<rdf:Description xmlns:n="${namespace}" n:a="1"><n:b>2</n:b><o:c>3</o:c></rdf:Description>`);
  const [longest, tooLong] = [maxXmlNamespace, maxXmlNamespace + 1].map((length) =>
    parse(packetOf('n'.repeat(length))),
  );
  expect(longest).toMatchObject({ properties: [{ name: 'a' }, { name: 'b' }, { name: 'c' }], warnings: [] });
  expect(tooLong).toMatchObject({
    properties: [{ name: 'c', value: '3' }],
    warnings: [{ detail: expect.stringContaining('namespace is too long') }],
  });
});

test('an attribute of 64 KiB is read', () => {
  const text = 'x'.repeat(64 * KiB);
  expect(propertyOf(parse(xmpPacket(`<rdf:Description o:a="${text}"/>`)), example, 'a')).toBe(text);
});

test('of 10,000 regions the first ones are read', () => {
  const region = '<rdf:li><rdf:Description mwg-rs:Name="N"><mwg-rs:Area stArea:x="0"/></rdf:Description></rdf:li>';
  const list = `<mwg-rs:RegionList><rdf:Bag>${region.repeat(10_000)}</rdf:Bag></mwg-rs:RegionList>`;
  const packet = xmpWith(`<mwg-rs:Regions rdf:parseType="Resource">${list}</mwg-rs:Regions>`);
  const namespace = xmpNamespaces['mwg-rs'];
  const regions = itemsOf(fieldOf(propertyOf(parse(packet), namespace, 'Regions'), namespace, 'RegionList'));
  expect(regions.length).toBeGreaterThan(2000);
  expect(regions.length).toBeLessThanOrEqual(maxXmlNodes / 5);
  expect(regions.slice(0, -1).map((item: XmpValue) => textOf(fieldOf(item, namespace, 'Name')))).toEqual(
    Array(regions.length - 1).fill('N'),
  );
});

test('a packet is read to its greatest length, and so many packets', () => {
  const document = parse(xmpWith(`<o:a>b</o:a><o:c>${' '.repeat(maxXmpBytes)}</o:c>`));
  expect(document.properties.map(({ name }) => name)).toEqual(['a']);
  expect(document.warnings.map(({ detail }) => detail)).toEqual([
    expect.stringContaining('bytes'),
    expect.stringContaining('the end is missing'),
  ]);
  const packets = Array.from({ length: maxXmpPackets + 1 }, (_, i) => new TextEncoder().encode(xmpWith(`<o:a${i}/>`)));
  expect(parseXmp(packets, [])).toMatchObject({ properties: { length: maxXmpPackets }, warnings: { length: 1 } });
});

test('all packets have one limit of elements', () => {
  const packet = new TextEncoder().encode(xmpWith('<o:a/>'.repeat(maxXmlNodes / 4)));
  expect(parseXmp(Array(5).fill(packet), []).warnings.length).toBeGreaterThan(0);
});

test.each(['', '<', '<?', '<!', '</', '<a', 'text', '\0\0\0\0', '\ufeff', '<!---->', '<a/>', '</a>', '<rdf:RDF>'])(
  '%j has no XMP',
  (packet) => {
    expect(parse(packet)).toEqual({
      properties: [],
      warnings: [{ block: 'xmp', detail: expect.stringContaining('no rdf:RDF') }],
    });
  },
);

describe('the damage of a packet', () => {
  const whole = new TextEncoder().encode(richXmp);
  const { properties } = parseXmp([whole], []);

  test('a cut packet has the first properties, and the last one perhaps in part', () => {
    const counts = Array.from(everyCut(whole), (bytes) => {
      const found = parseXmp([bytes], []).properties;
      expect(found.slice(0, -1)).toEqual(properties.slice(0, Math.max(found.length - 1, 0)));
      expect(found.at(-1)?.name).toBe(properties[found.length - 1]?.name);
      return found.length;
    });
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(counts.at(-1)).toBe(properties.length);
  });

  test('a packet with one other byte has no more properties, and none only with a warning', () => {
    const wrong = Array.from(everyFlip(whole), (bytes) => parseXmp([bytes], [])).filter(
      (found) =>
        found.properties.length > properties.length ||
        found.properties.some(({ namespace }) => namespace === '') ||
        (found.properties.length === 0 && found.warnings.length === 0),
    );
    expect(wrong).toEqual([]);
  });
});
