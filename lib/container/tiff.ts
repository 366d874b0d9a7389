// TIFF and BigTIFF: the file is the EXIF block [TIFF 6.0; BigTIFF].
import { isTiff } from '../tiff/header';
import type { Container, ExifDocument, ImageShape } from '../types';

const imageWidth = 0x0100;
const imageLength = 0x0101;

export const tiff: Container = {
  name: 'tiff',
  matches: isTiff,
  locate: async (reader) => ({ shape: { width: null, height: null, frames: 1, animated: false }, exif: { reader } }),
  shapeOf,
};

/** The size that IFD0 states, and a page for each IFD of the chain. */
function shapeOf(document: ExifDocument): ImageShape {
  return {
    width: firstNumber(document, imageWidth),
    height: firstNumber(document, imageLength),
    frames: document.pages,
    animated: false,
  };
}

function firstNumber(document: ExifDocument, tag: number): number | null {
  const value = document.entries.find((entry) => entry.ifd === 'IFD0' && entry.tag === tag)?.value;
  const first = value instanceof Uint8Array ? undefined : value?.[0];
  return typeof first === 'number' ? first : null;
}
