// The `mini` box, which files of the brand `mif3` have instead of a `meta` box: a header of a few bits, then the image and its
// metadata [ISO/IEC 23008-12 Amd 2, Annex O].
//
//   version 2 bits, flags 9, chroma 2, orientation-1 3, width-1 and height-1 7 or 15, what follows by the flags
//   sizes of the chunks, padded to a byte, then the chunks: codec configurations, ICC profiles, gain map metadata,
//   alpha, gain map and main image data, Exif, XMP
import { type Bits, bitsOf } from '../bytes/bits';
import { inflateAny } from '../bytes/decompress';
import type { HeldBytes, ParserInput } from '../bytes/held';
import { maxBlockBytes } from '../limits';
import type { ImageShape, LocateResult } from '../types';
import type { Box } from './bmff';
import { exifBlock, exifOfItem } from './exif-block';
import { still } from './image-shape';

/** Bytes that are read as the header: more than the longest header has. */
const maxHeaderBytes = 512;

/** The place of a chunk in the box; a length of 0 = there is none. */
export type MiniChunk = Readonly<{ offset: number; length: number }>;
/** The chunks with metadata. `isCompressed`: Exif and XMP are deflate streams. */
type Chunks = Readonly<{ icc: MiniChunk; exif: MiniChunk; xmp: MiniChunk; isCompressed: boolean }>;
/** What the header of a `mini` box states. */
export type MiniHeader = Readonly<{ shape: ImageShape; hasGainMap: boolean }> & Chunks;

/** The size and the EXIF of a `mini` box. Throws ProblemError `DamagedImage` when its header is cut off. */
export function locateMini(file: ParserInput, box: Box, format: Pick<ImageShape, 'format'>): LocateResult {
  const { shape, exif, isCompressed } = readMiniHeader(file, box);
  const found = exif.length === 0 ? [] : [readExifChunk(file, box, exif, isCompressed)];
  return { shape: { ...shape, ...format }, exif: exifBlock(found) };
}

function readExifChunk(file: ParserInput, box: Box, exif: MiniChunk, isCompressed: boolean): Uint8Array {
  const start = Math.min(box.end, box.offset + exif.offset);
  const bytes = file.upTo(start, Math.min(exif.length, box.end - start));
  const block = isCompressed ? file.wait('mini', () => inflateAny(bytes, maxBlockBytes)) : bytes;
  return block === null ? new Uint8Array(0) : exifOfItem(block);
}

/** The header of a `mini` box. Throws ProblemError `DamagedImage` when it is cut off. */
export function readMiniHeader(file: HeldBytes, { offset, end }: Box): MiniHeader {
  const bits = bitsOf(file.upTo(offset, Math.min(maxHeaderBytes, end - offset)));
  bits.skip(2); // version
  const flags = readFlags(bits);
  const chroma = bits.take(2);
  const orientation = 1 + bits.take(3);
  const sideBits = bits.flag() ? 15 : 7;
  const [width, height] = [1 + bits.take(sideBits), 1 + bits.take(sideBits)];
  skipChromaPlace(bits, chroma);
  const bitDepth = readDepth(bits, flags.float);
  if (flags.alpha) bits.skip(1);
  if (flags.cicp) bits.skip(chroma === 0 ? 16 : 24);
  if (flags.codecTypes) bits.skip(64);
  const gainMap = flags.hdr ? readHdr(bits, sideBits) : null;
  const shape = { ...still(width, height), bitDepth, orientation };
  return { shape, hasGainMap: gainMap !== null, ...readChunks(bits, flags, gainMap) };
}

type Flags = ReturnType<typeof readFlags>;

function readFlags(bits: Bits) {
  const [codecTypes, float] = [bits.flag(), bits.flag()];
  bits.skip(1); // full range
  const [alpha, cicp, hdr] = [bits.flag(), bits.flag(), bits.flag()];
  return { codecTypes, float, alpha, cicp, hdr, icc: bits.flag(), exif: bits.flag(), xmp: bits.flag() } as const;
}

/** Chroma 1 (4:2:0) and 2 (4:2:2) also state the positions of their samples. */
function skipChromaPlace(bits: Bits, chroma: number): void {
  if (chroma === 1 || chroma === 2) bits.skip(1);
  if (chroma === 1) bits.skip(1);
}

/** Bits of a sample. */
function readDepth(bits: Bits, isFloat: boolean): number {
  if (isFloat) return 2 ** (4 + bits.take(2));
  return bits.flag() ? 9 + bits.take(3) : 8;
}

type GainMap = Readonly<{ icc: boolean }>;

/** Skips the fields about high dynamic range. Returns the gain map, or null when there is none. */
function readHdr(bits: Bits, sideBits: number): GainMap | null {
  const gainMap = bits.flag() ? readGainMap(bits, sideBits) : null;
  skipHdrProperties(bits);
  if (gainMap !== null) skipHdrProperties(bits);
  return gainMap;
}

function readGainMap(bits: Bits, sideBits: number): GainMap {
  bits.skip(2 * sideBits + 8 + 1);
  skipChromaPlace(bits, bits.take(2));
  readDepth(bits, bits.flag());
  const icc = bits.flag();
  if (bits.flag()) bits.skip(25);
  return { icc };
}

/** Light levels, colour volumes and viewing environments. Each is present when its flag is set. */
function skipHdrProperties(bits: Bits): void {
  const [clli, mdcv, cclv, amve, reve, ndwt] = Array.from({ length: 6 }, () => bits.flag());
  if (clli) bits.skip(32);
  if (mdcv) bits.skip(192);
  if (cclv) skipColourVolume(bits);
  if (amve) bits.skip(64);
  if (reve) bits.skip(128);
  if (ndwt) bits.skip(32);
}

function skipColourVolume(bits: Bits): void {
  bits.skip(2);
  const hasPrimaries = bits.flag();
  const luminances = [bits.flag(), bits.flag(), bits.flag()].filter(Boolean).length;
  bits.skip(2 + (hasPrimaries ? 192 : 0) + 32 * luminances);
}

/** Reads the sizes of the chunks, and computes the places of those with metadata. */
function readChunks(bits: Bits, flags: Flags, gainMap: GainMap | null): Chunks {
  const hasMetadata = flags.icc || flags.exif || flags.xmp || gainMap !== null;
  const metadata = hasMetadata && bits.flag() ? 20 : 10;
  const config = bits.flag() ? 12 : 3;
  const data = bits.flag() ? 28 : 15;
  const lengthIf = (isPresent: boolean): number => (isPresent ? 1 + bits.take(metadata) : 0);
  const icc = lengthIf(flags.icc);
  let before = icc + lengthIf(gainMap?.icc === true);
  let configs = 0;
  // The size of a codec configuration is stated only if the item has data.
  const addItem = (): void => {
    const length = bits.take(data);
    if (length > 0) configs += bits.take(config);
    before += length;
  };
  if (gainMap !== null) {
    before += bits.take(metadata);
    addItem();
  }
  configs += bits.take(config);
  before += 1 + bits.take(data);
  if (flags.alpha) addItem();
  const isCompressed = (flags.exif || flags.xmp) && bits.flag();
  const [exif, xmp] = [lengthIf(flags.exif), lengthIf(flags.xmp)];
  const iccAt = bits.byteOffset() + configs;
  const exifAt = iccAt + before;
  return {
    icc: { offset: iccAt, length: icc },
    exif: { offset: exifAt, length: exif },
    xmp: { offset: exifAt + exif, length: xmp },
    isCompressed,
  };
}
