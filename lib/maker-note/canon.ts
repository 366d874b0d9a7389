// Canon: no header; the IFD at 0. A program that moves the note may leave the offsets; the last 8 bytes then say where it was.
import { hasAt, u32 } from '../bytes/cursor';
import type { FocusDistance } from './answers';
import { lensRange } from './lens-range';
import { isMake, known, type Maker } from './maker';
import type { NoteIfd } from './note-ifd';

/** LensType of every RF lens; RFLensType has the number. */
const anyRfLens = 61_182;
/** LensType of a lens that is not known, or that is fixed. */
const noLens: readonly number[] = [0, 65_535];
/** FocusDistanceUpper without a limit. */
const infinity = 65_535;

export const canon: Maker = {
  name: 'Canon',
  layout: (note) => (isMake(note, 'canon') ? { ifd: 0, base: 'tiff', littleEndian: note.littleEndian } : null),
  facts: ({ ifd, model }) => {
    const settings = ifd.numbers(0x0001);
    return known({
      lens: ifd.text(0x0095),
      lensId: lensId(settings, ifd),
      lensRange: focalRange(settings),
      serialNumber: serialNumber(ifd, model),
      lensSerialNumber: lensSerialNumber(ifd),
      internalSerialNumber: ifd.text(0x0096),
      focusDistance: focusDistance(ifd),
      firmware: ifd.text(0x0007),
      owner: ifd.text(0x0009),
    });
  },
};

/** The place of the TIFF header for which the offsets of a note of Canon were written; null when its last bytes do not say it. */
export function canonHome(note: Uint8Array): number | null {
  const at = note.length - 8;
  const littleEndian = hasAt(note, at, 'II\x2a\0');
  return littleEndian || hasAt(note, at, 'MM\0\x2a') ? u32(note, at + 4, littleEndian) : null;
}

function lensId(settings: readonly number[], ifd: NoteIfd): string | null {
  const type = settings[22];
  const id = type === anyRfLens ? ifd.numbers(0x0093)[61] : type;
  return id === undefined || noLens.includes(id) ? null : String(id);
}

/** MaxFocalLength and MinFocalLength, in parts of a millimetre. */
function focalRange(settings: readonly number[]): string | null {
  const [longest = 0, shortest = 0, units = 0] = settings.slice(23, 26);
  return units === 0 ? null : lensRange([shortest / units, longest / units]);
}

/** A number, printed with the digits of the body. */
function serialNumber(ifd: NoteIfd, model: string): string | null {
  const [serial = 0] = ifd.numbers(0x000c);
  if (serial === 0) return null;
  if (/\bEOS D30\b/.test(model)) {
    return `${(serial >>> 16).toString(16)}-${String(serial & 0xffff).padStart(5, '0')}`;
  }
  return String(serial).padStart(/\bEOS-1D/.test(model) ? 6 : 10, '0');
}

function lensSerialNumber(ifd: NoteIfd): string | null {
  const bytes = ifd.bytes(0x4019)?.subarray(0, 5);
  if (bytes === undefined || bytes.length < 5 || bytes.every((byte) => byte === 0)) return null;
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** FileInfo, or ShotInfo of older bodies: the upper and the lower distance in centimetres. 0 = not measured. */
function focusDistance(ifd: NoteIfd): FocusDistance | null {
  const fileInfo = ifd.numbers(0x0093).slice(20, 22);
  const [upper = 0, lower = 0] = (fileInfo[0] ?? 0) > 0 ? fileInfo : ifd.numbers(0x0004).slice(19, 21);
  if (upper <= 0 || lower < 0 || lower > upper) return null;
  return { nearest: lower / 100, farthest: upper >= infinity ? null : upper / 100 };
}
