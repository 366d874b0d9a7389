// JPEG XL: a bare codestream [ISO/IEC 18181-1 Annex D], or boxes around one [ISO/IEC 18181-2 clause 4].
//
//   FF 0A codestream                                    no EXIF
//   "JXL " signature box, ftyp, then in any order:      jxlc, or jxlp (index u32 first): the codestream
//   Exif   tiff offset u32, then that many bytes, then the TIFF stream          brob   type 4, Brotli stream of that box

import { hasAt } from '../bytes/cursor';
import { unbrotli } from '../bytes/decompress';
import { type HeldBytes, type ParserInput, parseHeld } from '../bytes/held';
import { maxBlockBytes } from '../limits';
import type { Container, ImageShape, LocateResult } from '../types';
import type { Box } from './bmff';
import { locateInBoxes } from './box-walk';
import { exifOfItem } from './exif-block';
import { readCodestreamShape } from './jxl-codestream';

/** Bytes of the codestream that contain SizeHeader and the start of ImageMetadata. */
const headerBytes = 64;

export const jxl: Container = {
  name: 'jxl',
  matches: (head) => hasAt(head, 0, '\xff\x0a') || hasAt(head, 0, '\0\0\0\x0cJXL \r\n\x87\n'),
  locate: (reader) => parseHeld(reader, locate),
};

function locate(file: ParserInput): LocateResult {
  const head = file.upTo(0, headerBytes);
  if (hasAt(head, 0, '\xff\x0a')) return { shape: readCodestreamShape(head), exif: null };
  return locateInBoxes(file, { name: 'JPEG XL', isExif, readExifBox, readShape });
}

/** The shape from the start of the codestream, if its first box is long enough. */
function readShape(file: HeldBytes, { type, offset, end }: Box): ImageShape | null {
  if (type !== 'jxlc' && type !== 'jxlp') return null;
  const start = Math.min(end, offset + (type === 'jxlp' ? 4 : 0));
  const codestream = file.upTo(start, Math.min(end - start, headerBytes));
  return hasAt(codestream, 0, '\xff\x0a') ? readCodestreamShape(codestream) : null;
}

function isExif(file: HeldBytes, { type, offset, end }: Box): boolean {
  if (type === 'Exif') return true;
  return type === 'brob' && end - offset > 4 && hasAt(file.upTo(offset, 4), 0, 'Exif');
}

/** The EXIF of a box; no bytes when it cannot be decompressed. */
function readExifBox(file: ParserInput, { type, offset, end }: Box): Uint8Array {
  const start = type === 'brob' ? offset + 4 : offset;
  const bytes = file.upTo(start, Math.min(end - start, maxBlockBytes));
  const payload = type === 'brob' ? file.wait(`brob ${offset}`, () => unbrotli(bytes, maxBlockBytes)) : bytes;
  return payload === null ? new Uint8Array(0) : exifOfItem(payload);
}
