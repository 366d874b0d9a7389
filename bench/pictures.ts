// The images that functions and servers answer for in benches.

/** A kind of image, and its file in the corpus, or the sample to use without a corpus. */
export type Picture = Readonly<{ name: string; corpus: string; sample: string }>;

export const pictures: readonly Picture[] = [
  { name: 'jpeg', corpus: 'valid/jpeg/metadata-extractor-images__Canon_IXUS_400.jpg', sample: 'gps.jpg' },
  { name: 'jpeg-long', corpus: 'valid/jpeg/metadata-extractor-images__Canon_EOS_20D_2_.jpg', sample: 'gps.jpg' },
  { name: 'heic', corpus: 'valid/heif/metadata-extractor-images__Issue_487.heic', sample: 'exif-after-idat.png' },
  { name: 'raw', corpus: 'valid/arw/exifast__Sony_DSLR-A200_real.ARW', sample: 'big-endian.tif' },
  { name: 'no-exif', corpus: 'valid/jpeg/exif-samples__no_exif.jpg', sample: 'no-exif.png' },
];
