// The members of ?metadata that do not come from EXIF, XMP or IPTC: of maker notes, videos, gain maps and motion photos.

import type { JobDeps } from '../../../lib/job';
import { defaultLimits } from '../../../lib/limits';
import { concat, u32, utf8, utf16 } from '../../../testing/build/bytes';
import { buildJpeg, exifSegment, frameHeader, xmpSegment } from '../../../testing/build/jpeg';
import { gainMapSegment } from '../../../testing/build/jpeg-blocks';
import { streamWithNote } from '../../../testing/build/maker-note';
import { ascii, buildTiff, pointer, rational, short } from '../../../testing/build/tiff';
import { buildMp4, keysMeta, media, smallMoov, xmpUuid } from '../../../testing/build/video';
import { answering } from '../../../testing/fakes/answering';
import { canonFields } from '../maker-note/notes';

const json = async (
  bytes: Uint8Array,
  query: string,
  deps: Partial<JobDeps> = {},
): Promise<Record<string, unknown> & { reads: number }> => {
  const { status, body, reads } = await answering({ bytes, etag: null, lastModified: new Date(0) }, deps).ask({
    query,
  });
  expect(status).toBe(200);
  return { ...(JSON.parse(String(body)) as Record<string, unknown>), reads };
};

const camera = { make: 'Canon', model: 'EOS' };
const { bytes: tiff } = streamWithNote(camera, { base: 'tiff', fields: canonFields });
const canon = buildJpeg([exifSegment(tiff), frameHeader(3, 2)]);

describe('maker note', () => {
  test('lens and serial numbers fill in for EXIF', async () => {
    expect(await json(canon, 'metadata')).toMatchObject({
      lens: 'RF24-105mm F4 L IS USM',
      serialNumber: '0000000042',
      lensSerialNumber: '6703001296',
      focusDistance: { nearest: 2, farthest: 2.5 },
      sources: { lens: 'maker note', serialNumber: 'maker note' },
      reads: 1,
    });
  });

  test('only/makernote has it alone', async () => {
    const { blocks } = await json(canon, 'metadata/style/typed/only/makernote');
    expect(blocks).toEqual({ makernote: expect.objectContaining({ maker: 'Canon', owner: 'Ada Lovelace' }) });
  });

  test.each([
    ['serial', ['serialNumber', 'lensSerialNumber']],
    ['makernote', ['serialNumber', 'lensSerialNumber', 'lens', 'focusDistance']],
  ] as const)('EXIF_DROP=%s', async (group, gone) => {
    const answer = await json(canon, 'metadata', { dropGroups: [group] });
    for (const name of gone) expect(answer).not.toHaveProperty(name);
  });
});

describe('video', () => {
  const apple = keysMeta([
    ['com.apple.quicktime.make', 'Apple'],
    ['com.apple.quicktime.content.identifier', 'ID-1'],
    ['com.apple.quicktime.location.ISO6709', '+52.5000+013.4000/'],
  ]);
  const video = buildMp4('qt  ', media(40), smallMoov(apple), xmpUuid(''));

  test('has the same members as an image', async () => {
    expect(await json(video, 'metadata')).toMatchObject({
      make: 'Apple',
      livePhotoId: 'ID-1',
      latitude: 52.5,
      longitude: 13.4,
      takenAt: '2026-05-28T20:26:40Z',
      takenAtSource: 'mvhd',
      width: 2,
      height: 3,
      duration: 90,
      rotation: 90,
      videoCodec: 'avc1',
      audioCodec: 'mp4a',
    });
  });

  test('may be larger than the limit of images', async () => {
    const limits = { ...defaultLimits, objectBytes: 100 };
    expect(await json(video, 'metadata', { limits })).toMatchObject({ duration: 90 });
    const { status } = await answering({ bytes: canon, etag: null, lastModified: new Date(0) }, { limits }).ask({
      query: 'metadata',
    });
    expect(status).toBe(400);
  });

  test('is not an image for ?exif', async () => {
    const { status } = await answering({ bytes: video, etag: null, lastModified: new Date(0) }).ask({ query: 'exif' });
    expect(status).toBe(400);
  });
});

describe('gain map and motion photo', () => {
  const motion =
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    '<rdf:Description rdf:about="" xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" GCamera:MicroVideo="1" ' +
    'GCamera:MicroVideoOffset="32"/></rdf:RDF></x:xmpmeta>';
  const still = buildJpeg([xmpSegment(motion), gainMapSegment(), frameHeader(3, 2)]);
  const photo = concat(still, u32(32), new Uint8Array(28));

  test('are named in flat', async () => {
    expect(await json(photo, 'metadata')).toMatchObject({
      hdr: 'iso-21496',
      motionPhoto: { offset: still.length, length: 32 },
    });
  });

  test('each can be asked for alone, and nothing else is shown then', async () => {
    const { reads, ...answer } = await json(photo, 'metadata/style/typed/only/motion');
    expect(answer['blocks']).toEqual({ motion: expect.objectContaining({ kind: 'google-v1', length: 32 }) });
    expect(reads).toBe(1);
  });
});

test('a source type of IPTC says that a picture was generated', async () => {
  const generated =
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    '<rdf:Description rdf:about="" xmlns:e="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" ' +
    'e:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"/></rdf:RDF></x:xmpmeta>';
  expect(await json(buildJpeg([xmpSegment(generated), frameHeader(3, 2)]), 'metadata/only/ai')).toMatchObject({
    ai: { generated: true, source: 'IPTC DigitalSourceType', digitalSourceType: 'trainedAlgorithmicMedia' },
  });
});

test('a time without an offset gets that of the place', async () => {
  const fields = [ascii(0x9003, '2026:07:01 12:00:00')];
  const gps = [
    ascii(1, 'N'),
    rational(2, [52, 1], [31, 1], [0, 1]),
    ascii(3, 'E'),
    rational(4, [13, 1], [24, 1], [0, 1]),
  ];
  const tiff = buildTiff({ fields: [pointer(0x8769, [{ fields }]), pointer(0x8825, [{ fields: gps }])] });
  expect(await json(buildJpeg([exifSegment(tiff), frameHeader(3, 2)]), 'metadata')).toMatchObject({
    takenAt: '2026-07-01T12:00:00+02:00',
    takenAtSource: 'DateTimeOriginal',
    offset: '+02:00',
    offsetSource: 'GPSPosition',
  });
});

describe('a sidecar', () => {
  const packet =
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="3"/></rdf:RDF></x:xmpmeta>';

  test.each([
    ['elements', utf8(packet)],
    ['a packet', utf8(`<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n${packet}<?xpacket end="w"?>`)],
    ['a document', utf8(`\ufeff<?xml version="1.0"?>\n<!-- made -->\n${packet}`)],
    ['UTF-16', concat(Uint8Array.of(0xff, 0xfe), utf16(packet, true))],
  ])('in the form of %s has its XMP', async (_name, bytes) => {
    const { reads, ...answer } = await json(bytes, 'metadata');
    expect(answer).toEqual({ rating: 3, format: 'xmp', size: bytes.length, sources: { rating: 'XMP xmp:Rating' } });
    expect(reads).toBe(1);
  });

  test.each([
    ['has no EXIF to show', 'exif', packet],
    ['is not any other XML', 'metadata', '<?xml version="1.0"?><html/>'],
    ['is not text about XMP', 'metadata', 'This is <x:xmpmeta>'],
  ])('%s', async (_name, query, text) => {
    const { status } = await answering({ bytes: utf8(text), etag: null, lastModified: new Date(0) }).ask({ query });
    expect(status).toBe(400);
  });
});

test('a tag that gives a member is not repeated in tags', async () => {
  const fields = [ascii(0xa431, '00042'), ascii(0xa432, 'other')];
  const tiff = buildTiff({ fields: [pointer(0x8769, [{ fields }])] });
  const answer = await json(buildJpeg([exifSegment(tiff), frameHeader(3, 2)]), 'metadata');
  expect(answer).toMatchObject({ serialNumber: '00042', sources: { serialNumber: 'EXIF BodySerialNumber' } });
  expect(answer['tags']).toEqual({ LensSpecification: 'other' });
});

describe('what XMP repeats from EXIF', () => {
  const packet =
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    '<rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" ' +
    'exif:GPSLatitude="33,52.5S" exif:GPSLongitude="151,12,36E" exif:GPSAltitude="30/2" exif:GPSAltitudeRef="1" ' +
    'exif:DateTimeOriginal="2026-01-01T12:00:00" exif:ExposureTime="1/250" exif:FNumber="0/0" tiff:Make="Other"/>' +
    '</rdf:RDF></x:xmpmeta>';

  test('is shown for a file without EXIF', async () => {
    expect(await json(utf8(packet), 'metadata')).toMatchObject({
      make: 'Other',
      takenAt: '2026-01-01T12:00:00+11:00',
      offsetSource: 'GPSPosition',
      latitude: -33.875,
      longitude: expect.closeTo(151.21, 9),
      altitude: -15,
      exposureTime: 0.004,
      sources: { latitude: 'XMP exif:GPSLatitude', make: 'XMP tiff:Make' },
    });
    expect(await json(utf8(packet), 'metadata')).not.toHaveProperty('fNumber');
  });

  test('is not shown where EXIF has it', async () => {
    const tiff = buildTiff({ fields: [ascii(0x010f, 'Maker'), short(0x4746, 2)] });
    const image = buildJpeg([exifSegment(tiff), xmpSegment(packet), frameHeader(3, 2)]);
    expect(await json(image, 'metadata/only/make,rating')).toMatchObject({ make: 'Maker', rating: 2 });
  });

  test.each([
    'exif:GPSLatitude="95,0N" exif:GPSLongitude="1,0E"',
    'exif:GPSLatitude="5,0N"',
    'exif:GPSLatitude="x" exif:GPSLongitude="1,0E"',
    'exif:GPSLatitude="5,0E" exif:GPSLongitude="1,0N"',
  ])('gives no position: %s', async (attributes) => {
    const text = packet.replace(/exif:GPSLatitude.*GPSAltitudeRef="1"/, attributes);
    expect(await json(utf8(text), 'metadata/only/latitude,longitude,altitude')).toMatchObject({ reads: 1 });
    expect(await json(utf8(text), 'metadata')).not.toHaveProperty('latitude');
  });
});
