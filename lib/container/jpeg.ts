// JPEG [ITU-T T.81 Annex B; EXIF 3.0 4.5.4, 4.7.2].
//
//   SOI FFD8   segment: FF marker, u16 length (itself included), payload   ...   SOS or EOI
//   APP0       FFE0 length "JFIF" 00, version u16, units u8 (1 inch, 2 cm), density across u16, down u16   [JFIF 1.02]
//   APP1       FFE1 length "Exif" 00 00, TIFF stream
//   SOFn       FFCn length  precision u8  height u16  width u16
import { hasAt, u8, u16 } from '../bytes/cursor';
import { joinBytes, memoryReader, readRange, readUpTo } from '../bytes/reader';
import { maxFillBytes, maxHops } from '../limits';
import { ProblemError } from '../problem';
import { isTiff } from '../tiff/header';
import type { Container, ExifBlock, ImageShape, Located, RangeReader } from '../types';
import { exifBlock } from './exif-block';
import { exifResource, findResource } from './photoshop';
import { perInch, still } from './shape';

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP13 = 0xed;

/** A marker segment: where the one before it ended, `offset` of its payload, and its length cut where the object ends. */
type Segment = Readonly<{ start: number; marker: number; offset: number; length: number }>;

type Found = {
  /** Payloads of the EXIF APP1 and those that continue it, each without its identifier code. */
  exif: Uint8Array[];
  /** Where the last of them ended. */
  exifEnd: number;
  photoshop: ExifBlock | null;
  size: { width: number; height: number | null; bitDepth: number } | null;
  density: Pick<ImageShape, 'dpi' | 'density'> | null;
  /** Fill bytes passed over. */
  fill: number;
};

export const jpeg: Container = {
  name: 'jpeg',
  matches: (head) => hasAt(head, 0, '\xff\xd8\xff'),
  locate,
};

/** Finds the first EXIF block and the frame header; what lies behind both is not read. */
async function locate(reader: RangeReader): Promise<Located> {
  const found: Found = { exif: [], exifEnd: 0, photoshop: null, size: null, density: null, fill: 0 };
  let offset = 2;
  for (let hops = 0; hops < maxHops; hops++) {
    const segment = await nextSegment(reader, offset, found);
    if (segment === null) break;
    offset = segment.offset + segment.length;
    if (isComplete(found, segment)) break;
    await visit(reader, segment, found);
  }
  if (found.size === null && found.exif.length === 0) {
    throw new ProblemError('DamagedImage', `Cannot find a frame header or EXIF in the JPEG segments up to ${offset}`);
  }
  return {
    shape: { ...still(null, null), ...found.size, ...found.density },
    exif: exifBlock(joinBytes(found.exif)) ?? found.photoshop,
  };
}

/** The segment whose marker is at or behind `offset`; null at the image data, the end, or where no marker is. */
async function nextSegment(reader: RangeReader, offset: number, found: Found): Promise<Segment | null> {
  const at = await skipFill(reader, offset, found);
  const head = at === null ? new Uint8Array(0) : await readUpTo(reader, at, 4);
  if (at === null || head.length < 4 || u8(head, 0) !== 0xff) return null;
  const marker = u8(head, 1);
  if (marker === SOS || marker === EOI) return null;
  if (standsAlone(marker)) return { start: offset, marker, offset: at + 2, length: 0 };
  const length = u16(head, 2, false);
  if (length < 2) return null;
  return { start: offset, marker, offset: at + 4, length: Math.min(length - 2, reader.size - at - 4) };
}

/** Where the last of the FF bytes at `offset` is: any number may fill the place before a marker [T.81 B.1.1.2]. */
async function skipFill(reader: RangeReader, offset: number, found: Found): Promise<number | null> {
  let at = offset;
  for (let block = 2; ; block = Math.min(2 * block, 4096)) {
    const bytes = await readUpTo(reader, at, block);
    let fill = 0;
    while (fill + 1 < bytes.length && u8(bytes, fill) === 0xff && u8(bytes, fill + 1) === 0xff) fill++;
    at += fill;
    found.fill += fill;
    if (found.fill > maxFillBytes) return null;
    if (fill === 0 || fill + 1 < bytes.length) return at;
  }
}

function standsAlone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= SOI);
}

/** All is known, and this segment does not continue the EXIF block before it. */
function isComplete(found: Found, segment: Segment): boolean {
  const continues = segment.marker === APP1 && segment.start === found.exifEnd;
  return found.size !== null && found.exif.length > 0 && !continues;
}

async function visit(reader: RangeReader, segment: Segment, found: Found): Promise<void> {
  const { marker, offset, length } = segment;
  if (marker === APP1) {
    await visitApp1(reader, segment, found);
  } else if (marker === APP0) {
    found.density ??= await readDensity(reader, segment);
  } else if (marker === APP13 && found.photoshop === null) {
    const payload = await readPayload(reader, segment, 'Photoshop 3.0\0');
    const resource =
      payload === null ? null : await findResource(memoryReader(payload), 0, payload.length, exifResource);
    found.photoshop = resource === null ? null : exifBlock(resource);
  } else if (isFrameHeader(marker) && found.size === null && length >= 6) {
    const header = await readRange(reader, offset, offset + 5);
    const [bitDepth, height] = [u8(header, 0), u16(header, 1, false)];
    // Height 0 is stated later, by a DNL marker behind the first scan [T.81 B.2.5].
    found.size = { width: u16(header, 3, false), height: height === 0 ? null : height, bitDepth };
  }
}

/** The density that a JFIF segment states; null in any other, and where it is 0. */
async function readDensity(reader: RangeReader, { offset, length }: Segment): Promise<Found['density']> {
  const jfif = await readUpTo(reader, offset, Math.min(length, 12));
  if (jfif.length < 12 || !hasAt(jfif, 0, 'JFIF\0')) return null;
  const [units, x, y] = [u8(jfif, 7), u16(jfif, 8, false), u16(jfif, 10, false)];
  if (x === 0 || y === 0 || units > 2) return null;
  if (units === 0) return { density: [x, y] };
  return { dpi: units === 1 ? [x, y] : [perInch(100 * x), perInch(100 * y)] };
}

/** Keeps the first EXIF block, and the segments right behind it that go on without a TIFF header of their own. */
async function visitApp1(reader: RangeReader, segment: Segment, found: Found): Promise<void> {
  const isNext = found.exif.length > 0 && segment.start === found.exifEnd;
  if (found.exif.length > 0 && !isNext) return;
  const payload = await readPayload(reader, segment, 'Exif\0');
  const bytes = payload?.subarray(1); // the pad byte
  if (bytes === undefined || isTiff(bytes) === isNext) return;
  found.exif.push(bytes);
  found.exifEnd = segment.offset + segment.length;
}

/** The payload behind its identifier; null when it has another one. Only an identified payload is read whole. */
async function readPayload(reader: RangeReader, segment: Segment, identifier: string): Promise<Uint8Array | null> {
  const { offset, length } = segment;
  if (length <= identifier.length) return null;
  const start = await readRange(reader, offset, offset + identifier.length);
  return hasAt(start, 0, identifier) ? readRange(reader, offset + identifier.length, offset + length) : null;
}

function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}
