// DJI: no header; the IFD at 0. It has speeds and angles, and none of the answers: only the maker is known.
import { isMake, type Maker } from './maker';

export const dji: Maker = {
  name: 'DJI',
  layout: (note) =>
    note.make.trim() === 'DJI' && isMake(note, 'dji')
      ? { ifd: 0, base: 'tiff', littleEndian: note.littleEndian }
      : null,
  facts: () => ({}),
};
