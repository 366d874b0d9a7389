// The metadata blocks of raw files: in a JPEG inside the file, and in tags.
import { latin1 } from '../../../../testing/build/bytes';
import { buildJpeg, exifSegment, frameHeader, photoshopSegment, xmpSegment } from '../../../../testing/build/jpeg';
import { iccSegment } from '../../../../testing/build/jpeg-blocks';
import { buildMrw, buildRaf, buildRw2, buildX3f, prd } from '../../../../testing/build/raw';
import { buildTiff, bytesField } from '../../../../testing/build/tiff';
import { findIn } from '../../../../testing/compare/found';

const xmp = '<x:xmpmeta/>';
const iim = latin1('\x1c\x02\x05\0\x03abc');
const exif = buildTiff({ fields: [bytesField(700, 1, latin1(xmp))] });
const segments = [xmpSegment(xmp), photoshopSegment([{ id: 0x0404, data: iim }]), iccSegment(iim), frameHeader(3, 2)];
const jpeg = buildJpeg(segments);
const exifJpeg = buildJpeg([exifSegment(exif), frameHeader(3, 2)]);

test.each<[string, Uint8Array]>([
  ['Fujifilm RAF', buildRaf(jpeg)],
  ['Panasonic RW2', buildRw2([], jpeg)],
])('%s: XMP and IPTC-IIM of its JPEG, with their places in the file', async (_name, file) => {
  const { blocks } = await findIn(file);
  expect(blocks).toEqual([
    { kind: 'xmp', bytes: latin1(xmp), offset: Buffer.from(file).indexOf(xmp), size: xmp.length },
    { kind: 'iptc', bytes: iim, offset: Buffer.from(file).indexOf(iim), size: iim.length, standard: true },
  ]);
});

test.each<[string, Uint8Array]>([
  ['Minolta MRW', buildMrw([prd(3, 2), { name: 'TTW', data: exif }])],
  ['Sigma X3F', buildX3f(3, 2, [{ type: 'IMA2', data: exifJpeg }])],
])('%s: XMP in a tag', async (_name, file) => {
  expect((await findIn(file)).blocks).toEqual([{ kind: 'xmp', bytes: latin1(xmp), offset: null, size: xmp.length }]);
});

test.each<[string, Uint8Array]>([
  ['other bytes', buildRw2([], latin1('not a JPEG'))],
  ['no JPEG', buildRw2([])],
])('no block in the JPEG: %s', async (_name, file) => {
  expect((await findIn(file)).blocks).toEqual([]);
});

test('nothing is read when only other blocks are wanted', async () => {
  expect(await findIn(buildRaf(jpeg), { wanted: ['icc', 'c2pa', 'mpf'] })).toMatchObject({ blocks: [], requests: 0 });
});
