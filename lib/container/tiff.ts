// TIFF, BigTIFF and the raw formats built on them (DNG, CR2, NEF, ARW, PEF, IIQ, KDC, SRW, ORF, RW2) and JPEG XR: the file
// is the EXIF block [TIFF 6.0; BigTIFF; TIFF/EP; DNG 1.7; ITU-T T.832 Annex A].
import { Tag } from '../tag/ids';
import { isTiffLike } from '../tiff/header';
import type { Container, ExifDocument, IfdPath, ImageShape } from '../types';
import { noShape } from './image-shape';

/**
 * Bits of NewSubfileType for an image that is not the full one: a reduced image, a transparency mask [TIFF 6.0 section 8], a
 * depth map [DNG 1.7].
 */
const notTheImage = 0b1101;
/** Width and height of an IFD's image: TIFF's tags, and those of JPEG XR. */
const sizeTags: readonly (readonly [number, number])[] = [
  [Tag.ImageWidth, Tag.ImageLength],
  [0xbc80, 0xbc81],
];

const shapeTags: ReadonlySet<number> = new Set([Tag.NewSubfileType, Tag.BitsPerSample, ...sizeTags.flat()]);

export const tiff: Container = {
  name: 'tiff',
  matches: isTiffLike,
  locate: async (reader) => ({
    shape: noShape,
    exif: { streams: [{ reader, root: 'IFD0' }], isFile: true },
  }),
  shapeOf: documentShape,
};

/**
 * The size is that of IFD0, unless IFD0 says that its image is a reduced one and a SubIFD has the full one. Each IFD of the
 * chain is a page.
 */
export function documentShape({ entries, pages }: ExifDocument): ImageShape {
  const numbers = firstNumbers(entries);
  let size: IfdShape | undefined;
  for (const [ifd, ofIfd] of numbers) {
    const isImage = ifd === 'IFD0' || ifd.startsWith('SubIFD');
    const isFull = ((ofIfd.get(Tag.NewSubfileType) ?? 0) & notTheImage) === 0;
    if (isImage && isFull) size ??= sizeOf(ofIfd);
  }
  return { ...noShape, ...(size ?? sizeOf(numbers.get('IFD0'))), frames: Math.max(1, pages) };
}

/** The size and sample depth that one IFD states. */
type IfdShape = { width: number; height: number; bitDepth?: number };

type Numbers = ReadonlyMap<number, number>;

/** The first number of each tag about the size of an image, by IFD. */
function firstNumbers(entries: ExifDocument['entries']): ReadonlyMap<IfdPath, Numbers> {
  const numbers = new Map<IfdPath, Map<number, number>>();
  for (const { ifd, tag, value } of entries) {
    if (!shapeTags.has(tag)) continue;
    const first = value instanceof Uint8Array ? undefined : value?.[0];
    // The type of the tag may be wrong, so negative numbers, fractions and NaN are ignored.
    if (!Number.isSafeInteger(first) || Number(first) < 0) continue;
    const ofIfd = numbers.get(ifd) ?? new Map<number, number>();
    if (!ofIfd.has(tag)) ofIfd.set(tag, Number(first));
    numbers.set(ifd, ofIfd);
  }
  return numbers;
}

/** The size and the bits of the first sample; undefined when the IFD states no size. */
function sizeOf(numbers: Numbers | undefined): IfdShape | undefined {
  const bitDepth = numbers?.get(Tag.BitsPerSample);
  for (const [widthTag, heightTag] of sizeTags) {
    const width = numbers?.get(widthTag);
    const height = numbers?.get(heightTag);
    if (width !== undefined && height !== undefined) {
      return { width, height, ...(bitDepth === undefined ? {} : { bitDepth }) };
    }
  }
  return undefined;
}
