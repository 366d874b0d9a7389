// Reads an IFD of a maker note: lazily, by tag, within narrow limits. What is damaged has no value.
//
//   IFD   count 2   entry * count: tag 2, type 2, count 4, value or its offset 4
import { latin1, u16, u32 } from '../bytes/cursor';
import { ASCII, BYTE, LONG, typeOf, UNDEFINED } from '../tiff/type';
import { decodeValue } from '../tiff/value';
import type { ByteRange, Rational } from '../types';
import { maxNoteDepth, maxNoteEntries, maxNoteText, maxNoteValueBytes } from './limits';
import type { NoteBytes } from './note-bytes';

/** The values of an IFD by tag. A value that is absent, of another type, or outside of the limits is null or empty. */
export type NoteIfd = Readonly<{
  littleEndian: boolean;
  /** The place in the stream from which offsets count; null when it is not certain. */
  base: number | null;
  /** The stored bytes, of any type. */
  bytes(tag: number): Uint8Array | null;
  /** A printable text without spaces around it, up to the first NUL; null when it is empty. */
  text(tag: number): string | null;
  /** Numbers of more than one byte. */
  numbers(tag: number): readonly number[];
  rationals(tag: number): readonly Rational[];
  /** The IFD that a tag leads to, or contains. */
  sub(tag: number): NoteIfd | null;
}>;

/**
 * Where an IFD is. `bases`: places from which its offsets may count; that one is used with which most values lie in `note`.
 * `packed`: one more is that with which the first value follows the IFD. `strict`: if less than half of them do, the note was moved, and only values that are in their entry are read.
 */
export type IfdPlace = Readonly<{
  bytes: NoteBytes;
  note: ByteRange;
  start: number;
  littleEndian: boolean;
  bases: readonly number[];
  packed: boolean;
  strict: boolean;
}>;

type Entry = Readonly<{ tag: number; type: number; count: number; length: number; at: number }>;

/** Bytes of an entry, and of a value that is in its entry. */
const entryLength = 12;
const inlineLength = 4;

/** The IFD at a place; null when there is none. `onMoved` is called when values in other places are left out. */
export function openIfd(place: IfdPlace, onMoved: () => void): NoteIfd | null {
  return open(place, onMoved, 0, new Set());
}

/**
 * The byte order in which the IFD at `start` has a usual number of entries that fit; `preferred` when both do, null when none
 * does.
 */
export function guessOrder(bytes: NoteBytes, start: number, preferred: boolean): boolean | null {
  const head = bytes.at(start, 2);
  if (head === null) return null;
  const fits = (littleEndian: boolean): boolean => {
    const count = u16(head, 0, littleEndian);
    return count > 0 && count <= maxNoteEntries && start + 2 + count * entryLength <= bytes.size;
  };
  if (fits(preferred)) return preferred;
  return fits(!preferred) ? !preferred : null;
}

function open(place: IfdPlace, onMoved: () => void, depth: number, visited: Set<number>): NoteIfd | null {
  const { bytes, start, littleEndian } = place;
  if (depth > maxNoteDepth || visited.has(start)) return null;
  visited.add(start);
  const entries = entriesAt(bytes, start, littleEndian);
  if (entries === null) return null;
  const base = baseOf(place, entries);
  if (base === null) onMoved();
  const byTag = new Map<number, Entry>();
  for (const entry of entries) if (!byTag.has(entry.tag)) byTag.set(entry.tag, entry);

  const valueStart = (entry: Entry): number | null => {
    if (entry.length <= inlineLength) return entry.at + 8;
    const head = bytes.at(entry.at + 8, 4);
    return head === null || base === null ? null : base + u32(head, 0, littleEndian);
  };
  const stored = (tag: number): Readonly<{ entry: Entry; value: Uint8Array }> | null => {
    const entry = byTag.get(tag);
    const from = entry === undefined || entry.length > maxNoteValueBytes ? null : valueStart(entry);
    const value = entry === undefined || from === null ? null : bytes.at(from, entry.length);
    return entry === undefined || value === null ? null : { entry, value };
  };
  const decoded = (tag: number): readonly number[] | readonly Rational[] => {
    const found = stored(tag);
    if (found === null) return [];
    const value = decodeValue(found.value, 0, found.entry.type, found.entry.count, littleEndian);
    return value === null || value instanceof Uint8Array ? [] : value;
  };
  return {
    littleEndian,
    base,
    bytes: (tag) => stored(tag)?.value ?? null,
    text: (tag) => {
      const found = stored(tag);
      return found === null || ![BYTE, ASCII, UNDEFINED].includes(found.entry.type) ? null : textOf(found.value);
    },
    numbers: (tag) => decoded(tag).filter((value): value is number => typeof value === 'number'),
    rationals: (tag) => decoded(tag).filter((value): value is Rational => typeof value !== 'number'),
    sub: (tag) => {
      const entry = byTag.get(tag);
      const from = entry === undefined ? null : subStart(place, entry, base, valueStart);
      return from === null
        ? null
        : open({ ...place, start: from, bases: [base ?? 0], packed: false }, onMoved, depth + 1, visited);
    },
  };
}

/** The entries of known types, as many as the stream has; null when the count is that of no IFD. */
function entriesAt(bytes: NoteBytes, start: number, littleEndian: boolean): readonly Entry[] | null {
  const head = bytes.at(start, 2);
  const claimed = head === null ? 0 : u16(head, 0, littleEndian);
  if (claimed === 0 || claimed > maxNoteEntries) return null;
  const count = Math.min(claimed, Math.floor((bytes.size - start - 2) / entryLength));
  const all = bytes.at(start + 2, count * entryLength);
  if (all === null) return null;
  const entries: Entry[] = [];
  for (let i = 0; i < count; i++) {
    const at = i * entryLength;
    const type = u16(all, at + 2, littleEndian);
    const size = typeOf(type)?.size;
    if (size === undefined) continue;
    const values = u32(all, at + 4, littleEndian);
    entries.push({
      tag: u16(all, at, littleEndian),
      type,
      count: values,
      length: values * size,
      at: start + 2 + at,
    });
  }
  return entries;
}

/** The base to use; null when values outside of their entries cannot be trusted. */
function baseOf(place: IfdPlace, entries: readonly Entry[]): number | null {
  const { bytes, note, start, littleEndian, packed } = place;
  const ifdEnd = start + 2 + entries.length * entryLength;
  const pointing = entries.flatMap(({ at, length }) => {
    const head = length > inlineLength ? bytes.at(at + 8, 4) : null;
    return head === null ? [] : [{ offset: u32(head, 0, littleEndian), length }];
  });
  const lowest = pointing.reduce((least, { offset }) => Math.min(least, offset), Infinity);
  const bases = packed && lowest < Infinity ? [...place.bases, ifdEnd + 4 - lowest] : place.bases;
  const fits = bases.map((base) => {
    const inside = pointing.filter(
      ({ offset, length }) => base + offset >= ifdEnd && base + offset + length <= note.end,
    );
    return { base, inside: inside.length, gap: base + lowest - ifdEnd };
  });
  // Of two bases with which all values lie inside, the one that leaves less room after the IFD is right.
  const best = fits.reduce((first, next) =>
    next.inside > first.inside || (next.inside === first.inside && next.gap < first.gap) ? next : first,
  );
  return place.strict && best.inside * 2 < pointing.length ? null : best.base;
}

/** A sub-IFD is a value of the type UNDEFINED, or its offset is. */
function subStart(
  { bytes, littleEndian }: IfdPlace,
  entry: Entry,
  base: number | null,
  valueStart: (entry: Entry) => number | null,
): number | null {
  if (entry.type === UNDEFINED) return valueStart(entry);
  const head = bytes.at(entry.at + 8, 4);
  if (head === null || base === null || typeOf(entry.type)?.size !== typeOf(LONG)?.size || entry.count !== 1)
    return null;
  return base + u32(head, 0, littleEndian);
}

/** A printable text in ASCII. */
export function textOf(bytes: Uint8Array): string | null {
  const nul = bytes.indexOf(0);
  const length = Math.min(nul < 0 ? bytes.length : nul, maxNoteText);
  const text = latin1(bytes, 0, length).trim();
  return text !== '' && /^[\x20-\x7e]+$/.test(text) ? text : null;
}
