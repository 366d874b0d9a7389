// Casio, from 2001 on: `QVC`, 3 NULs; the IFD at 6. It has a preview, and none of the answers.
import { hasAt } from '../bytes/cursor';
import { type Maker, previewAt } from './maker';

export const casio: Maker = {
  name: 'Casio',
  layout: ({ bytes, littleEndian }) => (hasAt(bytes, 0, 'QVC\0\0\0') ? { ifd: 6, base: 'packed', littleEndian } : null),
  facts: () => ({}),
  preview: (ifd) => previewAt(ifd, 0x0004, 0x0003),
};
