// The trailer that Samsung's phones write after a JPEG [ExifTool 13.58, Samsung trailer].
//
//   parts: ... type u16, length of the name u32, name, data     "SEFH" version u32 count u32
//   entries: u16, type u16, distance of the part before SEFH u32, size of the part u32      length from SEFH on u32  "SEFT"
import { hasAt, latin1, u16, u32 } from '../../bytes/cursor';
import { moreExifBytes } from '../../limits';
import type { StreamDocuments } from '../../tiff/document';
import type { ByteRange } from '../../types';
import type { FinderInput } from '../block';
import { samsungTrailerBytes } from '../limits';
import type { Piece } from './pieces';

const makeTag = 0x010f;
const motionPhoto = 0x0a30;
/** Bytes of the length and `SEFT`, of `SEFH` with the two numbers after it, and of an entry. */
const [endLength, headerLength, entryLength] = [8, 12, 12];
/** Bytes before the data of a part: type, length of the name, and the name `MotionPhoto_Data`. */
const partHeader = 8 + 16;
/** Bytes of the data when it is only the place of the video: `mpv2`, offset u32, length u32. */
const pointerLength = 12;

type Place = Readonly<{ offset: number; length: number }>;

/**
 * The video after the image. In a file that is longer than a first read, it is looked for only if the EXIF names Samsung as the
 * maker, because that needs a read.
 */
export function samsungPieces({ file, exif, wanted }: FinderInput): readonly Piece[] {
  if (!wanted.has('motion') || (file.size > moreExifBytes && !isSamsung(exif))) return [];
  const tail = { start: Math.max(0, file.size - samsungTrailerBytes), end: file.size };
  const make: Piece['make'] = ([bytes]) => {
    const place = bytes === undefined ? null : videoIn(bytes, tail);
    return place === null ? [] : [{ kind: 'motion', sign: 'samsung-trailer', ...place }];
  };
  return [{ ranges: [tail], make }];
}

function isSamsung(exif: StreamDocuments | null): boolean {
  const entries = exif?.parts.flatMap(({ document }) => document.entries) ?? [];
  const make = entries.find(({ ifd, tag }) => ifd === 'IFD0' && tag === makeTag)?.value;
  return make instanceof Uint8Array && latin1(make, 0, Math.min(make.length, 7)).toLowerCase() === 'samsung';
}

/** The place of the video that the directory at the end of the object names; null when there is none. */
function videoIn(bytes: Uint8Array, tail: ByteRange): Place | null {
  const endAt = bytes.length - endLength;
  if (!hasAt(bytes, endAt + 4, 'SEFT')) return null;
  const directory = endAt - u32(bytes, endAt, true);
  if (!hasAt(bytes, directory, 'SEFH')) return null;
  const entries = directory + headerLength;
  for (let at = entries; at + entryLength <= endAt; at += entryLength) {
    if (u16(bytes, at + 2, true) !== motionPhoto) continue;
    const part = directory - u32(bytes, at + 4, true);
    const length = u32(bytes, at + 8, true) - partHeader;
    const place = length === pointerLength ? pointedTo(bytes, part + partHeader) : null;
    const found = place ?? { offset: tail.start + part + partHeader, length };
    return found.offset >= 0 && found.length > 0 && found.offset + found.length <= tail.end ? found : null;
  }
  return null;
}

function pointedTo(bytes: Uint8Array, at: number): Place | null {
  if (!hasAt(bytes, at, 'mpv2')) return null;
  return { offset: u32(bytes, at + 4, false), length: u32(bytes, at + 8, false) };
}
