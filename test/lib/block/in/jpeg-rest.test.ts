// Long blocks of a JPEG that continue after the first read: their rest is read in one request, before everything else.
import type { BlockName } from '../../../../lib/block/block';
import { concat, latin1, noise } from '../../../../testing/build/bytes';
import { APP1, buildJpeg, comment, frameHeader, type Segment } from '../../../../testing/build/jpeg';
import { extensionSegment, iccSegment, jumbfBox, jumbfSegments } from '../../../../testing/build/jpeg-blocks';
import { findIn } from '../../../../testing/compare/found';

const KiB = 1024;
const part = 60_000;
const guid = '0123456789ABCDEF0123456789ABCDEF';
const box = jumbfBox(300 * KiB);
const longBox = jumbfBox(300 * KiB, 'c2pa', { long: true });
const extension = noise(300 * KiB);
const extensions = [0, 1, 2, 3, 4, 5].map((i) =>
  extensionSegment(guid, extension.length, i * part, extension.subarray(i * part, (i + 1) * part)),
);
const xmp: Segment = { marker: APP1, payload: concat(latin1('http://ns.adobe.com/xap/1.0/\0'), noise(part)) };
/** The parts of a profile whose first bytes state its length. */
const iccOf = (count: number): Segment[] => {
  const profile = concat(
    Uint8Array.of(0, ...[16, 8, 0].map((bits) => ((count * part) >> bits) & 0xff)),
    noise(count * part),
  );
  return Array.from({ length: count }, (_, i) => iccSegment(profile.slice(i * part, (i + 1) * part), i + 1, count));
};
const jpegOf = (...segments: readonly Segment[]): Uint8Array => buildJpeg([...segments, frameHeader(3, 2)], 200 * KiB);

test.each<[string, readonly Segment[], object]>([
  ['C2PA', jumbfSegments(box, part), { kind: 'c2pa', size: box.length }],
  ['C2PA with a length of 64 bits', jumbfSegments(longBox, part, { header: 16 }), { size: longBox.length }],
  ['Extended XMP', extensions, { kind: 'xmp-extension' }],
  ['an XMP packet', [comment(9_000), xmp], { kind: 'xmp', size: part }],
  ['a profile of three parts', iccOf(3), { kind: 'icc', size: 3 * part }],
  ['a profile of five parts', iccOf(5), { kind: 'icc', size: 5 * part }],
])('%s: one read, also for the frame header after it', async (_name, segments, block) => {
  const found = await findIn(jpegOf(...segments));
  expect(found).toMatchObject({ rest: 1, before: 0, requests: 0 });
  expect(found.blocks[0]).toMatchObject(block);
});

test.each<[string, Uint8Array]>([
  ['a file that the first read has whole', buildJpeg([...jumbfSegments(jumbfBox(50_000), part), frameHeader(3, 2)])],
  ['a block that ends in the first read', jpegOf(...jumbfSegments(jumbfBox(50_000), part))],
  ['another long segment', jpegOf(comment(9_000), comment(part))],
  ['JUMBF of another kind', jpegOf(...jumbfSegments(jumbfBox(50, 'json'), part), comment(part), comment(part))],
  ['a store that is too long', jpegOf(...jumbfSegments(jumbfBox(1200 * KiB), part))],
  ['no segments', buildJpeg([frameHeader(3, 2)], 200 * KiB)],
])('nothing is read: %s', async (_name, jpeg) => {
  expect((await findIn(jpeg)).rest).toBe(0);
});

test('nothing is read of a block that is not wanted', async () => {
  const wanted: readonly BlockName[] = ['iptc'];
  expect(await findIn(jpegOf(...jumbfSegments(box, part)), { wanted })).toMatchObject({ rest: 0, blocks: [] });
});

test('a length that is too long is cut at the end of the file', async () => {
  const [first] = jumbfSegments(box, part) as [Segment];
  const short = buildJpeg([comment(20_000), first, frameHeader(3, 2)]);
  expect(await findIn(short)).toMatchObject({ rest: 1, blocks: [{ kind: 'c2pa' }] });
});
