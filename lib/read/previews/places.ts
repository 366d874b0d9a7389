// Finds every embedded JPEG of an image: in its IFDs, its maker note and its container.
import { findNotePreview } from '../../maker-note';
import { dropEntries, type TagGroup, tagGroups } from '../../tag/groups';
import { Tag } from '../../tag/ids';
import { embeddedJpegs } from '../../tiff/embedded-jpegs';
import type { RangeReader, TagEntry } from '../../types';
import type { ReadImage } from '../record';
import { containerJpegs, tiffHeaderInJpeg } from './in-container';
import { maxPreviewPlaces } from './limits';

/** Bytes of a reader that should be a JPEG. `orientation`: what its own IFD states, 1 to 8. */
export type PreviewPlace = Readonly<{
  reader: RangeReader;
  start: number;
  length: number;
  orientation: number | null;
}>;

/**
 * The places that lie within their reader, the longest first. Nothing that belongs to `groups` leads to one: with `thumbnail`,
 * there is none.
 */
export async function previewPlaces(
  image: ReadImage,
  file: RangeReader,
  groups: readonly TagGroup[],
): Promise<readonly PreviewPlace[]> {
  if (groups.includes('thumbnail')) return [];
  const found: PreviewPlace[] = [];
  for (const { stream, document } of image.exif?.parts ?? []) {
    const places = await embeddedJpegs({ stream, document: dropEntries(document, groups) });
    found.push(...places.map((place) => ({ ...place, reader: stream.reader })));
  }
  for (const { start, end } of await containerJpegs(image.container, file)) {
    found.push({ reader: file, start, length: end - start, orientation: null });
  }
  const ofNote = isNoteDropped(groups) ? null : await notePlace(image, file);
  if (ofNote !== null) found.push(ofNote);
  return found
    .slice(0, maxPreviewPlaces)
    .filter(({ reader, start, length }) => length > 0 && start >= 0 && start + length <= reader.size)
    .toSorted((a, b) => b.length - a.length);
}

function isNoteDropped(groups: readonly TagGroup[]): boolean {
  const note: TagEntry = { ifd: 'Exif', tag: Tag.MakerNote, type: 7, count: 0, offset: 0, value: null };
  return groups.some((group) => tagGroups[group](note));
}

/** In a JPEG, offsets of a note may lead out of the EXIF segment: they count from the same place of the file. */
async function notePlace(image: ReadImage, file: RangeReader): Promise<PreviewPlace | null> {
  const preview = await findNotePreview(image, file);
  if (preview === null) return null;
  const { reader, start, length } = preview;
  if (start + length <= reader.size) return { reader, start, length, orientation: null };
  const header = image.container === 'jpeg' ? await tiffHeaderInJpeg(file) : null;
  return header === null ? null : { reader: file, start: header + start, length, orientation: null };
}
