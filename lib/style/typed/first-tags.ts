// The first entry of each tag in the IFDs that describe the image, its numbers and its text.
import { isBeyondLimits } from '../../tag/pointer';
import type { Rational, TagEntry } from '../../types';

const BYTE = 1;
const ASCII = 2;
/** Characters of the longest text that is looked at. */
const maxText = 64;
/** Numbers of a value that are looked at. */
const maxNumbers = 4;

/** Looks up a tag in IFD0, then the Exif IFD; or in the GPS IFD. */
export type FirstTags = Readonly<{
  image(tag: number): TagEntry | undefined;
  gps(tag: number): TagEntry | undefined;
}>;

/** The first of each tag wins, IFD0 over Exif, as in the default style. */
export function firstTags(entries: readonly TagEntry[]): FirstTags {
  const found = {
    IFD0: new Map<number, TagEntry>(),
    Exif: new Map<number, TagEntry>(),
    GPS: new Map<number, TagEntry>(),
  };
  for (const entry of entries) {
    const { ifd, tag } = entry;
    if (ifd !== 'IFD0' && ifd !== 'Exif' && ifd !== 'GPS') continue;
    if (!found[ifd].has(tag) && !isBeyondLimits(entry)) found[ifd].set(tag, entry);
  }
  return { image: (tag) => found.IFD0.get(tag) ?? found.Exif.get(tag), gps: (tag) => found.GPS.get(tag) };
}

/** The text of an ASCII value up to its first NUL, a character a byte; null for what is none. */
export function asciiOf(entry: TagEntry | undefined): string | null {
  if (!(entry?.value instanceof Uint8Array) || entry.type !== ASCII) return null;
  const shown = entry.value.subarray(0, maxText);
  const end = shown.indexOf(0);
  return String.fromCharCode(...(end < 0 ? shown : shown.subarray(0, end)));
}

/** The first numbers of a value; rationals as pairs. Of what is text or UNDEFINED: none. */
export function partsOf(entry: TagEntry | undefined): readonly (number | Rational)[] {
  const value = entry?.value ?? [];
  return value instanceof Uint8Array && entry?.type !== BYTE ? [] : [...value.slice(0, maxNumbers)];
}

/** The first number of a value, quotients included; null where there is none or it is not finite. */
export function numberOf(entry: TagEntry | undefined): number | null {
  return quotient(partsOf(entry)[0]);
}

/** What a number or rational is worth; null without one, and for a quotient by zero. */
export function quotient(part: number | Rational | undefined): number | null {
  if (part === undefined) return null;
  const number = typeof part === 'number' ? part : part[0] / part[1];
  return Number.isFinite(number) ? number : null;
}
