// Finds the maker note of an image: the tag MakerNote, the DNGPrivateData of a DNG, or a box of a CR3.
//
//   DNGPrivateData   "Adobe" NUL, then sections: name 4, length u32; "MakN": byte order 2, place of the note in the original u32
import { hasAt, latin1, u32 } from '../bytes/cursor';
import { type HeldBytes, parseHeld } from '../bytes/held';
import { memoryReader, readRange } from '../bytes/reader';
import { canonBoxes, moovOf } from '../container/cr3';
import { Tag } from '../tag/ids';
import { indexEntries } from '../tag/lookup';
import type { StreamDocument, StreamDocuments } from '../tiff/document';
import { leadsToIfd0, readTiffHeader } from '../tiff/header';
import { payloadStart } from '../tiff/payload-place';
import type { IfdPath, RangeReader, TagEntry } from '../types';
import { maxNoteBytes, maxPrivateSections } from './limits';
import { textOf } from './note-ifd';

/**
 * A note: bytes `start` to `end` of a stream; `tiff` is the place of the TIFF header from which offsets may count, which is
 * negative when the note comes from another file. `littleEndian` is the byte order of the EXIF.
 */
export type FoundNote = Readonly<{
  reader: RangeReader;
  start: number;
  end: number;
  tiff: number;
  littleEndian: boolean;
  make: string;
  model: string;
}>;

/** Text that EXIF has about the camera. */
type Camera = Pick<FoundNote, 'make' | 'model'>;

/** The first note of an image. Throws what the readers throw. */
export async function findNote(
  { container, exif }: Readonly<{ container: string; exif: StreamDocuments | null }>,
  file: RangeReader,
): Promise<FoundNote | null> {
  const parts = exif?.parts ?? [];
  const camera = { make: textIn(parts, Tag.Make), model: textIn(parts, Tag.Model) };
  if (container === 'cr3') return noteInBox(file, camera);
  for (const part of parts) {
    const note = (await noteInTag(part, camera)) ?? (await noteInPrivateData(part, camera));
    if (note !== null) return note;
  }
  return null;
}

function textIn(parts: readonly StreamDocument[], tag: number): string {
  for (const { document } of parts) {
    const value = indexEntries(document).image(tag)?.value;
    const text = value instanceof Uint8Array ? textOf(value) : null;
    if (text !== null) return text;
  }
  return '';
}

/** The content of the first box `CMT3` of a CR3; null when there is none. */
function canonNote(file: HeldBytes): Uint8Array | null {
  const moov = moovOf(file);
  for (const box of canonBoxes(moov)) if (box.type === 'CMT3') return moov.subarray(box.offset, box.end);
  return null;
}

async function noteInBox(file: RangeReader, camera: Camera): Promise<FoundNote | null> {
  const box = await parseHeld(file, (bytes) => canonNote(bytes));
  if (box === null || !leadsToIfd0(box)) return null;
  const { littleEndian, ifd0 } = readTiffHeader(box);
  return { reader: memoryReader(box), start: ifd0, end: box.length, tiff: 0, littleEndian, ...camera };
}

/** Some programs copy the tag to IFD0. */
const noteIfds: readonly IfdPath[] = ['Exif', 'IFD0'];

async function noteInTag(part: StreamDocument, camera: Camera): Promise<FoundNote | null> {
  const entry = part.document.entries.find(({ ifd, tag }) => noteIfds.includes(ifd) && tag === Tag.MakerNote);
  const place = entry === undefined ? null : await placeOf(part, entry);
  return place === null ? null : noteAt(part, place, camera);
}

type Place = Readonly<{ start: number; end: number }>;

function noteAt({ stream, document }: StreamDocument, place: Place, camera: Camera): FoundNote {
  return { reader: stream.reader, ...place, tiff: 0, littleEndian: document.littleEndian, ...camera };
}

/** The value of a tag of bytes, at most `maxNoteBytes` of it; null when it is in its entry. */
async function placeOf({ stream: { reader } }: StreamDocument, entry: TagEntry): Promise<Place | null> {
  const start = await payloadStart(reader, entry);
  if (start === null) return null;
  const end = Math.min(start + entry.count, start + maxNoteBytes, reader.size);
  return start < end ? { start, end } : null;
}

async function noteInPrivateData(part: StreamDocument, camera: Camera): Promise<FoundNote | null> {
  const entry = part.document.entries.find(({ ifd, tag }) => ifd === 'IFD0' && tag === Tag.DNGPrivateData);
  const place = entry === undefined ? null : await placeOf(part, entry);
  if (place === null) return null;
  const { reader } = part.stream;
  const bytes = await readRange(reader, place.start, place.end);
  if (!hasAt(bytes, 0, 'Adobe\0')) return noteAt(part, place, camera);
  let at = 6;
  for (let sections = 0; sections < maxPrivateSections && at + 8 <= bytes.length; sections++) {
    const length = u32(bytes, at + 4, false);
    const content = at + 8;
    if (latin1(bytes, at, 4) === 'MakN' && length > 6 && content + 6 <= bytes.length) {
      const start = place.start + content + 6;
      const end = Math.min(place.start + content + length, place.end);
      const tiff = start - u32(bytes, content + 2, false);
      return { reader, start, end, tiff, littleEndian: hasAt(bytes, content, 'II'), ...camera };
    }
    at = content + length + (length % 2);
  }
  return null;
}
