// The differences between reader and truth that are accepted, each with its reason: the reader is right, or both may be. The
// comparison itself is never made less strict. `npm run conformance` names every row that is no longer needed.

/**
 * `at` is the label of a difference (`ExifIFD:UserComment`, `style:Artist`, `frames`), all labels that begin as it does
 * when it ends in `*`.
 */
export type KnownDifference = Readonly<{ file: string; at: string; reason: string }>;

const storedTwice =
  'IFD0 stores Orientation twice with one value; the truth lists repetitions only where values differ.';
const swallowedLine = 'The truth took the next lines of exiv2 (a tag of type 0) for a part of this value.';
const trailingLineFeed =
  'The value ends in a line feed, which exiv2 prints and the truth, made from its lines, has lost.';
const notUtf8 =
  'The stored text is not UTF-8, so the truth leaves it out; the reader shows one character for each byte.';

const previewSize =
  'IFD0 says that it holds a reduced image (NewSubfileType 1), whose size the truth has; the reader answers that of the full image, in a SubIFD.';
const fullSizes: readonly string[] = [
  'valid/dng/Magick.NET__DSC8695.dng',
  'valid/dng/exiftool__images_DNG.dng',
  'valid/dng/photoprism__canon_eos_6d.dng',
  'valid/dng/tika__testDNG.dng',
  'valid/dng/tika__testDNG_bigtiff.dng',
  'valid/kdc/Magick.NET__RAW_KODAK_DC50.KDC',
  'valid/nef/bep-imagemeta__sample.nef',
  'valid/nef/exiftool__Nikon.nef',
];
const twoBlocks =
  'Two Exif items, one for each eye: the reader answers the one that describes the primary item, exiv2 the other.';

const noNumber =
  'The longitude is the text `NaN,0,0.00`, which is not a number: nothing is derived. ExifTool uses 0 for the NaN.';

export const knownDifferences: readonly KnownDifference[] = [
  ...['valid/jpeg/perkeep__nan-exif.jpg', 'valid/srw/derived__srw-tiff.srw'].map((file) => ({
    file,
    at: 'derived:longitude',
    reason: noNumber,
  })),
  {
    file: 'valid/jpeg/metadata-extractor-images__Bushnell_Trophy_HD_Aggressor_119775C_firmware_BS685BWYx08237.jpg',
    at: 'derived:exposureBias',
    reason:
      'Stored as SHORTs; ExifTool reads the bytes as a rational against their type, here nothing is derived of them.',
  },
  {
    file: 'valid/dng/tinydng__colorchart.dng',
    at: 'derived:fNumber',
    reason:
      'FNumber 0/10 and ApertureValue 0/96, of a lens without contacts: ExifTool has f/1.0, here nothing is derived.',
  },
  {
    file: 'valid/tiff/libgd__custom_dir_EXIF_GPS.tiff',
    at: 'derived:gpsDateTime',
    reason: 'The seconds are 514915539/33554432: here to the nanosecond, in the truth to ten digits.',
  },
  {
    file: 'valid/jpeg/Pillow__multiple_exif.jpg',
    at: 'style:ImageDescription',
    reason:
      'EXIF that goes on in a second APP1: joined as ExifTool does; exiv2 reads the first part and prints an empty text.',
  },
  ...['style:MaxApertureValue', 'style:SubjectDistance'].map((at) => ({
    file: 'valid/jpeg/deb-Image-MetaData-JPEG__test_frankenstein.jpg',
    at,
    reason: 'Only in a second EXIF block (APP1): merged as ExifTool does; exiv2 reads the first block alone.',
  })),
  { file: 'valid/jpeg/metadata-extractor__simple.jpg', at: 'IFD0:0x0112', reason: storedTwice },
  { file: 'valid/tiff/remvee-exifr__Casio-EX-S20.exif', at: 'IFD0:0x0112', reason: storedTwice },
  {
    file: 'valid/tiff/commons-imaging__BigTIFFSubIFD8.tif',
    at: 'SubIFD1:*',
    reason: 'In a BigTIFF, ExifTool calls every SubIFD `SubIFD`: the second one is there, as repetitions of the first.',
  },
  { file: 'valid/jpeg/exifr__broken1.jpg', at: 'style:GPSAltitudeRef', reason: swallowedLine },
  { file: 'valid/jpeg/exifr__broken1.jpg', at: 'style:GPSLatitude', reason: swallowedLine },
  { file: 'valid/jpeg/exifr__broken1.jpg', at: 'style:GPSSatellites', reason: swallowedLine },
  { file: 'valid/jpeg/exifr__broken1.jpg', at: 'style:GPSVersionID', reason: swallowedLine },
  { file: 'valid/jpeg/metadata-extractor-images__Nikon_D1X.jpg', at: 'style:GPSVersionID', reason: swallowedLine },
  {
    file: 'valid/jpeg/little_exif__2017_aachen_abendhimmel_emilio.jpg',
    at: 'style:ImageUniqueID',
    reason: trailingLineFeed,
  },
  { file: 'valid/jpeg/photoprism__orientation~0d0f169c.jpg', at: 'style:UserComment', reason: trailingLineFeed },
  { file: 'valid/png/nom-exif__exif.png', at: 'style:UserComment', reason: trailingLineFeed },
  {
    file: 'valid/jpeg/commons-imaging__Oregon_Scientific_DS6639_-_DSC_0307_-_iptc_added_with_irfanview.jpg',
    at: 'style:ImageDescription',
    reason: notUtf8,
  },
  {
    file: 'valid/jpeg/commons-imaging__Oregon_Scientific_DS6639_-_DSC_0307_-_iptc_added_with_photoshop.jpg',
    at: 'style:ImageDescription',
    reason: notUtf8,
  },
  { file: 'valid/jpeg/gexiv2__sample-author-badencoding.jpg', at: 'style:Artist', reason: notUtf8 },
  {
    file: 'valid/jpeg/metadata-extractor-images__Ricoh_DC-3Z_low_res_.jpg',
    at: 'style:Copyright',
    reason: notUtf8,
  },
  { file: 'valid/jpeg/piexifjs__r_casio.jpg', at: 'style:BodySerialNumber', reason: notUtf8 },
  ...fullSizes.flatMap((file) => ['width', 'height'].map((at) => ({ file, at, reason: previewSize }))),
  {
    file: 'valid/heif/kimageformats__metadata.heic',
    at: 'style:ImageTitle',
    reason: 'A tag of Exif 3.0, which exiv2 0.27.6 does not know.',
  },
  { file: 'valid/heif/pillow_heif__spatial_photo.heic', at: 'style:LensModel', reason: twoBlocks },
  { file: 'valid/heif/pillow_heif__spatial_photo.heic', at: 'style:GPS*', reason: twoBlocks },
  {
    file: 'valid/rw2/exiftool__Panasonic.rw2',
    at: 'style:*',
    reason: 'Of the embedded JPEG, whose EXIF exiv2 reads only in part.',
  },
  {
    file: 'valid/rw2/exiftool__Panasonic.rw2',
    at: 'IFD0:NoiseReductionParams',
    reason: 'The truth shows the bytes as 16-bit numbers, which the stored type (UNDEFINED) does not say.',
  },
  {
    file: 'valid/rw2/exiftool__Panasonic.rw2',
    at: 'IFD0:JpgFromRaw',
    reason: 'A whole JPEG, of some hundred KiB in the field: left unread on purpose, its EXIF is read instead.',
  },
  ...['dateTime', 'iso', 'focalLength35'].map((member) => ({
    file: 'valid/rw2/exiftool__Panasonic.rw2',
    at: `derived:${member}`,
    reason: 'From the EXIF of the embedded JPEG, which the truth lists as another document.',
  })),
  ...['IFD0:0x0027', 'IFD0:0x0119'].map((at) => ({
    file: 'valid/rw2/exiftool__Panasonic.rw2',
    at,
    reason: 'Stored, but taken apart by ExifTool: shown as other tags or not at all.',
  })),
  {
    file: 'valid/avif/image-size__sample-garbled.avif',
    at: 'frames',
    reason: 'A garbled file: the second item has no size, so it is not counted as an image.',
  },
  {
    file: 'valid/webp/govips__jpg-orientation-6.AutoRotate_6__jpeg_to_webp-macos-15_arm64_libvips-8.18.0.golden.webp',
    at: 'style:ImageUniqueID',
    reason: trailingLineFeed,
  },
];

/** The row that explains a difference. */
export function findKnown(table: readonly KnownDifference[], file: string, at: string): KnownDifference | undefined {
  return table.find((row) => row.file === file && matchesLabel(row.at, at));
}

/** Whether a row's `at` means the label `at`. */
export function matchesLabel(pattern: string, at: string): boolean {
  return pattern.endsWith('*') ? at.startsWith(pattern.slice(0, -1)) : at === pattern;
}
