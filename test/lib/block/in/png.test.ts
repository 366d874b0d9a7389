// The metadata blocks that are found in a PNG, and the reads that it takes.
import { deflateSync } from 'node:zlib';
import type { BlockName } from '../../../../lib/block/block';
import { concat, latin1, noise, utf8 } from '../../../../testing/build/bytes';
import { resourceBytes } from '../../../../testing/build/jpeg';
import {
  buildPng,
  type Chunk,
  exifChunk,
  idat,
  iend,
  ihdr,
  profileDump,
  type TextKind,
  textChunk,
} from '../../../../testing/build/png';
import { buildTiff, short } from '../../../../testing/build/tiff';
import { findIn } from '../../../../testing/compare/found';

const KiB = 1024;
const kinds: readonly TextKind[] = ['tEXt', 'zTXt', 'iTXt', 'iTXt deflated'];
const packet = '<x:xmpmeta/>';
const xmpKeyword = 'XML:com.adobe.xmp';
const iim = latin1('\x1c\x02\x05\0\x03abc');
const profile = noise(300);
const iccp = (stream: Uint8Array): Chunk => ({ type: 'iCCP', data: concat(latin1('name\0\0'), stream) });
const cabx: Chunk = { type: 'caBX', data: noise(40) };
const dump = (type: string, bytes: Uint8Array): Chunk =>
  textChunk('zTXt', `Raw profile type ${type}`, profileDump(type, bytes));
const pngOf = (...chunks: readonly Chunk[]): Uint8Array => buildPng([ihdr(3, 2), ...chunks, idat(), iend]);
/** The offset of the data of the chunk after IHDR. */
const dataAt = 8 + 25 + 8;

test.each(kinds)('XMP in %s', async (kind) => {
  const png = pngOf(textChunk(kind, xmpKeyword, packet));
  const isStored = kind === 'tEXt' || kind === 'iTXt';
  const offset = isStored ? Buffer.from(png).indexOf(packet) : null;
  expect((await findIn(png)).blocks).toEqual([{ kind: 'xmp', bytes: latin1(packet), offset, size: packet.length }]);
});

test.each(kinds)('text in %s', async (kind) => {
  const { blocks } = await findIn(pngOf(textChunk(kind, 'prompt', 'caf\xc3\xa9')));
  const text = kind.startsWith('iTXt') ? 'café' : 'caf\xc3\xa9';
  expect(blocks).toEqual([{ kind: 'text', keyword: 'prompt', text, chunk: kind.slice(0, 4) }]);
});

test.each<[string, Chunk, object[]]>([
  ['ICC', iccp(deflateSync(profile)), [{ kind: 'icc', bytes: profile, offset: null, size: 300 }]],
  ['a damaged ICC profile', iccp(noise(50)), []],
  ['an ICC profile without a name', { type: 'iCCP', data: new Uint8Array(0) }, []],
  ['C2PA', cabx, [{ kind: 'c2pa', bytes: cabx.data, offset: dataAt, size: 40 }]],
  ['a dump of XMP', dump('xmp', latin1(packet)), [{ kind: 'xmp', size: packet.length, offset: null }]],
  [
    'a dump of an APP1 with XMP',
    dump('APP1', latin1(`http://ns.adobe.com/xap/1.0/\0${packet}`)),
    [{ kind: 'xmp', bytes: latin1(packet) }],
  ],
  ['a dump of an APP1 with EXIF', dump('APP1', latin1('Exif\0\0II*\0')), []],
  ['a dump of IIM', dump('iptc', iim), [{ kind: 'iptc', bytes: iim, offset: null, size: iim.length, standard: false }]],
  [
    'a dump of IIM in resources',
    dump('iptc', resourceBytes({ id: 0x0404, data: iim })),
    [{ kind: 'iptc', bytes: iim }],
  ],
  ['a dump of resources', dump('8bim', resourceBytes({ id: 0x0404, data: iim })), [{ kind: 'iptc', standard: false }]],
  ['a dump of ICC', dump('icc', profile), [{ kind: 'icc', bytes: profile }]],
  ['a dump of another type is not text', dump('generic', profile), []],
  ['an empty dump', dump('xmp', new Uint8Array(0)), []],
  ['a chunk without a keyword', { type: 'tEXt', data: latin1('no end') }, []],
  ['a chunk of another type', { type: 'tIME', data: noise(7) }, []],
])('%s', async (_name, chunk, expected) => {
  const { blocks } = await findIn(pngOf(chunk));
  expect(blocks).toEqual(expected.map((block) => expect.objectContaining(block)));
});

test('only wanted blocks', async () => {
  const chunks = [iccp(deflateSync(profile)), cabx, textChunk('iTXt', xmpKeyword, packet), textChunk('tEXt', 'a', 'b')];
  const found = async (...wanted: readonly BlockName[]): Promise<readonly string[]> =>
    (await findIn(pngOf(...chunks), { wanted })).blocks.map(({ kind }) => kind);
  expect(await found('icc')).toEqual(['icc']);
  expect(await found('text', 'c2pa')).toEqual(['c2pa', 'text']);
});

describe('after the image data', () => {
  const texts = Array.from({ length: 60 }, (_, i) => textChunk('tEXt', `k${i}`, 'v'));
  const longOf = (chunks: readonly Chunk[], before: readonly Chunk[] = []): Uint8Array =>
    buildPng([ihdr(3, 2), ...before, idat(200 * KiB), ...chunks, iend]);

  test.each<[string, readonly Chunk[], readonly string[]]>([
    ['text', [...texts], texts.map(() => 'text')],
    ['XMP', [textChunk('iTXt', xmpKeyword, packet)], ['xmp']],
    ['a chunk with a wrong CRC', [{ ...textChunk('tEXt', 'k', 'v'), crc: 1 }], []],
  ])('%s', async (_name, chunks, expected) => {
    const { blocks } = await findIn(longOf(chunks));
    expect(blocks.map(({ kind }) => kind)).toEqual(expected);
  });

  test('C2PA, but only in a file that is short', async () => {
    expect((await findIn(buildPng([ihdr(3, 2), idat(), cabx, iend]))).blocks).toMatchObject([{ kind: 'c2pa' }]);
    expect((await findIn(longOf([cabx]))).blocks).toEqual([]);
  });

  test('the end is read once, and only for blocks that may be there', async () => {
    const exif = exifChunk(buildTiff({ fields: [short(0x0112, 1)] }));
    expect(await findIn(longOf(texts))).toMatchObject({ before: 1, requests: 0 });
    expect(await findIn(longOf(texts, [exif]))).toMatchObject({ before: 0, requests: 1 });
    expect(await findIn(longOf(texts, [exif]), { wanted: ['c2pa'] })).toMatchObject({ before: 0, requests: 0 });
  });
});

describe('hostile streams', () => {
  test('a text that inflates to more than the limit is left out', async () => {
    const bomb: Chunk = { type: 'zTXt', data: concat(latin1('k\0\0'), deflateSync(new Uint8Array(2 * KiB * KiB))) };
    expect((await findIn(pngOf(bomb, textChunk('zTXt', 'a', 'b')))).blocks).toMatchObject([{ keyword: 'a' }]);
  });

  test('what is inflated in vain counts: after three such texts nothing is inflated', async () => {
    const bomb: Chunk = { type: 'zTXt', data: concat(latin1('k\0\0'), deflateSync(new Uint8Array(2 * KiB * KiB))) };
    const text = textChunk('zTXt', 'a', 'b');
    expect((await findIn(pngOf(bomb, bomb, text, bomb, text))).blocks).toHaveLength(1);
  });

  test('a long text has all its characters', async () => {
    const text = 'aé'.repeat(5_000);
    expect((await findIn(pngOf(textChunk('zTXt', 'k', text)))).blocks).toMatchObject([{ text }]);
  });

  test('streams after the 32nd are not inflated', async () => {
    const many = Array.from({ length: 40 }, (_, i) => textChunk('zTXt', `k${i}`, 'v'));
    expect((await findIn(pngOf(...many))).blocks).toHaveLength(32);
  });

  test('a text that is not valid UTF-8', async () => {
    const chunk = { type: 'iTXt', data: concat(latin1('k\0\0\0\0\0'), Uint8Array.of(0xff, 0x41)) };
    expect((await findIn(pngOf(chunk))).blocks).toMatchObject([{ text: '\ufffdA' }]);
  });

  test('UTF-8', async () => {
    const chunk = { type: 'iTXt', data: concat(latin1('k\0\0\0zh\0\0'), utf8('标题')) };
    expect((await findIn(pngOf(chunk))).blocks).toMatchObject([{ text: '标题' }]);
  });
});
