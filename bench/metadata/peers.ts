// The other readers of metadata blocks. Each gets bytes in memory and returns how many of EXIF, XMP, IPTC and ICC it found.
import exifr from 'exifr';
import ExifReader from 'exifreader';

export type Reader = Readonly<{ name: string; read(bytes: Uint8Array): Promise<number> }>;

/** One object: exifr keeps each. */
const exifrOptions = { xmp: true, iptc: true, icc: true, mergeOutput: false } as const;
const exifReaderOptions = {
  includeTags: { exif: true, gps: true, xmp: true, iptc: true, icc: true },
  expanded: true,
} as const;

/** Their names and texts of all values. */
export const exifrBlocks: Reader = {
  name: 'exifr',
  async read(bytes) {
    const { ifd0, dc, iptc, icc } = await exifr.parse(bytes, exifrOptions);
    return countOf(ifd0, dc, iptc, icc);
  },
};

/** It reads XMP with the parser of @xmldom/xmldom. */
export const exifReaderBlocks: Reader = {
  name: 'ExifReader',
  async read(bytes) {
    // A buffer that has no other bytes: a copy would be counted as the work of the reader.
    const { exif, xmp, iptc, icc } = ExifReader.load(bytes.buffer as ArrayBuffer, exifReaderOptions);
    return countOf(exif, xmp, iptc, icc);
  },
};

function countOf(...blocks: readonly (object | undefined)[]): number {
  return blocks.filter((block) => block !== undefined).length;
}
