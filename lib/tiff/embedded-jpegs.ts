// Finds complete JPEGs that the IFDs of a stream point to: thumbnails, and previews of raw files.
//
//   JPEGInterchangeFormat 0x0201, ..Length 0x0202   or one strip with Compression 6 or 7   or JpgFromRaw 0x002E of Panasonic
import { Tag } from '../tag/ids';
import { indexEntries } from '../tag/lookup';
import { orientationOf } from '../tag/orientation';
import { jpgFromRaw } from '../tag/pointer';
import type { ExifDocument, IfdPath } from '../types';
import type { StreamDocument } from './document';
import { payloadStart } from './payload-place';

/** Bytes of the stream, and the orientation that the same IFD states (1 to 8). They may lie outside of the stream. */
export type EmbeddedJpeg = Readonly<{ ifd: IfdPath; start: number; length: number; orientation: number | null }>;

/** Bit 0 of NewSubfileType. Without it, the IFD has the image itself [TIFF 6.0 section 8]. */
const reducedImage = 1;
/** A JPEG by the old and by the new rules of TIFF. */
const jpegCompressions: readonly number[] = [6, 7];
/** PhotometricInterpretation of the sensor's data: colour filter array, linear raw. */
const rawData: readonly number[] = [32_803, 34_892];
/** Canon: how the sensor's data is cut into slices. */
const canonSlices = 0xc640;
/** Tables that all strips share: without them, a strip is not a complete JPEG. */
const jpegTables = 0x015b;

/** The places in the order of the IFDs. Throws what the reader throws. */
export async function embeddedJpegs({ stream, document }: StreamDocument): Promise<readonly EmbeddedJpeg[]> {
  const found: EmbeddedJpeg[] = [];
  for (const ifd of new Set(document.entries.map((entry) => entry.ifd))) {
    found.push(...jpegsIn(document, ifd));
  }
  const raw = document.entries.find(({ ifd, tag }) => ifd === 'Raw' && tag === jpgFromRaw);
  const start = raw === undefined ? null : await payloadStart(stream.reader, raw);
  if (raw !== undefined && start !== null) found.push({ ifd: 'Raw', start, length: raw.count, orientation: null });
  return found;
}

function jpegsIn(document: ExifDocument, ifd: IfdPath): readonly EmbeddedJpeg[] {
  const entries = indexEntries(document);
  const numbers = (tag: number): readonly number[] => {
    const value = entries.at(ifd, tag)?.value ?? [];
    return [...value].filter((one): one is number => typeof one === 'number');
  };
  const orientation = orientationOf(entries.at(ifd, Tag.Orientation));
  const place = (offsets: readonly number[], lengths: readonly number[]): readonly EmbeddedJpeg[] => {
    const [start, length] = [offsets[0], lengths[0]];
    if (start === undefined || length === undefined || offsets.length > 1 || length === 0) return [];
    return [{ ifd, start, length, orientation }];
  };
  const kind = numbers(Tag.NewSubfileType)[0];
  const isJpegStrip =
    (kind === undefined || (kind & reducedImage) !== 0) &&
    jpegCompressions.includes(numbers(Tag.Compression)[0] ?? 0) &&
    !rawData.includes(numbers(Tag.PhotometricInterpretation)[0] ?? 0) &&
    numbers(Tag.BitsPerSample).every((bits) => bits <= 8) &&
    entries.at(ifd, canonSlices) === undefined &&
    entries.at(ifd, jpegTables) === undefined;
  return [
    ...place(numbers(Tag.JPEGInterchangeFormat), numbers(Tag.JPEGInterchangeFormatLength)),
    ...(isJpegStrip ? place(numbers(Tag.StripOffsets), numbers(Tag.StripByteCounts)) : []),
  ];
}
