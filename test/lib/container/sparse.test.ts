// Objects from 30 MB to 5 GB: requests and bytes do not grow with the size.
import { defaultLimits } from '../../../lib/limits';
import type { ReadCost } from '../../../lib/types';
import { box, ftyp } from '../../../testing/build/bmff';
import { concat, noise, u32, unsigned } from '../../../testing/build/bytes';
import { tiny, tinyExif } from '../../../testing/build/containers';
import { buildPsd } from '../../../testing/build/gif-bmp-psd';
import { buildHeif, exifItem } from '../../../testing/build/heif';
import { buildJp2, codestream, exifUuids, jp2h, uuidBox } from '../../../testing/build/jp2';
import { buildJpeg, exifSegment, frameHeader } from '../../../testing/build/jpeg';
import { buildJxl, codestream as jxlStream, metadata, sizeHeader } from '../../../testing/build/jxl';
import { buildPng, iend, ihdr, exifChunk as pngExif } from '../../../testing/build/png';
import { buildCr3, buildMrw, buildRaf, prd } from '../../../testing/build/raw';
import { buildTiff, short } from '../../../testing/build/tiff';
import { buildWebp, exifChunk, vp8, vp8x } from '../../../testing/build/webp';
import { entriesOf } from '../../../testing/compare/document';
import { readRecord } from '../../../testing/compare/read';
import { anyRef } from '../../../testing/fakes/counting-bucket';
import { type Part, sparseBucket } from '../../../testing/fakes/sparse';

const KiB = 1024;
const signal = new AbortController().signal;

/** A box that has its payload's first bytes and zeros up to `length`; its size takes 64 bits. */
const longBox = (type: string, payload: Uint8Array, length: number): Part[] => [
  box(type, payload, { form: 'long', claims: 16 + payload.length + length }),
  length,
];

function heifParts(long: number): Part[] {
  const head = ftyp('heic', ['mif1']);
  // built without the zeros: meta keeps the item in idat, so that no offset counts them
  const items = [
    { id: 1, type: 'hvc1', size: [3, 2] },
    { id: 2, type: 'Exif', method: 1, data: [exifItem(tiny)] },
  ] as const;
  const meta = buildHeif({ items, ftyp: new Uint8Array(0), parts: ['meta'], iloc: 1 });
  return [head, ...longBox('mdat', noise(9), long), meta];
}

function heifFarItem(long: number): Part[] {
  const item = exifItem(tiny);
  const head = ftyp('heic', ['mif1']);
  const metaFor = (offset: number) =>
    buildHeif({
      items: [
        { id: 1, type: 'hvc1', size: [3, 2] },
        { id: 2, type: 'Exif', places: { method: 0, extents: [{ offset, length: item.length }] } },
      ],
      ftyp: new Uint8Array(0),
      parts: ['meta'],
      fields: { offset: 8, length: 8, base: 0, index: 0 },
    });
  const dataAt = head.length + metaFor(0).length + 16 + 9 + long;
  return [head, metaFor(dataAt), ...longBox('mdat', noise(9), long + item.length).slice(0, 1), long, item];
}

function pngParts(long: number): Part[] {
  const length = Math.min(long, 2 ** 31 - 1);
  const whole = buildPng([ihdr(3, 2), { type: 'IDAT', data: new Uint8Array(0), claims: length }, pngExif(tiny), iend]);
  const dataAt = 8 + 25 + 8; // signature, IHDR, length and type of IDAT
  return [whole.subarray(0, dataAt), length, whole.subarray(dataAt)];
}

function webpParts(length: number): Part[] {
  const image = vp8(3, 2).data;
  const start = buildWebp([vp8x(3, 2, { exif: true })], length + 1000).subarray(0, 30);
  const chunk = buildWebp([exifChunk(tiny)]).subarray(12);
  return [
    concat(start, buildWebp([{ type: 'VP8 ', data: image, claims: image.length + length }]).subarray(12)),
    length,
    chunk,
  ];
}

const jxlHeader = jxlStream([...sizeHeader(3, 2), ...metadata()]);
const jpegBytes = buildJpeg([exifSegment(tiny), frameHeader(3, 2)]);
const cr3 = buildCr3([
  ['CMT1', buildTiff({ fields: [short(0x0100, 3), short(0x0101, 2)] })],
  ['CMT2', buildTiff({ fields: [short(0xa001, 1)] })],
]);
const bigTiff = buildTiff({ fields: [short(0x0100, 3), short(0x0101, 2), ...tinyExif.fields] }, { big: true });

/** Name, the parts of an object that is `long` bytes longer than it need be, and the requests that it costs. */
const layouts = (long: number): [string, readonly Part[], number][] => [
  ['JPEG', [jpegBytes, long], 1],
  ['PNG with eXIf behind the image data', pngParts(long), 2],
  ['BigTIFF', [bigTiff, long], 1],
  ['HEIF with meta behind mdat', heifParts(long), 2],
  ['HEIF with its Exif item at the end', heifFarItem(long), 2],
  ['WebP', webpParts(long), 2],
  ['JPEG XL', [buildJxl(), ...longBox('jxlc', jxlHeader, long), box('Exif', exifItem(tiny))], 2],
  ['JPEG 2000', [buildJp2(jp2h(3, 2)), ...longBox('jp2c', codestream(3, 2), long), uuidBox(exifUuids.text, tiny)], 2],
  ['PSD', [buildPsd(3, 2, [{ id: 0x0422, data: tiny }]), long], 1],
  ['CR3', [cr3, long], 1],
  ['RAF', [buildRaf(jpegBytes), long], 1],
  ['MRW', [buildMrw([prd(3, 2), { name: 'TTW', data: tiny }]), long], 1],
];

describe.each([30e6, 300e6, 4e9])('%i bytes of', (long) => {
  test.each(layouts(long))('%s', async (name, parts, requests) => {
    const cost: ReadCost = { requests: 0, bytes: 0 };
    const deps = { bucket: sparseBucket(parts), limits: { ...defaultLimits, objectBytes: 2 * long }, dropGroups: [] };
    const record = await readRecord(anyRef, deps, cost, signal);
    // the length of a PNG chunk has 31 bits
    expect(record.stat.size).toBeGreaterThan(name.startsWith('PNG') ? Math.min(long, 2e9) : long);
    expect(record).toMatchObject({ shape: { width: 3, height: 2 } });
    expect(record.document && entriesOf(record.document)).toContain('Exif:a001 [1]');
    expect(cost.requests).toBe(requests);
    expect(cost.bytes).toBeLessThanOrEqual(64 * KiB * requests);
  });
});

test('a BigTIFF of 5 GB whose IFD is at the end', async () => {
  const long = 5e9;
  const header = concat(bigTiff.subarray(0, 8), unsigned(BigInt(long), 8, true));
  const ifd = concat(
    unsigned(1n, 8, true),
    unsigned(0x0112n, 2, true),
    unsigned(3n, 2, true),
    unsigned(1n, 8, true),
    u32(6, true),
    u32(0),
    new Uint8Array(8),
  );
  const cost: ReadCost = { requests: 0, bytes: 0 };
  const bucket = sparseBucket([header, long - header.length, ifd]);
  const deps = { bucket, limits: { ...defaultLimits, objectBytes: 2 * long }, dropGroups: [] };
  const record = await readRecord(anyRef, deps, cost, signal);
  expect(record.document && entriesOf(record.document)).toEqual(['IFD0:0112 [6]']);
  expect(cost.requests).toBe(2);
});
