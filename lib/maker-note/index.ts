// Maker notes: what they say about lens, serial numbers, shutter count and capture, without any guess. Enciphered data that
// needs a key is left unread.
import type { RangeReader } from '../types';
import type { MakerNoteAnswers } from './answers';
import { inNote, type NotedImage } from './open-note';

export { answerGroups, dropAnswers, type FocusDistance, type MakerNoteAnswers } from './answers';
export { makers } from './open-note';

/**
 * The answers of the maker note of an image; null when it has none, or one of another format. It is nearly always in memory
 * already; otherwise at most four ranges are read. A note that is damaged, or beyond the budget, gives fewer answers and a
 * warning.
 */
export function readMakerNote(image: NotedImage, file: RangeReader): Promise<MakerNoteAnswers | null> {
  return inNote(image, file, ({ maker, note, ifd, isMoved }): MakerNoteAnswers => {
    const facts = ifd === null ? {} : maker.facts({ ifd, model: note.model });
    const details = [
      ...(ifd === null ? [`no IFD can be read in the note of ${maker.name}`] : []),
      ...(isMoved() ? ['the note was moved: values outside of their entries are left out'] : []),
    ];
    return { maker: maker.name, ...facts, warnings: details.map((detail) => ({ block: 'makernote', detail })) };
  });
}

/**
 * Where the preview of a maker note is: bytes of the stream that `reader` reads, which may lie outside of it. null when the note
 * does not name a certain place.
 */
export function findNotePreview(
  image: NotedImage,
  file: RangeReader,
): Promise<Readonly<{ reader: RangeReader; start: number; length: number }> | null> {
  return inNote(image, file, ({ maker, note, ifd }) => {
    const preview = ifd === null ? null : (maker.preview?.(ifd) ?? null);
    const base = preview?.ifd.base ?? null;
    return preview === null || base === null
      ? null
      : { reader: note.reader, start: base + preview.start, length: preview.length };
  });
}
