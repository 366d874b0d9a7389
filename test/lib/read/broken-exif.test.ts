// An image whose EXIF cannot be read is answered as one without EXIF: with its size, and a warning for the log.
import { createHash } from 'node:crypto';
import { defaultLimits } from '../../../lib/limits';
import type { ExifRecord } from '../../../lib/types';
import { box } from '../../../testing/build/bmff';
import { latin1, noise } from '../../../testing/build/bytes';
import { buildPsd } from '../../../testing/build/gif-bmp-psd';
import { buildHeif } from '../../../testing/build/heif';
import { buildJp2, codestream, exifUuids, jp2c, jp2h, uuidBox } from '../../../testing/build/jp2';
import { buildJpeg, exifSegment, frameHeader } from '../../../testing/build/jpeg';
import { buildJxl, jxlc, codestream as jxlStream, sizeHeader } from '../../../testing/build/jxl';
import { buildMini } from '../../../testing/build/mini';
import { buildPng, exifChunk, idat, iend, ihdr, rawProfile } from '../../../testing/build/png';
import { buildCr3, buildMrw, buildRaf, buildX3f, prd } from '../../../testing/build/raw';
import { buildTiff } from '../../../testing/build/tiff';
import { buildWebp, vp8, vp8x, exifChunk as webpExif } from '../../../testing/build/webp';
import { readRecord } from '../../../testing/compare/read';
import { anyRef, bucketOf } from '../../../testing/fakes/counting-bucket';
import { everyStyle } from '../style/every-style';

const blocks: Readonly<Record<string, Uint8Array>> = {
  'cut inside the header': latin1('II*\0'),
  'cut after the header': latin1('MM\0*\0\0\0\x08'),
  'IFD0 outside': buildTiff({ fields: [] }, { ifd0: 5000 }),
  'IFD0 inside the header': latin1('II*\0\x04\0\0\0\0\0\0\0'),
  'BigTIFF cut inside the header': latin1('II+\0\x08\0\0\0'),
};
/** Where only the place of a block says that it is one. */
const shapeless: Readonly<Record<string, Uint8Array>> = { 'no TIFF header': noise(40), empty: noise(0) };

const jpegOf = (block: Uint8Array): Uint8Array => buildJpeg([exifSegment(block), frameHeader(3, 2)]);
const jxlImage = jxlc(jxlStream([...sizeHeader(3, 2)]));
const heifOf = (data: Uint8Array): Uint8Array =>
  buildHeif({
    items: [
      { id: 1, type: 'hvc1', size: [3, 2], data: [noise(4)] },
      { id: 2, type: 'Exif', data: [data] },
    ],
    references: [{ type: 'cdsc', from: 2, to: [1] }],
  });

const containers: Readonly<Record<string, (block: Uint8Array) => Uint8Array>> = {
  jpeg: jpegOf,
  'png, eXIf': (block) => buildPng([ihdr(3, 2), exifChunk(block), idat(), iend]),
  'png, eXIf after IDAT': (block) => buildPng([ihdr(3, 2), idat(), exifChunk(block), iend]),
  webp: (block) => buildWebp([vp8x(3, 2, { exif: true }), vp8(3, 2), webpExif(block)]),
  'webp without VP8X': (block) => buildWebp([vp8(3, 2), webpExif(block)]),
  'webp, long': (block) => buildWebp([vp8x(3, 2, { exif: true }), vp8(3, 2, { length: 100_000 }), webpExif(block)]),
  heif: heifOf,
  'heif, mini': (block) => buildMini({ width: 3, height: 2, exif: block.length === 0 ? noise(1) : block }),
  jxl: (block) => buildJxl(box('Exif', block), jxlImage),
  jp2: (block) => buildJp2(uuidBox(exifUuids.text, block), jp2h(3, 2), jp2c(codestream(3, 2))),
  psd: (block) => buildPsd(3, 2, [{ id: 0x0422, data: block }]),
  raf: (block) => buildRaf(jpegOf(block)),
  x3f: (block) => buildX3f(3, 2, [{ type: 'IMA2', data: jpegOf(block) }]),
  mrw: (block) => buildMrw([prd(3, 2), { name: 'TTW', data: block }]),
};

async function recordOf(bytes: Uint8Array): Promise<ExifRecord> {
  const deps = { bucket: bucketOf(bytes).bucket, limits: defaultLimits, dropGroups: [] };
  return readRecord(anyRef, deps, { requests: 0, bytes: 0 }, new AbortController().signal);
}

async function expectLost(bytes: Uint8Array): Promise<void> {
  const record = await recordOf(bytes);
  expect(record.shape).toMatchObject({ width: 3, height: 2 });
  expect(record.document?.entries).toEqual([]);
  expect(record.document?.warnings.length).toBeGreaterThan(0);
  for (const style of everyStyle.filter(({ name }) => name !== 'typed')) {
    const answered = await style.render(record);
    expect({ style: style.name, answered }).toEqual({
      style: style.name,
      answered: await style.render({ ...record, document: null }),
    });
  }
  const shown = JSON.parse(await renderTyped(record));
  expect(shown).toMatchObject({ width: 3, height: 2, byteOrder: null, ifds: {} });
  expect(shown.warnings.length).toBeGreaterThan(0);
}

async function renderTyped(record: ExifRecord): Promise<string> {
  return (await everyStyle.find(({ name }) => name === 'typed')?.render(record)) ?? '';
}

describe.each(Object.entries(containers))('%s', (_container, build) => {
  test.each(Object.entries({ ...blocks, ...shapeless }))('%s', async (_block, block) => {
    await expectLost(build(block));
  });
});

test.each(Object.entries(blocks))('a raw profile: %s', async (_block, block) => {
  await expectLost(buildPng([ihdr(3, 2), rawProfile('zTXt', 'exif', block), idat(), iend]));
});

test.each(Object.entries(blocks))('an IFD box of CR3: %s', async (_block, block) => {
  const { document, shape } = await recordOf(buildCr3([['CMT1', block]]));
  expect(document?.entries).toEqual([]);
  expect(document?.warnings).toHaveLength(1);
  expect(shape).toMatchObject({ width: null, height: null });
});

test('a box that cannot be decompressed, and an item that lies nowhere', async () => {
  const damaged = box('brob', latin1(`Exif${createHash('sha256').update('no Brotli').digest('hex')}`));
  await expectLost(buildJxl(damaged, jxlImage));
  const places = { method: 0, extents: [{ offset: 1e9, length: 90 }] };
  await expectLost(
    buildHeif({
      items: [
        { id: 1, type: 'hvc1', size: [3, 2] },
        { id: 2, type: 'Exif', places },
      ],
    }),
  );
});

test('a TIFF file whose IFD0 lies outside is damaged itself', async () => {
  await expect(recordOf(buildTiff({ fields: [] }, { ifd0: 5000 }))).rejects.toMatchObject({ code: 'DamagedImage' });
});
