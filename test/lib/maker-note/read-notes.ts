// Reads the note in a TIFF stream as it is read in an image.
import { memoryReader } from '../../../lib/bytes/reader';
import { type MakerNoteAnswers, readMakerNote } from '../../../lib/maker-note';
import { readStreams } from '../../../lib/tiff/document';
import type { RangeReader } from '../../../lib/types';

export async function readNoteOf(stream: Uint8Array, reader?: RangeReader): Promise<MakerNoteAnswers | null> {
  const exif = await readStreams({ streams: [{ reader: reader ?? memoryReader(stream), root: 'IFD0' }] });
  return readMakerNote({ container: 'jpeg', exif }, memoryReader(stream));
}
