// The answers to `?metadata`, from the request to the JSON.
import { concat } from '../../../testing/build/bytes';
import { buildJpeg, exifSegment, frameHeader, photoshopSegment, xmpSegment } from '../../../testing/build/jpeg';
import { iccSegment } from '../../../testing/build/jpeg-blocks';
import { buildIcc, dataset, iccDescription } from '../../../testing/build/small-blocks';
import { ascii, buildTiff } from '../../../testing/build/tiff';
import { type AnsweringFunction, answering } from '../../../testing/fakes/answering';

const packet = (properties: string): string =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
  `<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" ` +
  `xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/">${properties}</rdf:Description></rdf:RDF></x:xmpmeta>`;
const bag = (...items: readonly string[]): string =>
  `<rdf:Bag>${items.map((item) => `<rdf:li>${item}</rdf:li>`).join('')}</rdf:Bag>`;
const title = (text: string): string =>
  `<dc:title><rdf:Alt><rdf:li xml:lang="x-default">${text}</rdf:li></rdf:Alt></dc:title>`;

const xmp = packet(
  `${title('XMP title')}<dc:subject>${bag('sea', 'sky', 'sea')}</dc:subject><xmp:Rating>4</xmp:Rating>` +
    '<photoshop:City>Berlin</photoshop:City><photoshop:DateCreated>2026-05-01T12:30+02:00</photoshop:DateCreated>',
);
const iim = concat(dataset(2, 5, 'IPTC title'), dataset(2, 25, 'forest'), dataset(2, 110, 'Agency'));
const exif = buildTiff({ fields: [ascii(0x010f, 'Example'), ascii(0x013b, 'A. Nobody; B. Nobody')] });
const icc = buildIcc([{ signature: 'desc', value: iccDescription('Display P3') }]);
const resources = (digest?: Uint8Array) =>
  photoshopSegment([{ id: 0x0404, data: iim }, ...(digest === undefined ? [] : [{ id: 0x0425, data: digest }])]);

const full = buildJpeg([exifSegment(exif), xmpSegment(xmp), resources(), iccSegment(icc), frameHeader(30, 20)]);
const of = (bytes: Uint8Array): AnsweringFunction => answering({ bytes, etag: '"v1"', lastModified: new Date(0) });
const json = async (bytes: Uint8Array, query: string): Promise<Record<string, unknown>> => {
  const { status, body } = await of(bytes).ask({ query });
  expect(status).toBe(200);
  return JSON.parse(String(body)) as Record<string, unknown>;
};

test('flat has the merged values of all blocks, and where they come from', async () => {
  expect(await json(full, 'metadata')).toEqual({
    title: 'XMP title',
    keywords: ['sea', 'sky'],
    creator: ['A. Nobody', 'B. Nobody'],
    credit: 'Agency',
    rating: 4,
    city: 'Berlin',
    make: 'Example',
    artist: 'A. Nobody; B. Nobody',
    takenAt: '2026-05-01T12:30:00+02:00',
    takenAtSource: 'XMP photoshop:DateCreated',
    offset: '+02:00',
    offsetSource: 'XMP photoshop:DateCreated',
    width: 30,
    height: 20,
    colorProfile: 'Display P3',
    format: 'jpeg',
    size: full.length,
    etag: '"v1"',
    sources: {
      title: 'XMP dc:title',
      keywords: 'XMP dc:subject',
      creator: 'EXIF Artist',
      credit: 'IPTC 2:110',
      rating: 'XMP xmp:Rating',
      city: 'XMP photoshop:City',
    },
  });
});

test('flat has every member of exif/style/flat', async () => {
  const metadata = await json(full, 'metadata');
  expect(metadata).toMatchObject(await json(full, 'exif/style/flat'));
});

test('IPTC comes first when it was changed after the digest was stored', async () => {
  const changed = buildJpeg([xmpSegment(xmp), resources(new Uint8Array(16).fill(1)), frameHeader(30, 20)]);
  expect(await json(changed, 'metadata/only/title,keywords,city')).toEqual({
    title: 'IPTC title',
    keywords: ['forest'],
    city: 'Berlin',
  });
});

test('typed has each block as it is, not merged', async () => {
  const { blocks, ifds } = await json(full, 'metadata/style/typed');
  expect(ifds).toMatchObject({ IFD0: [{ name: 'Make' }, { name: 'Artist' }] });
  expect(blocks).toMatchObject({
    xmp: {
      namespaces: { dc: 'http://purl.org/dc/elements/1.1/', photoshop: 'http://ns.adobe.com/photoshop/1.0/' },
      properties: {
        'dc:title': { alt: { 'x-default': 'XMP title' } },
        'dc:subject': { bag: ['sea', 'sky', 'sea'] },
        'xmp:Rating': '4',
      },
    },
    iptc: { charset: 'utf-8', datasets: [{ record: 2, dataset: 5, name: 'ObjectName', text: 'IPTC title' }, {}, {}] },
    icc: { name: 'Display P3', class: 'mntr', colorSpace: 'RGB' },
  });
});

test('only/<block> reads and shows only that block', async () => {
  expect(await json(full, 'metadata/only/iptc')).toMatchObject({ title: 'IPTC title', keywords: ['forest'] });
  expect(await json(full, 'metadata/only/iptc')).not.toHaveProperty('make');
  const { blocks, ifds } = await json(full, 'metadata/style/typed/only/icc,xmp');
  expect(Object.keys(blocks as object)).toEqual(['xmp', 'icc']);
  expect(ifds).toEqual({});
});

test('an image without metadata has the members about its file', async () => {
  const plain = buildJpeg([frameHeader(3, 2)]);
  expect(await json(plain, 'metadata')).toEqual({
    width: 3,
    height: 2,
    format: 'jpeg',
    size: plain.length,
    etag: '"v1"',
  });
  expect(await json(plain, 'metadata/style/typed')).toMatchObject({ blocks: {}, places: [], blockWarnings: [] });
});

test.each([
  'metadata/style/cos',
  'metadata/style',
  'metadata/only/nothing',
  'metadata/only/',
  'metadata/only/xmp,title',
  'metadata/style/typed/only/title',
  'metadata/only/xmp/only/icc',
  'metadata/other/1',
  'metadata=1',
])('%s is refused with the names that are known', async (query) => {
  const { status, body } = await of(full).ask({ query, headers: { accept: 'application/json' } });
  expect(status).toBe(400);
  expect(String(body)).toContain('metadata');
});

test('the answer has its own ETag, and 304 for it', async () => {
  const { ask } = of(full);
  const first = await ask({ query: 'metadata' });
  const etag = first.headers['etag'] ?? '';
  expect(etag).not.toBe((await ask({ query: 'metadata/style/typed' })).headers['etag']);
  expect(await ask({ query: 'metadata', headers: { 'if-none-match': etag } })).toMatchObject({ status: 304, body: '' });
});

test('a JPEG whose blocks are in its head takes one read', async () => {
  expect(await of(full).ask({ query: 'metadata' })).toMatchObject({ status: 200, reads: 1 });
});

test('an answer stays below its limit, whatever the blocks hold', async () => {
  const items = Array.from({ length: 250 }, (_, i) => `<dc:p${i}>${'x'.repeat(200)}</dc:p${i}>`).join('');
  const long = buildJpeg([xmpSegment(packet(items)), frameHeader(3, 2)]);
  const { body } = await of(long).ask({ query: 'metadata/style/typed' });
  expect(body.length).toBeLessThanOrEqual(448 * 1024);
});
