// The metadata blocks that are found in a Photoshop document, and the reads that it takes.
import { latin1, noise } from '../../../../testing/build/bytes';
import { buildPsd } from '../../../../testing/build/gif-bmp-psd';
import type { Resource } from '../../../../testing/build/jpeg';
import { findIn } from '../../../../testing/compare/found';

const KiB = 1024;
const iim = latin1('\x1c\x02\x05\0\x03abc');
const resources: readonly Resource[] = [
  { id: 0x0404, data: iim },
  { id: 0x0425, data: new Uint8Array(16).fill(0xab) },
  { id: 0x040c, data: noise(100), name: 'thumbnail' },
  { id: 0x0424, data: latin1('<a/>') },
  { id: 0x040f, data: noise(20 * KiB) },
];
/** Header, length of the colours, length of the resources, and the header of the first resource. */
const first = 26 + 4 + 4 + 12;

test.each([1, 2] as const)('version %i', async (version) => {
  const { blocks } = await findIn(buildPsd(3, 2, resources, { version, colors: 10 }));
  expect(blocks).toMatchObject([
    { kind: 'iptc', bytes: iim, offset: first + 10, size: iim.length, standard: true },
    { kind: 'iptc-digest', md5: 'ab'.repeat(16) },
    { kind: 'xmp', bytes: latin1('<a/>'), size: 4 },
    { kind: 'icc', size: 20 * KiB, bytes: { length: 16 * KiB } },
  ]);
});

test('only wanted blocks', async () => {
  const { blocks } = await findIn(buildPsd(3, 2, resources), { wanted: ['icc'] });
  expect(blocks.map(({ kind }) => kind)).toEqual(['icc']);
});

test.each<[string, Uint8Array, number]>([
  ['no resources', buildPsd(3, 2, []), 0],
  ['cut before the resources', buildPsd(3, 2, resources).subarray(0, 32), 0],
  ['a resource that runs past the end', buildPsd(3, 2, resources).subarray(0, first + 4), 1],
  ['resources that end before the second one', buildPsd(3, 2, resources, { claims: 12 + iim.length }), 1],
])('%s: %i blocks', async (_name, bytes, count) => {
  expect((await findIn(bytes)).blocks).toHaveLength(count);
});

test('long resources between the blocks are not read', async () => {
  const between: Resource = { id: 0x040c, data: noise(300 * KiB) };
  const psd = buildPsd(3, 2, [{ id: 0x0404, data: iim }, between, { id: 0x0424, data: latin1('<a/>') }]);
  const { blocks, before, requests } = await findIn(psd);
  expect(blocks.map(({ kind }) => kind)).toEqual(['iptc', 'xmp']);
  expect({ before, requests }).toEqual({ before: 1, requests: 0 });
});
