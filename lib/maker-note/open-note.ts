// Opens the maker note of an image: which format it has, and where its IFD is.
import { ProblemError } from '../problem';
import type { StreamDocuments } from '../tiff/document';
import type { RangeReader } from '../types';
import { apple } from './apple';
import { canon, canonHome } from './canon';
import { casio } from './casio';
import { dji } from './dji';
import { type FoundNote, findNote } from './find-note';
import { fujifilm } from './fujifilm';
import type { Maker, NoteLayout } from './maker';
import { nikon } from './nikon';
import { type NoteBytes, parseNote } from './note-bytes';
import { guessOrder, type IfdPlace, type NoteIfd, openIfd } from './note-ifd';
import { olympus } from './olympus';
import { panasonic } from './panasonic';
import { pentax } from './pentax';
import { samsung } from './samsung';
import { sony } from './sony';

/** The formats in the order in which they are tried: those with a signature come before those without. */
export const makers: readonly Maker[] = [
  apple,
  fujifilm,
  panasonic,
  olympus,
  pentax,
  casio,
  nikon,
  sony,
  canon,
  samsung,
  dji,
];

/** An image whose tags were read. */
export type NotedImage = Readonly<{ container: string; exif: StreamDocuments | null }>;

/** A note and its maker. `ifd` is null when no IFD can be read. `isMoved()`: values outside of their entries were left out. */
export type OpenedNote = Readonly<{ maker: Maker; note: FoundNote; ifd: NoteIfd | null; isMoved(): boolean }>;

/**
 * The result of `use` for the maker note of an image; null when it has none, or one of another format, or it cannot be read
 * within the budget. `use` may be called twice, because its values are read in between.
 */
export async function inNote<T>(
  image: NotedImage,
  file: RangeReader,
  use: (opened: OpenedNote) => T,
): Promise<T | null> {
  try {
    const note = await findNote(image, file);
    if (note === null) return null;
    return await parseNote(note.reader, note, (bytes) => {
      const opened = openNote(note, bytes);
      return opened === null ? null : use(opened);
    });
  } catch (error) {
    if (!(error instanceof ProblemError && ['DamagedImage', 'BudgetExceeded'].includes(error.code))) throw error;
    return null;
  }
}

function openNote(note: FoundNote, bytes: NoteBytes): OpenedNote | null {
  const head = bytes.at(note.start, note.end - note.start);
  if (head === null) return null;
  for (const maker of makers) {
    const layout = maker.layout({ ...note, bytes: head });
    if (layout === null) continue;
    const place = placeOf(layout, note, bytes, maker === canon ? canonHome(head) : null);
    let isMoved = false;
    const onMoved = (): void => {
      isMoved = true;
    };
    return { maker, note, ifd: place === null ? null : openIfd(place, onMoved), isMoved: () => isMoved };
  }
  return null;
}

/** Where the IFD is; null when no byte order fits. `home`: where the note was, for offsets that were not changed. */
function placeOf(
  { ifd, base, littleEndian }: NoteLayout,
  note: FoundNote,
  bytes: NoteBytes,
  home: number | null,
): IfdPlace | null {
  const start = note.start + ifd;
  const order = guessOrder(bytes, start, littleEndian);
  if (order === null) return null;
  const bases =
    typeof base === 'number'
      ? [note.start + base]
      : [note.tiff, ...(base === 'either' ? [note.start] : []), ...(home === null ? [] : [note.start - home])];
  return {
    bytes,
    note,
    start,
    littleEndian: order,
    bases,
    packed: base === 'packed',
    strict: typeof base !== 'number',
  };
}
