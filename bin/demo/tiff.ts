// Writes a TIFF stream with the IFDs after everything that they point at, as some cameras do [TIFF 6.0 section 2].

/** The bytes of a strip, or of a thumbnail: the value of the field is their offset. */
type Blob = Readonly<{ blob: Uint8Array }>;
/** Another IFD: the value of the field is its offset. */
type Child = Readonly<{ ifd: Ifd }>;

/** A field. The type is that of TIFF: 1 BYTE, 2 ASCII, 3 SHORT, 4 LONG, 5 RATIONAL, 7 UNDEFINED, 10 SRATIONAL. */
export type Field = readonly [tag: number, type: number, value: string | readonly number[] | Blob | Child];

/** The fields in any order. `next` is the next IFD of the chain. */
export type Ifd = Readonly<{ fields: readonly Field[]; next?: Ifd }>;

/** Bytes of one number of a type. A rational is two numbers. */
const numberLength: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 4, 7: 1, 10: 4 };
const isPair = (type: number): boolean => type === 5 || type === 10;

/** A little-endian stream with IFD0 at its end. */
export function tiffStream(ifd0: Ifd): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  let end = 8;
  const add = (bytes: Uint8Array): number => {
    const offset = end;
    const even = bytes.length + (bytes.length % 2);
    parts.push(bytes, new Uint8Array(even - bytes.length));
    end += even;
    return offset;
  };
  const start = addIfd(ifd0, add);
  const stream = new Uint8Array(end);
  stream.set([0x49, 0x49, 42, 0]);
  stream.set(numbers([start], 4), 4);
  let at = 8;
  for (const part of parts) {
    stream.set(part, at);
    at += part.length;
  }
  return stream;
}

/** Puts bytes at the end of the stream and returns their offset, which is even. */
type Add = (bytes: Uint8Array) => number;

function addIfd({ fields, next }: Ifd, add: Add): number {
  const nextOffset = next === undefined ? 0 : addIfd(next, add);
  const entries = [...fields].sort(([a], [b]) => a - b).map((field) => entry(field, add));
  return add(Uint8Array.from([...numbers([entries.length], 2), ...entries.flat(), ...numbers([nextOffset], 4)]));
}

/** The 12 bytes of an entry. A value of more than 4 bytes is put before the IFD. */
function entry([tag, type, value]: Field, add: Add): readonly number[] {
  const list = valueNumbers(value, add);
  const bytes = numbers(list, numberLength[type] ?? 1);
  const count = isPair(type) ? list.length / 2 : list.length;
  const inline = bytes.length <= 4 ? [...bytes, 0, 0, 0, 0].slice(0, 4) : numbers([add(bytes)], 4);
  return [...numbers([tag, type], 2), ...numbers([count], 4), ...inline];
}

function valueNumbers(value: Field[2], add: Add): readonly number[] {
  if (typeof value === 'string') return [...new TextEncoder().encode(`${value}\0`)];
  if ('blob' in value) return [add(value.blob)];
  return 'ifd' in value ? [addIfd(value.ifd, add)] : value;
}

function numbers(list: readonly number[], length: number): Uint8Array {
  const bytes = new Uint8Array(list.length * length);
  list.forEach((number, i) => {
    for (let n = 0; n < length; n++) bytes[i * length + n] = number >> (8 * n);
  });
  return bytes;
}
