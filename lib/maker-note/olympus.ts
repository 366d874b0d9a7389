// Olympus and OM System. `OLYMP` (also of Epson): offsets count from the TIFF header. `OLYMPUS` and `OM SYSTEM`: from the note.
import { hasAt } from '../bytes/cursor';
import type { FocusDistance } from './answers';
import { known, type Maker, type NoteLayout, previewAt } from './maker';
import type { NoteIfd } from './note-ifd';

export const olympus: Maker = {
  name: 'Olympus',
  layout: ({ bytes, littleEndian }): NoteLayout | null => {
    if (hasAt(bytes, 0, 'OM SYSTEM\0')) return { ifd: 16, base: 0, littleEndian: hasAt(bytes, 12, 'II') };
    if (hasAt(bytes, 0, 'OLYMPUS\0')) return { ifd: 12, base: 0, littleEndian: hasAt(bytes, 8, 'II') };
    const isOld = hasAt(bytes, 0, 'OLYMP\0') || hasAt(bytes, 0, 'EPSON\0');
    return isOld ? { ifd: 8, base: 'tiff', littleEndian } : null;
  },
  facts: ({ ifd }) => {
    const equipment = ifd.sub(0x2010);
    return known({
      lens: equipment?.text(0x0203) ?? null,
      lensId: equipment === null ? null : lensId(equipment),
      serialNumber: equipment?.text(0x0101) ?? ifd.text(0x0404),
      lensSerialNumber: equipment?.text(0x0202) ?? null,
      internalSerialNumber: equipment?.text(0x0102) ?? null,
      focusDistance: focusDistance(ifd.sub(0x2050)),
    });
  },
  preview: (ifd) => previewAt(ifd.sub(0x2020), 0x0101, 0x0102),
};

/** LensType, 6 bytes: make, nothing, model, sub-model, nothing. All zero: no lens. */
function lensId(equipment: NoteIfd): string | null {
  const [make = 0, , model = 0, sub = 0] = equipment.bytes(0x0201) ?? [];
  if (make === 0 && model === 0) return null;
  return [make.toString(16), hex(model), hex(sub)].join(' ');
}

/** FocusDistance of FocusInfo: millimetres, whatever the denominator is. 0 and all ones: infinity, or not measured. */
function focusDistance(focusInfo: NoteIfd | null): FocusDistance | null {
  const [millimetres = 0] = focusInfo?.rationals(0x0305)[0] ?? [];
  if (millimetres === 0 || millimetres === 0xffff_ffff) return null;
  return { nearest: millimetres / 1000, farthest: millimetres / 1000 };
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
