// An edited photograph with EXIF, XMP, IPTC and a colour profile in several formats, and a video, made with the builders of the
// tests.
import { exifFields, gpsIfd, imageFields } from '../../samples/camera';
import { box } from '../../testing/build/bmff';
import { concat, latin1 } from '../../testing/build/bytes';
import { exifItem, photo } from '../../testing/build/heif';
import { buildJpeg, exifSegment, frameHeader, photoshopSegment, xmpSegment } from '../../testing/build/jpeg';
import { iccSegment } from '../../testing/build/jpeg-blocks';
import { buildPng, exifChunk, idat, iend, ihdr, textChunk } from '../../testing/build/png';
import { buildIcc, dataset, iccDescription, iccText } from '../../testing/build/small-blocks';
import { buildTiff, pointer } from '../../testing/build/tiff';
import { buildMp4, keysMeta, media, smallMoov, xmpUuid } from '../../testing/build/video';
import { editedPacket } from './packet';

/** `packet` is its XMP. */
export type Picture = Readonly<{ name: string; packet: string; bytes: Uint8Array }>;

const shot = {
  size: { width: 600, height: 400 },
  title: 'Evening at the lake',
  time: '2026:05:17 18:42:09',
  offset: '+02:00',
  exposure: [1, 250],
  iso: 200,
} as const;
const place = { latitude: 52.51628, longitude: 13.3777, altitude: 34.5 };

const tiff = buildTiff({
  fields: [
    ...imageFields(shot),
    pointer(0x8769, [{ fields: exifFields(shot) }]),
    pointer(0x8825, [gpsIfd(place, '2026:05:17', [16, 42, 9])]),
  ],
});

const iim = concat(
  dataset(1, 90, '\x1b%G'),
  dataset(2, 0, Uint8Array.of(0, 4)),
  dataset(2, 5, 'Evening at the lake'),
  ...Array.from({ length: 8 }, (_, i) => dataset(2, 25, `keyword ${i}`)),
  dataset(2, 55, '20260517'),
  dataset(2, 60, '184209+0200'),
  dataset(2, 80, 'A. Nobody'),
  dataset(2, 90, 'Berlin'),
  dataset(2, 101, 'Germany'),
  dataset(2, 110, 'Example Agency'),
  dataset(2, 116, 'A. Nobody'),
  dataset(2, 120, 'A jetty and two boats, seen from the western shore.'),
);

/** As long as the usual profile of sRGB. */
const profile = buildIcc([
  { signature: 'desc', value: iccDescription('Display P3') },
  { signature: 'cprt', value: iccText('Public domain') },
  ...['wtpt', 'rXYZ', 'gXYZ', 'bXYZ'].map((signature) => ({
    signature,
    value: concat(latin1('XYZ '), new Uint8Array(16)),
  })),
  { signature: 'rTRC', value: concat(latin1('curv'), new Uint8Array(2056)) },
]);

const short = editedPacket({ keywords: 8, settings: 20, saves: 4, faces: 1 });
const long = editedPacket({ keywords: 40, settings: 180, saves: 35, faces: 8 });

/** From a short and a long packet. */
export const pictures: readonly Picture[] = [
  picture('JPEG', short, jpeg),
  picture('JPEG', long, jpeg),
  picture('HEIC', short, heic),
  picture('PNG', short, png),
  picture('MP4', short, mp4),
];

function picture(name: string, packet: string, make: (packet: string) => Uint8Array): Picture {
  return { name, packet, bytes: make(packet) };
}

function jpeg(packet: string): Uint8Array {
  return buildJpeg(
    [
      exifSegment(tiff),
      xmpSegment(packet),
      photoshopSegment([{ id: 0x0404, data: iim }]),
      iccSegment(profile),
      frameHeader(600, 400),
    ],
    200_000,
  );
}

function heic(packet: string): Uint8Array {
  const colr = box('colr', concat(latin1('prof'), profile));
  return photo(tiff, {
    items: [
      { id: 1, type: 'hvc1', size: [600, 400], properties: [colr], data: [new Uint8Array(200_000)] },
      { id: 2, type: 'Exif', hidden: true, data: [exifItem(tiff)] },
      { id: 3, type: 'mime', contentType: 'application/rdf+xml', hidden: true, data: [latin1(packet)] },
    ],
    references: [
      { type: 'cdsc', from: 2, to: [1] },
      { type: 'cdsc', from: 3, to: [1] },
    ],
  });
}

function png(packet: string): Uint8Array {
  return buildPng([
    ihdr(600, 400),
    exifChunk(tiff),
    textChunk('iTXt', 'XML:com.adobe.xmp', packet),
    idat(200_000),
    iend,
  ]);
}

function mp4(packet: string): Uint8Array {
  const keys = keysMeta([
    ['com.apple.quicktime.make', 'Example Camera Co.'],
    ['com.apple.quicktime.model', 'Sample One'],
    ['com.apple.quicktime.creationdate', '2026-05-17T18:42:09+0200'],
  ]);
  return buildMp4('qt  ', smallMoov(keys), xmpUuid(packet), media(200_000));
}
