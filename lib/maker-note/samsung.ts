// Samsung: no header; the first entry is MakerNoteVersion, a text such as `0100`. Offsets count from the TIFF header or from the
// note, which depends on the model.
import { hasAt } from '../bytes/cursor';
import { isMake, known, type Maker } from './maker';

export const samsung: Maker = {
  name: 'Samsung',
  layout: (note) => {
    const { bytes, littleEndian } = note;
    const hasVersion = hasAt(bytes, 2, littleEndian ? '\x01\0' : '\0\x01') && hasAt(bytes, 10, '01');
    return isMake(note, 'samsung') && hasVersion ? { ifd: 0, base: 'either', littleEndian } : null;
  },
  facts: ({ ifd }) => {
    const [lens = 0] = ifd.numbers(0xa003);
    return known({
      lensId: lens === 0 ? null : String(lens),
      serialNumber: ifd.text(0xa002),
      firmware: ifd.text(0xa001),
    });
  },
};
