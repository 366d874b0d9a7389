// Pentax. `AOC`: offsets count from the TIFF header or from the note, which depends on the model. `PENTAX `: from the note.
import { hasAt, u32 } from '../bytes/cursor';
import { known, type Maker, type NoteLayout, previewAt } from './maker';
import type { NoteIfd } from './note-ifd';

export const pentax: Maker = {
  name: 'Pentax',
  layout: ({ bytes, littleEndian }): NoteLayout | null => {
    if (hasAt(bytes, 0, 'AOC\0')) return { ifd: 6, base: 'either', littleEndian: order(bytes, 4) ?? littleEndian };
    if (hasAt(bytes, 0, 'PENTAX \0')) return { ifd: 10, base: 0, littleEndian: hasAt(bytes, 8, 'II') };
    if (hasAt(bytes, 0, 'RICOH\0II')) return { ifd: 8, base: 0, littleEndian: true };
    return hasAt(bytes, 0, 'S1\0') ? { ifd: 12, base: 0, littleEndian } : null;
  },
  facts: ({ ifd }) =>
    known({
      lensId: lensId(ifd),
      serialNumber: ifd.text(0x0229),
      internalSerialNumber: internalSerialNumber(ifd),
      shutterCount: shutterCount(ifd),
    }),
  preview: (ifd) => previewAt(ifd, 0x0004, 0x0003),
};

function order(bytes: Uint8Array, at: number): boolean | null {
  if (hasAt(bytes, at, 'II')) return true;
  return hasAt(bytes, at, 'MM') ? false : null;
}

/** LensRec: series and number. */
function lensId(ifd: NoteIfd): string | null {
  const [series = 0, number = 0] = ifd.bytes(0x003f) ?? [];
  return series === 0 && number === 0 ? null : `${series} ${number}`;
}

/** The fifth number of CameraInfo, which begins with the model: that has to be the one of PentaxModelID. */
function internalSerialNumber(ifd: NoteIfd): string | null {
  const [model] = ifd.numbers(0x0005);
  const info = ifd.numbers(0x0215);
  const serial = info[4];
  return model === undefined || info[0] !== model || serial === undefined || serial === 0 ? null : String(serial);
}

/** Four bytes, big-endian, XOR the date, XOR the complement of the time. */
function shutterCount(ifd: NoteIfd): number | null {
  const stored = ifd.bytes(0x005d);
  const date = ifd.bytes(0x0006);
  const time = ifd.bytes(0x0007);
  if (stored?.length !== 4 || date?.length !== 4 || time?.length !== 3) return null;
  const clock = Uint8Array.of(...time, 0);
  return (u32(stored, 0, false) ^ u32(date, 0, false) ^ ~u32(clock, 0, false)) >>> 0;
}
