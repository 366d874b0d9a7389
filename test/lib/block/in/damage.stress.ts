// Files with every block, cut at every length and with every byte flipped: a finder returns what it finds, within the limits,
// and throws nothing.
import { deflateSync } from 'node:zlib';
import { blockNames, type FoundBlock } from '../../../../lib/block/block';
import { finderOf, readRest } from '../../../../lib/block/in';
import { maxFoundBlocks, totalFoundBytes } from '../../../../lib/block/limits';
import { parseHeld } from '../../../../lib/bytes/held';
import { budgetedReader, memoryReader, windowedReader } from '../../../../lib/bytes/reader';
import { defaultLimits, readAhead } from '../../../../lib/limits';
import type { ReadCost } from '../../../../lib/types';
import { concat, latin1, noise } from '../../../../testing/build/bytes';
import { blockExtension, magicTrailer, rawExtension } from '../../../../testing/build/gif-blocks';
import { buildGif, buildPsd, gifImage } from '../../../../testing/build/gif-bmp-psd';
import { buildJpeg, frameHeader, photoshopSegment, type Resource, xmpSegment } from '../../../../testing/build/jpeg';
import {
  extensionSegment,
  gainMapSegment,
  iccSegment,
  jumbfBox,
  jumbfSegments,
  mpfSegment,
  samsungTrailer,
} from '../../../../testing/build/jpeg-blocks';
import { buildPng, idat, iend, ihdr, rawProfile, textChunk } from '../../../../testing/build/png';
import { buildWebp, vp8, vp8x, xmpChunk } from '../../../../testing/build/webp';

const wanted = new Set(blockNames);
const resources: readonly Resource[] = [
  { id: 0x0404, data: latin1('\x1c\x02\x05\0\x03abc') },
  { id: 0x0425, data: noise(16) },
  { id: 0x0424, data: latin1('<a/>') },
  { id: 0x040f, data: noise(9) },
];

const files: Readonly<Record<string, Uint8Array>> = {
  jpeg: concat(
    buildJpeg([
      xmpSegment('<a/>'),
      extensionSegment('0123456789ABCDEF0123456789ABCDEF', 9, 0, noise(9)),
      iccSegment(noise(9), 1, 2),
      iccSegment(noise(9), 2, 2),
      mpfSegment(noise(9)),
      gainMapSegment(),
      ...jumbfSegments(jumbfBox(30), 40),
      photoshopSegment(resources),
      frameHeader(3, 2),
    ]),
    samsungTrailer(noise(9)),
  ),
  png: buildPng([
    ihdr(3, 2),
    { type: 'iCCP', data: concat(latin1('n\0\0'), deflateSync(noise(30))) },
    { type: 'caBX', data: noise(9) },
    textChunk('iTXt deflated', 'XML:com.adobe.xmp', '<a/>'),
    rawProfile('zTXt', 'iptc', noise(9)),
    idat(),
    textChunk('tEXt', 'prompt', 'text'),
    textChunk('iTXt', 'prompt', 'text'),
    iend,
  ]),
  webp: buildWebp([
    vp8x(3, 2),
    { type: 'ICCP', data: noise(9) },
    vp8(3, 2),
    xmpChunk(9),
    { type: 'C2PA', data: noise(9) },
  ]),
  gif: buildGif(3, 2, [
    rawExtension('XMP DataXMP', latin1('<a/>'), magicTrailer),
    blockExtension('ICCRGBG1012', noise(300)),
    gifImage(),
    blockExtension('C2PA_GIF\x01\0\0', noise(9)),
  ]),
  psd: buildPsd(3, 2, resources),
};

/** What is found with a first read that holds little. */
async function blocksIn(container: string, bytes: Uint8Array): Promise<readonly FoundBlock[]> {
  const cost: ReadCost = { requests: 0, bytes: 0 };
  const { requests, readBytes } = defaultLimits;
  const head = bytes.subarray(0, 48);
  const reader = windowedReader(budgetedReader(memoryReader(bytes), cost, requests, readBytes), head, readAhead);
  await readRest(container, { head, size: bytes.length, wanted }, reader);
  const finder = finderOf(container);
  const found = finder === null ? [] : await parseHeld(reader, (file) => finder.find({ file, exif: null, wanted }));
  const total = found.reduce((sum, block) => sum + ('bytes' in block ? block.bytes.length : 0), 0);
  if (total > totalFoundBytes || found.length > maxFoundBlocks) throw new Error('over the limits');
  for (const block of found) {
    if ('offset' in block && block.offset !== null && block.offset >= bytes.length) throw new Error('after the end');
  }
  return found;
}

describe.each(Object.entries(files))('%s', (container, bytes) => {
  test('whole', async () => {
    expect((await blocksIn(container, bytes)).length).toBeGreaterThanOrEqual(3);
  });

  test('cut at every length', async () => {
    for (let length = 0; length < bytes.length; length++) await blocksIn(container, bytes.slice(0, length));
  });

  test.each([0xff, 0x01, 0x80])('each byte xor %i', async (mask) => {
    for (let at = 0; at < bytes.length; at++) {
      const flipped = bytes.slice();
      flipped[at] = (flipped[at] ?? 0) ^ mask;
      await blocksIn(container, flipped).catch((error: unknown) => {
        throw new Error(`byte ${at} flipped`, { cause: error });
      });
    }
  });
});
