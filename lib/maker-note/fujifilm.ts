// Fujifilm: `FUJIFILM` (or `GENERALE`), then the place of the IFD, u32. The note is little-endian whatever EXIF is.
import { hasAt, u32 } from '../bytes/cursor';
import { lensRange } from './lens-range';
import { known, type Maker } from './maker';

export const fujifilm: Maker = {
  name: 'Fujifilm',
  layout: ({ bytes }) => {
    if ((!hasAt(bytes, 0, 'FUJIFILM') && !hasAt(bytes, 0, 'GENERALE')) || bytes.length < 12) return null;
    return { ifd: u32(bytes, 8, true), base: 0, littleEndian: true };
  },
  facts: ({ ifd }) => {
    const [shortest = 0, longest = 0, wide = 0, tele = 0] = [0x1404, 0x1405, 0x1406, 0x1407].map((tag) => {
      const [numerator, denominator] = ifd.rationals(tag)[0] ?? [0, 1];
      return numerator / denominator;
    });
    return known({
      lensRange: lensRange([shortest, longest], [wide, tele]),
      internalSerialNumber: ifd.text(0x0010),
    });
  },
};
