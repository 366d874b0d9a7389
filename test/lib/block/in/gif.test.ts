// The metadata blocks that are found in a GIF, and the reads that it takes.
import { latin1, noise } from '../../../../testing/build/bytes';
import { blockExtension, magicTrailer, rawExtension } from '../../../../testing/build/gif-blocks';
import { buildGif, gifExtension, gifImage } from '../../../../testing/build/gif-bmp-psd';
import { findIn } from '../../../../testing/compare/found';

const KiB = 1024;
const packet = latin1(`<?xpacket?>${'<a/>'.repeat(200)}`);
const xmp = rawExtension('XMP DataXMP', packet, magicTrailer);
const profile = noise(600);
const store = noise(700);
const icc = blockExtension('ICCRGBG1012', profile);
const c2pa = blockExtension('C2PA_GIF\x01\0\0', store);
const [iccBlock, c2paBlock] = [
  { kind: 'icc', bytes: profile, offset: null, size: 600 },
  { kind: 'c2pa', bytes: store, offset: null, size: 700 },
];
const xmpBlock = { kind: 'xmp', bytes: packet, size: packet.length };
/** Images without a global colour table: 13 bytes of header. */
const gifOf = (...blocks: readonly Uint8Array[]): Uint8Array => buildGif(3, 2, blocks, { table: -1 });
const longImage = gifImage(Array.from({ length: 300 }, () => 255));

test('the trailer is that of the standard', () => {
  expect([...magicTrailer.subarray(0, 4), ...magicTrailer.subarray(254)]).toEqual([1, 255, 254, 253, 2, 1, 0, 0]);
});

test.each<[string, readonly Uint8Array[], readonly object[]]>([
  ['nothing', [gifExtension(0xf9, [4]), gifImage()], []],
  ['XMP', [xmp, gifImage()], [{ ...xmpBlock, offset: 13 + 14 }]],
  ['ICC', [icc, gifImage()], [iccBlock]],
  ['C2PA', [c2pa, gifImage()], [c2paBlock]],
  [
    'all, with other blocks between',
    [xmp, gifExtension(0xfe, [9]), icc, gifImage(), c2pa],
    [xmpBlock, iccBlock, c2paBlock],
  ],
  ['two packets', [xmp, xmp, gifImage()], [xmpBlock, xmpBlock]],
  ['a packet in sub-blocks', [blockExtension('XMP DataXMP', packet)], [{ ...xmpBlock, offset: null }]],
  [
    'a packet without the trailer',
    [rawExtension('XMP DataXMP', latin1(`<?${'x'.repeat(0x3c + 0x78)}`), new Uint8Array(1)), icc],
    [{ kind: 'xmp', offset: 13 + 14 }, iccBlock],
  ],
  ['empty extensions', [blockExtension('ICCRGBG1012', noise(0)), rawExtension('XMP DataXMP', magicTrailer)], []],
  ['an extension of another program', [blockExtension('NETSCAPE2.0', noise(3))], []],
  ['after the end', [Uint8Array.of(0x3b), icc], []],
])('%s', async (_name, blocks, expected) => {
  const found = (await findIn(gifOf(...blocks))).blocks;
  expect(found).toMatchObject(expected);
  expect(found).toHaveLength(expected.length);
});

test('only wanted blocks', async () => {
  expect((await findIn(gifOf(xmp, icc, c2pa), { wanted: ['c2pa'] })).blocks).toEqual([c2paBlock]);
});

describe('reads', () => {
  test('none when the blocks are in the first read', async () => {
    expect(await findIn(gifOf(xmp, icc, longImage, longImage))).toMatchObject({ before: 0, requests: 0 });
  });

  test('one when a block continues after the first read', async () => {
    const long = noise(500 * KiB);
    const { blocks, requests } = await findIn(gifOf(icc, blockExtension('C2PA_GIF\x01\0\0', long), longImage));
    expect(blocks).toMatchObject([iccBlock, { kind: 'c2pa', size: long.length }]);
    expect(requests).toBe(1);
  });

  test('blocks after a long image are not looked for', async () => {
    expect(await findIn(gifOf(longImage, icc, xmp))).toMatchObject({ blocks: [], requests: 0 });
  });

  test('a packet without an end: one read, no block', async () => {
    const endless = gifOf(icc, rawExtension('XMP DataXMP', new Uint8Array(2 * KiB * KiB).fill(0x20)));
    expect(await findIn(endless)).toMatchObject({ blocks: [iccBlock], requests: 1 });
  });
});
