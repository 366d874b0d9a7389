// Panasonic: `Panasonic`, 3 NULs; the IFD at 12.
import { hasAt } from '../bytes/cursor';
import { known, type Maker } from './maker';
import { type NoteIfd, textOf } from './note-ifd';

export const panasonic: Maker = {
  name: 'Panasonic',
  layout: ({ bytes, littleEndian }) =>
    hasAt(bytes, 0, 'Panasonic\0\0\0') ? { ifd: 12, base: 'tiff', littleEndian } : null,
  facts: ({ ifd }) =>
    known({
      lens: ifd.text(0x0051),
      lensSerialNumber: ifd.text(0x0052),
      internalSerialNumber: internalSerialNumber(ifd),
    }),
};

/** Letter and factory, the date, a number. Some bodies begin it with NULs; those that have none write `9999:99:99`. */
function internalSerialNumber(ifd: NoteIfd): string | null {
  const bytes = ifd.bytes(0x0025) ?? new Uint8Array(0);
  const text = textOf(bytes.subarray(bytes.findIndex((byte) => byte !== 0)));
  return text !== null && /^[A-Z]/.test(text) ? text : null;
}
