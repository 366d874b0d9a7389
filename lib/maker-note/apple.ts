// Apple: `Apple iOS`, NUL, 2 bytes of version, byte order; the IFD at 14.
import { hasAt } from '../bytes/cursor';
import type { FocusDistance } from './answers';
import { known, type Maker } from './maker';
import type { NoteIfd } from './note-ifd';

export const apple: Maker = {
  name: 'Apple',
  layout: ({ bytes }) =>
    hasAt(bytes, 0, 'Apple iOS\0') ? { ifd: 14, base: 0, littleEndian: hasAt(bytes, 12, 'II') } : null,
  facts: ({ ifd }) =>
    known({ livePhotoId: ifd.text(0x0011), burstId: ifd.text(0x000b), focusDistance: focusDistance(ifd) }),
};

/** FocusDistanceRange: two distances in either order. */
function focusDistance(ifd: NoteIfd): FocusDistance | null {
  const distances = ifd.rationals(0x000c).map(([numerator, denominator]) => numerator / denominator);
  if (distances.length !== 2 || !distances.every((distance) => distance > 0 && distance < 1e6)) return null;
  return { nearest: Math.min(...distances), farthest: Math.max(...distances) };
}
