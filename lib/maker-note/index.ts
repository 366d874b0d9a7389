// Maker notes: what they say about lens, serial numbers, shutter count and capture, without any guess. Enciphered data that
// needs a key is left unread.
import type { BlockWarning } from '../block/block';
import { ProblemError } from '../problem';
import type { StreamDocuments } from '../tiff/document';
import type { RangeReader } from '../types';
import type { MakerNoteAnswers, NoteFacts } from './answers';
import { apple } from './apple';
import { canon, canonHome } from './canon';
import { dji } from './dji';
import { type FoundNote, findNote } from './find-note';
import { fujifilm } from './fujifilm';
import type { Maker, NoteLayout } from './maker';
import { nikon } from './nikon';
import type { NoteBytes } from './note-bytes';
import { parseNote } from './note-bytes';
import { guessOrder, type IfdPlace, openIfd } from './note-ifd';
import { olympus } from './olympus';
import { panasonic } from './panasonic';
import { pentax } from './pentax';
import { samsung } from './samsung';
import { sony } from './sony';

export { answerGroups, dropAnswers, type FocusDistance, type MakerNoteAnswers } from './answers';

/** The formats in the order in which they are tried: those with a signature come before those without. */
export const makers: readonly Maker[] = [apple, fujifilm, panasonic, olympus, pentax, nikon, sony, canon, samsung, dji];

/**
 * The answers of the maker note of an image; null when it has none, or one of another format. It is nearly always in memory
 * already; otherwise at most four ranges are read. A note that is damaged, or beyond the budget, gives fewer answers and a
 * warning.
 */
export async function readMakerNote(
  image: Readonly<{ container: string; exif: StreamDocuments | null }>,
  file: RangeReader,
): Promise<MakerNoteAnswers | null> {
  try {
    const note = await findNote(image, file);
    return note === null ? null : await answersOf(note);
  } catch (error) {
    if (!(error instanceof ProblemError && ['DamagedImage', 'BudgetExceeded'].includes(error.code))) throw error;
    return null;
  }
}

function answersOf(note: FoundNote): Promise<MakerNoteAnswers | null> {
  return parseNote(note.reader, note, (bytes) => {
    const head = bytes.at(note.start, note.end - note.start);
    if (head === null) return null;
    for (const maker of makers) {
      const layout = maker.layout({ ...note, bytes: head });
      if (layout !== null) return answersIn(maker, layout, note, bytes, head);
    }
    return null;
  });
}

function answersIn(
  maker: Maker,
  layout: NoteLayout,
  note: FoundNote,
  bytes: NoteBytes,
  head: Uint8Array,
): MakerNoteAnswers {
  const warnings = new Set<string>();
  const place = placeOf(layout, note, bytes, maker === canon ? canonHome(head) : null);
  const ifd =
    place === null
      ? null
      : openIfd(place, () => {
          warnings.add('the note was moved: values outside of their entries are left out');
        });
  if (ifd === null) warnings.add(`no IFD can be read in the note of ${maker.name}`);
  const facts: NoteFacts = ifd === null ? {} : maker.facts({ ifd, model: note.model });
  return { maker: maker.name, ...facts, warnings: [...warnings].map(warningOf) };
}

function warningOf(detail: string): BlockWarning {
  return { block: 'makernote', detail };
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
  return { bytes, note, start, littleEndian: order, bases, strict: typeof base !== 'number' };
}
