// The metadata blocks that are found in SVG.

import { parseXmp } from '../../../../lib/block/xmp';
import { packetOf } from '../../../../testing/build/box-blocks';
import { latin1, utf8 } from '../../../../testing/build/bytes';
import { jumbfBox } from '../../../../testing/build/jpeg-blocks';
import { findIn } from '../../../../testing/compare/found';

const KiB = 1024;
const elements = Buffer.from(packetOf()).toString();
const packet = `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>${elements}   <?xpacket end="w"?>`;
const rdf = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><a/></rdf:RDF >';
const store = jumbfBox(50);
const manifest = Buffer.from(store).toString('base64');

const svg = (metadata: string, before = ''): string =>
  `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="3" height="2">${before}<metadata>${metadata}</metadata></svg>`;

test.each<[string, string, string]>([
  ['a packet', svg(packet), packet],
  ['the elements of a packet', svg(elements), elements],
  ['RDF alone, as drawing programs write it', svg(rdf), rdf],
  [
    'an element with another prefix',
    svg(elements.replaceAll('x:xmpmeta', 'b:xmpmeta')),
    elements.replaceAll('x:xmp', 'b:xmp'),
  ],
  ['a packet that ends after the first read', svg(packetText(70 * KiB)), packetText(70 * KiB)],
])('XMP: %s', async (_name, text, xmp) => {
  const offset = text.indexOf(xmp);
  const { blocks } = await findIn(latin1(text));
  expect(blocks).toEqual([{ kind: 'xmp', bytes: latin1(xmp), offset, size: xmp.length }]);
});

test('RDF whose prefixes the svg element declares', async () => {
  const bare = '<rdf:RDF><cc:Work rdf:about=""><dc:format>image/svg+xml</dc:format></cc:Work></rdf:RDF>';
  const root = '<svg xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:cc="urn:cc" xmlns:dc="urn:dc">';
  const text = `${root}<style>a {}</style><metadata>${bare}</metadata></svg>`;
  const { blocks } = await findIn(latin1(text));
  const bytes = latin1(`${root}${bare}</svg>`);
  expect(blocks).toEqual([{ kind: 'xmp', bytes, offset: text.indexOf(bare), size: bare.length }]);
  expect(parseXmp([bytes], [])).toMatchObject({ properties: [{ namespace: 'urn:dc', name: 'format' }], warnings: [] });
});

test('RDF in an svg element with text beyond ASCII', async () => {
  const bare = '<rdf:RDF><rdf:Description dc:format="a"/></rdf:RDF>';
  const names = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="urn:dc"';
  // In UTF-8 the letter has the byte 0x95: in Windows-1252 that is a character whose lower byte is a quote.
  const { blocks } = await findIn(utf8(`<svg aria-label="Е" ${names}><metadata>${bare}</metadata></svg>`));
  const packets = blocks.flatMap((block) => (block.kind === 'xmp' ? [block.bytes] : []));
  expect(parseXmp(packets, [])).toMatchObject({ properties: [{ namespace: 'urn:dc', value: 'a' }], warnings: [] });
});

function packetText(length: number): string {
  return Buffer.from(packetOf(length)).toString();
}

test.each([
  ['in one line', manifest],
  ['in several lines', `\n  ${manifest.slice(0, 40)}\n  ${manifest.slice(40)}\n`],
])('C2PA %s', async (_name, text) => {
  const { blocks } = await findIn(
    latin1(svg(`<c2pa:manifest xmlns:c2pa="http://c2pa.org/manifest">${text}</c2pa:manifest>`)),
  );
  expect(blocks).toEqual([{ kind: 'c2pa', bytes: store, offset: null, size: store.length }]);
});

test.each<[string, string]>([
  ['no metadata', svg('')],
  ['no end', svg('<x:xmpmeta>').replace('</metadata></svg>', '')],
  ['an element whose name is longer', svg('<x:xmpmetadata></x:xmpmetadata>')],
  ['metadata after the first read', svg(elements, ' '.repeat(64 * KiB))],
  ['a manifest that is not base64', svg('<c2pa:manifest>!</c2pa:manifest>')],
  ['a manifest that is not JUMBF', svg('<c2pa:manifest>AAAA</c2pa:manifest>')],
])('no block: %s', async (_name, text) => {
  expect((await findIn(latin1(text))).blocks).toEqual([]);
});

test('one read for a packet that ends after the first read, none for other files', async () => {
  expect((await findIn(latin1(svg(packetText(70 * KiB))))).requests).toBe(1);
  expect((await findIn(latin1(svg(packet, '') + ' '.repeat(70 * KiB)))).requests).toBe(0);
});
