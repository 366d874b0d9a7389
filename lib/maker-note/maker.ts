// The seam between reading a maker note and knowing what a maker puts there.
import type { NoteFacts } from './answers';
import type { NoteIfd } from './note-ifd';

/** A note as found: its bytes, and the camera and byte order of the EXIF around it. */
export type NoteHead = Readonly<{ bytes: Uint8Array; make: string; littleEndian: boolean }>;

/**
 * How a note is laid out. `ifd` and `base` are bytes from the start of the note; `tiff`: offsets count from the TIFF header
 * around the note; `either`: from that or from the note, as it depends on the model. `littleEndian`: the order to try first.
 */
export type NoteLayout = Readonly<{ ifd: number; base: number | 'tiff' | 'either'; littleEndian: boolean }>;

/** The IFD of a note, and the camera by the EXIF. */
export type OpenNote = Readonly<{ ifd: NoteIfd; model: string }>;

/** One format of notes. `layout` is null for a note of another one. */
export type Maker = Readonly<{
  name: string;
  layout(note: NoteHead): NoteLayout | null;
  facts(note: OpenNote): NoteFacts;
}>;

/** The facts without those that are not known. */
export function known(facts: { readonly [Name in keyof NoteFacts]: NoteFacts[Name] | null }): NoteFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null)) as NoteFacts;
}

/** Whether EXIF names a camera of a maker. */
export function isMake({ make }: NoteHead, name: string): boolean {
  return make.toLowerCase().startsWith(name);
}
