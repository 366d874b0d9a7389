// The seam between reading a maker note and knowing what a maker puts there.
import type { NoteFacts } from './answers';
import type { NoteIfd } from './note-ifd';

/** A note as found: its bytes, and the camera and byte order of the EXIF around it. */
export type NoteHead = Readonly<{ bytes: Uint8Array; make: string; littleEndian: boolean }>;

/**
 * How a note is laid out. `ifd` and `base` are bytes from the start of the note; `tiff`: offsets count from the TIFF header
 * around the note; `either`: from that or from the note, as it depends on the model; `packed`: from the TIFF header, or, in a
 * note that was moved, from where the first value follows the IFD. `littleEndian`: the order to try first.
 */
export type NoteLayout = Readonly<{ ifd: number; base: number | 'tiff' | 'either' | 'packed'; littleEndian: boolean }>;

/** The IFD of a note, and the camera by the EXIF. */
export type OpenNote = Readonly<{ ifd: NoteIfd; model: string }>;

/** Where a JPEG is: `start` counts from the base of an IFD's offsets. */
export type NotePreview = Readonly<{ ifd: NoteIfd; start: number; length: number }>;

/**
 * One format of notes. `layout` is null for a note of another one. `preview`: the place of a preview that is a JPEG; absent for
 * makers that have none in a certain place.
 */
export type Maker = Readonly<{
  name: string;
  layout(note: NoteHead): NoteLayout | null;
  facts(note: OpenNote): NoteFacts;
  preview?(ifd: NoteIfd): NotePreview | null;
}>;

/** The preview whose start and length are the values of two tags of an IFD; null without them. */
export function previewAt(ifd: NoteIfd | null, startTag: number, lengthTag: number): NotePreview | null {
  const [start = 0] = ifd?.numbers(startTag) ?? [];
  const [length = 0] = ifd?.numbers(lengthTag) ?? [];
  return ifd === null || start === 0 || length === 0 ? null : { ifd, start, length };
}

/** The facts without those that are not known. */
export function known(facts: { readonly [Name in keyof NoteFacts]: NoteFacts[Name] | null }): NoteFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null)) as NoteFacts;
}

/** Whether EXIF names a camera of a maker. */
export function isMake({ make }: NoteHead, name: string): boolean {
  return make.toLowerCase().startsWith(name);
}
