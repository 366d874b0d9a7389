// The images that functions and servers are asked for.

/** An object by what it stands for, and its file: that of the corpus, or else the sample. */
export type Picture = Readonly<{ name: string; corpus: string; sample: string }>;

export const pictures: readonly Picture[] = [
  { name: 'jpeg', corpus: 'valid/jpeg/metadata-extractor-images__Canon_IXUS_400.jpg', sample: 'gps.jpg' },
  { name: 'jpeg-long', corpus: 'valid/jpeg/metadata-extractor-images__Canon_EOS_20D_2_.jpg', sample: 'gps.jpg' },
  { name: 'heic', corpus: 'valid/heif/metadata-extractor-images__Issue_487.heic', sample: 'exif-after-idat.png' },
  { name: 'raw', corpus: 'valid/arw/exifast__Sony_DSLR-A200_real.ARW', sample: 'big-endian.tif' },
  { name: 'no-exif', corpus: 'valid/jpeg/exif-samples__no_exif.jpg', sample: 'no-exif.png' },
];
