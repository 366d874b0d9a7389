// The differences between the blocks found and the truth that are accepted, each with its reason.
import type { KnownDifference } from '../known-differences';

const twice = 'The same block belongs to several images of the file; it is found once, for the main image.';
const ofOtherImage = 'The block belongs to another image of the file: a gain map, a depth map, another page.';

const rows: readonly (readonly [at: string, reason: string, files: readonly string[]])[] = [
  [
    'icc*',
    'The scan joins two parts with the same number; ExifTool sees no profile.',
    ['corpus/valid/jpeg/Pillow__icc-after-SOF.jpg'],
  ],
  [
    'icc*',
    'The scan joins the parts of two profiles, which state different numbers of parts.',
    ['corpus/valid/jpeg/derived__jpeg-exif-after-256KiB-app2.jpg'],
  ],
  [
    'icc*',
    'The zlib stream of the profile has no end, so it is taken as damaged.',
    ['corpus-meta/files/png/ente__google-takeout.png'],
  ],
  [
    'xmp*',
    twice,
    [
      'corpus/valid/avif/libavif__colors-animated-8bpc-depth-exif-xmp.avif',
      'corpus/valid/heif/pillow_heif__spatial_photo.heic',
      'corpus/valid/tiff/OpenImageIO-images__checker.tx',
      'corpus-meta/files/avif/libavif__colors-animated-8bpc-alpha-exif-xmp.avif',
    ],
  ],
  [
    'icc*',
    twice,
    [
      'corpus/valid/avif/mp4parse-rust__valid-avif-colr-prof-and-rICC.avif',
      'corpus/valid/heif/perkeep__IMG_8062.HEIC',
      'corpus/valid/heif/pillow_heif__spatial_photo.heic',
      'corpus/valid/tiff/exampletiffs__shapes_tiled_multi.tif',
      'corpus-meta/files/avif/mp4parse-rust__valid-avif-colr-nclx-and-prof-and-rICC.avif',
    ],
  ],
  ['iptc*', twice, ['corpus/valid/tiff/OpenImageIO-images__checker.tx']],
  [
    'xmp*',
    ofOtherImage,
    [
      'corpus/valid/heif/exiftool-rs__img_1914.heic',
      'corpus/valid/heif/pillow_heif__empty_icc.heic',
      'corpus-meta/files/heic/pigallery2__IMG_7943.HEIC',
      'corpus-meta/files/avif/libavif__colors_hdr_p3.avif',
      'corpus-meta/files/avif/libavif__colors_hdr_rec2020.avif',
      'corpus-meta/files/avif/libavif__colors_text_hdr_p3.avif',
      'corpus-meta/files/avif/libavif__colors_text_hdr_srgb.avif',
      'corpus-meta/files/avif/libavif__colors_text_wcg_hdr_rec2020.avif',
    ],
  ],
  [
    'icc*',
    ofOtherImage,
    [
      'corpus/valid/heif/exiftool-rs__img_1914.heic',
      'corpus/valid/heif/photoview__subsec_no_timezone.heic',
      'corpus-meta/files/heic/photoview__exif_subsec_timezone.heic',
    ],
  ],
  [
    'icc*',
    'The file states its colours twice; the first profile counts, as it does for ExifTool.',
    ['corpus/valid/jp2/format-corpus__balloon_eciRGBv2_ps_adobeplugin_jp2compatible.jpf'],
  ],
  ['xmp*', 'CIFF data, where the XMP of a CRW is, are not read.', ['corpus/valid/crw/exiftool__CanonRaw.crw']],
  ['xmp*', 'The compressed box has XML that is not XMP.', ['corpus/valid/jxl/kimageformats__bug_496350.jxl']],
  [
    'iptc*',
    'The tag has a type that does not exist: the file was damaged on purpose.',
    ['corpus-meta/files/tif/metadata-extractor-images__m16-42c19f8e79e582bef107f372f18a074b.tif'],
  ],
];

export const knownFound: readonly KnownDifference[] = rows.flatMap(([at, reason, files]) =>
  files.map((file) => ({ file, at, reason })),
);
