// The metadata blocks that are found in a WebP, and the reads that it takes.
import { concat, noise } from '../../../../testing/build/bytes';
import { anim, anmf, buildWebp, type Chunk, vp8, vp8x, xmpChunk } from '../../../../testing/build/webp';
import { findIn } from '../../../../testing/compare/found';

const KiB = 1024;
const iccp = (length: number): Chunk => ({ type: 'ICCP', data: noise(length) });
const c2pa: Chunk = { type: 'C2PA', data: noise(41) };
const xmp = xmpChunk(7);
const still = vp8x(3, 2);
const image = vp8(3, 2, { length: 10 });
const longImage = vp8(3, 2, { length: 300 * KiB });

test.each<[string, readonly Chunk[], readonly object[]]>([
  ['nothing', [still, image], []],
  ['XMP', [still, image, xmp], [{ kind: 'xmp', bytes: xmp.data, size: 7 }]],
  ['XMP whose type ends with a NUL', [still, image, { ...xmp, type: 'XMP\0' }], [{ kind: 'xmp', bytes: xmp.data }]],
  ['ICC', [still, iccp(500), image], [{ kind: 'icc', bytes: noise(500), size: 500, offset: 38 }]],
  ['C2PA', [still, image, c2pa], [{ kind: 'c2pa', bytes: c2pa.data, size: 41 }]],
  ['without VP8X', [image, xmp], [{ kind: 'xmp' }]],
  ['XMP before a long image', [still, xmp, longImage], [{ kind: 'xmp' }]],
  ['XMP after a long image', [still, longImage, xmp], [{ kind: 'xmp' }]],
  ['two packets', [still, xmp, image, xmpChunk(9)], [{ size: 7 }, { size: 9 }]],
  ['a long profile is read in part', [still, iccp(20 * KiB), image], [{ size: 20 * KiB, bytes: { length: 16 * KiB } }]],
  ['a packet that is cut', [still, image, { ...xmp, claims: 99 }], [{ kind: 'xmp', size: 8 }]],
])('%s', async (_name, chunks, expected) => {
  const { blocks } = await findIn(buildWebp(chunks));
  expect(blocks).toMatchObject(expected);
  expect(blocks).toHaveLength(expected.length);
});

describe('a long animation', () => {
  const frames = Array.from({ length: 60 }, () => anmf(40 * KiB));
  const start = [vp8x(3, 2, { animated: true }), iccp(9), anim()];

  test('blocks at the start and at the end are found in bytes that were read for the image', async () => {
    const { blocks, requests } = await findIn(buildWebp([...start, ...frames, xmp, c2pa]));
    expect(blocks.map(({ kind }) => kind)).toEqual(['icc', 'xmp', 'c2pa']);
    expect(requests).toBe(0);
  });

  test('blocks between far frames are not looked for', async () => {
    const { blocks } = await findIn(buildWebp([...start, ...frames, xmp, ...frames]));
    expect(blocks.map(({ kind }) => kind)).toEqual(['icc']);
  });
});

test('blocks after a long image need no read after that of the image', async () => {
  expect(await findIn(buildWebp([still, longImage, xmp]))).toMatchObject({ before: 1, requests: 0 });
});

test('chunks after the end that the RIFF header states', async () => {
  const webp = buildWebp([still, image]);
  const added = buildWebp([xmp]).subarray(12);
  expect((await findIn(concat(webp, added))).blocks).toMatchObject([{ kind: 'xmp', offset: webp.length + 8 }]);
  expect((await findIn(concat(webp, noise(50)))).blocks).toEqual([]);
});
