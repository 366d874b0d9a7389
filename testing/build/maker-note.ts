// Builds maker notes: an IFD after a header, with offsets that count from any place, inside a TIFF stream.
import { concat, latin1, u16, u32 } from './bytes';
import { ascii, buildTiff, type Field, pointer, undefinedField } from './tiff';

/** An entry of a note, or one that leads to an IFD below. */
export type NoteField = Field | Readonly<{ tag: number; sub: readonly NoteField[] }>;

/**
 * `header`: the bytes before the IFD. `base`: the place in the note from which offsets count; `tiff`: the TIFF header around.
 * `trailer`: bytes after the values, made from the place of the note in the stream.
 */
export type NoteShape = Readonly<{
  header?: Uint8Array;
  base: number | 'tiff';
  fields: readonly NoteField[];
  trailer?: (start: number) => Uint8Array;
}>;

export type Camera = Readonly<{ make: string; model?: string; littleEndian?: boolean; noteOrder?: boolean }>;

/** The bytes of a note that is at `start` of its stream. */
export function noteAt(shape: NoteShape, start: number, littleEndian: boolean): Uint8Array {
  const { header = new Uint8Array(0), base, fields, trailer } = shape;
  const shift = base === 'tiff' ? start : -base;
  const body = ifdBytes(fields, header.length, shift, littleEndian);
  return concat(header, body, trailer?.(start) ?? new Uint8Array(0));
}

/** An IFD at `at` of a note, followed by its values and the IFDs below it. */
function ifdBytes(fields: readonly NoteField[], at: number, shift: number, littleEndian: boolean): Uint8Array {
  const entries: Uint8Array[] = [];
  const values: Uint8Array[] = [];
  let next = at + 2 + fields.length * 12 + 4;
  const place = (value: Uint8Array): Uint8Array => {
    const padded = value.length % 2 === 0 ? value : concat(value, Uint8Array.of(0));
    values.push(padded);
    next += padded.length;
    return u32(next - padded.length + shift, littleEndian);
  };
  for (const field of fields) {
    const head = (type: number, count: number) =>
      concat(u16(field.tag, littleEndian), u16(type, littleEndian), u32(count, littleEndian));
    if ('sub' in field) {
      entries.push(head(4, 1), place(ifdBytes(field.sub, next, shift, littleEndian)));
      continue;
    }
    const value = field.encode(littleEndian, []);
    const inline = concat(value, new Uint8Array(Math.max(0, 4 - value.length)));
    const { type = field.type, count = field.count, offset } = field.raw;
    const stored =
      offset === undefined ? (value.length <= 4 ? inline : place(value)) : u32(Number(offset), littleEndian);
    entries.push(head(type, Number(count)), stored);
  }
  return concat(u16(fields.length, littleEndian), ...entries, u32(0), ...values);
}

/** A stream with a note in its Exif IFD, and the place of the note. `gap`: bytes before everything, which move the note. */
export function streamWithNote(
  { make, model = 'Camera', littleEndian = true, noteOrder = littleEndian }: Camera,
  shape: NoteShape,
  gap = 0,
): Readonly<{ bytes: Uint8Array; start: number; note: Uint8Array }> {
  const length = noteAt(shape, 0, noteOrder).length;
  const start = startOf(streamAround({ make, model, littleEndian }, latin1('?'.repeat(length)), gap), length);
  const note = noteAt(shape, start, noteOrder);
  return { bytes: streamAround({ make, model, littleEndian }, note, gap), start, note };
}

/** A stream with the bytes of a note, whatever they are. */
export function streamAround(
  { make, model = 'Camera', littleEndian = true }: Camera,
  note: Uint8Array,
  gap = 0,
): Uint8Array {
  const exif = { fields: [undefinedField(0x927c, note)] };
  return buildTiff(
    { fields: [ascii(0x010f, make), ascii(0x0110, model), pointer(0x8769, [exif])] },
    { littleEndian, gap },
  );
}

function startOf(bytes: Uint8Array, length: number): number {
  const mark = latin1('?'.repeat(length)).join();
  for (let start = 0; start + length <= bytes.length; start++) {
    if (bytes[start] === 0x3f && bytes.subarray(start, start + length).join() === mark) return start;
  }
  throw new Error('the note is not in its stream');
}
