// Builds TIFF and BigTIFF streams: any tree of IFDs, every type, and entries with wrong values.
import { concat, latin1, unsigned, utf8 } from './bytes';

/** Wrong values of an entry, written instead of the right ones. With `offset`, the value itself is not written. */
export type RawEntry = Readonly<{ type?: number; count?: number | bigint; offset?: number | bigint }>;

/** One entry to write. Its value is the offsets of its `targets`, if it has any. */
export type Field = Readonly<{
  tag: number;
  type: number;
  count: number;
  encode(littleEndian: boolean, offsets: readonly number[]): Uint8Array;
  targets: readonly Target[];
  raw: RawEntry;
}>;

/** A target of an offset: an IFD, or bytes such as a strip or a thumbnail. */
export type Target = Ifd | Uint8Array;

/** `next` is an IFD, or an offset that is written unchanged. `claims`: a wrong count of entries to write instead. */
export type Ifd = { fields: Field[]; next?: Ifd | number; claims?: number };

/**
 * The layout: `ifd-values`: each IFD and then its values; `values-ifd`: each IFD after its values; `values-last`: all IFDs,
 * then all values; `ifds-last`: all values, then all IFDs. `gap`: the number of bytes after the header.
 */
export type TiffOptions = Readonly<{
  littleEndian?: boolean;
  big?: boolean;
  place?: 'ifd-values' | 'values-ifd' | 'values-last' | 'ifds-last';
  gap?: number;
  ifd0?: number | bigint;
}>;

type Layout = Readonly<{ littleEndian: boolean; big: boolean }>;
type Block = { offset: number; length: number };
type PlacedIfd = Readonly<{ ifd: Ifd; own: Block; values: ReadonlyMap<Field, Block>; blobs: readonly Block[] }>;

/** The stream of IFD0 and everything that it leads to. */
export function buildTiff(ifd0: Ifd, options: TiffOptions = {}): Uint8Array {
  const layout = { littleEndian: options.littleEndian ?? true, big: options.big ?? false };
  const blobOffsets = new Map<Uint8Array, Block>();
  const placed = collect(ifd0).map((ifd) => planIfd(ifd, layout, blobOffsets));
  const end = place(placed, (layout.big ? 16 : 8) + (options.gap ?? 0), options.place ?? 'ifd-values');
  const offsetOf = new Map<Target, number>(placed.map(({ ifd, own }) => [ifd, own.offset]));
  for (const [blob, { offset }] of blobOffsets) offsetOf.set(blob, offset);
  const bytes = new Uint8Array(end);
  bytes.set(headerBytes(options.ifd0 ?? offsetOf.get(ifd0) ?? 0, layout));
  for (const [blob, { offset }] of blobOffsets) bytes.set(blob, offset);
  for (const one of placed) writeIfd(bytes, one, layout, offsetOf);
  return bytes;
}

/** Every IFD once, in the order of pointers, then of the chain. */
function collect(first: Ifd, found: Ifd[] = []): Ifd[] {
  if (found.includes(first)) return found;
  found.push(first);
  for (const field of first.fields) {
    for (const target of field.targets) if (!(target instanceof Uint8Array)) collect(target, found);
  }
  if (typeof first.next === 'object') collect(first.next, found);
  return found;
}

function planIfd(ifd: Ifd, layout: Layout, blobOffsets: Map<Uint8Array, Block>): PlacedIfd {
  const { big, littleEndian } = layout;
  const values = new Map<Field, Block>();
  const blobs: Block[] = [];
  for (const field of ifd.fields) {
    const { length } = field.encode(littleEndian, blankOffsets(field));
    if (length > (big ? 8 : 4) && field.raw.offset === undefined) values.set(field, { offset: 0, length });
    for (const target of field.targets) {
      if (!(target instanceof Uint8Array) || blobOffsets.has(target)) continue;
      const blob = { offset: 0, length: target.length };
      blobOffsets.set(target, blob);
      blobs.push(blob);
    }
  }
  const length = (big ? 16 : 6) + ifd.fields.length * (big ? 20 : 12);
  return { ifd, own: { offset: 0, length }, values, blobs };
}

function blankOffsets(field: Field): number[] {
  return field.targets.map(() => 0);
}

/** Gives each block an even offset. Returns the end of the last block. */
function place(placed: readonly PlacedIfd[], start: number, order: NonNullable<TiffOptions['place']>): number {
  const valuesOf = ({ values, blobs }: PlacedIfd) => [...values.values(), ...blobs];
  const blocks = {
    'ifd-values': () => placed.flatMap((one) => [one.own, ...valuesOf(one)]),
    'values-ifd': () => placed.flatMap((one) => [...valuesOf(one), one.own]),
    'values-last': () => [...placed.map((one) => one.own), ...placed.flatMap(valuesOf)],
    'ifds-last': () => [...placed.flatMap(valuesOf), ...placed.map((one) => one.own)],
  }[order]();
  return blocks.reduce((end, block) => {
    block.offset = end + (end % 2);
    return block.offset + block.length;
  }, start);
}

function headerBytes(ifd0: number | bigint, { littleEndian, big }: Layout): Uint8Array {
  const number = (value: number | bigint, length: number) => unsigned(value, length, littleEndian);
  const order = latin1(littleEndian ? 'II' : 'MM');
  if (!big) return concat(order, number(42, 2), number(ifd0, 4));
  return concat(order, number(43, 2), number(8, 2), number(0, 2), number(ifd0, 8));
}

function writeIfd(
  bytes: Uint8Array,
  { ifd, own, values }: PlacedIfd,
  { littleEndian, big }: Layout,
  offsetOf: ReadonlyMap<Target, number>,
): void {
  const wide = big ? 8 : 4;
  const number = (value: number | bigint, length: number) => unsigned(value, length, littleEndian);
  const parts = [number(ifd.claims ?? ifd.fields.length, big ? 8 : 2)];
  for (const field of ifd.fields) {
    const value = field.encode(
      littleEndian,
      field.targets.map((target) => offsetOf.get(target) ?? 0),
    );
    const block = values.get(field);
    const offset = field.raw.offset ?? block?.offset;
    if (block !== undefined) bytes.set(value, block.offset);
    parts.push(
      number(field.tag, 2),
      number(field.raw.type ?? field.type, 2),
      number(field.raw.count ?? field.count, wide),
    );
    parts.push(offset === undefined ? concat(value, new Uint8Array(wide - value.length)) : number(offset, wide));
  }
  const next = typeof ifd.next === 'object' ? (offsetOf.get(ifd.next) ?? 0) : (ifd.next ?? 0);
  bytes.set(concat(...parts, number(next, wide)), own.offset);
}

/** An entry whose bytes do not depend on the byte order: types 1, 2, 6, 7 and 129. */
export function bytesField(tag: number, type: number, bytes: Uint8Array | readonly number[]): Field {
  const value = Uint8Array.from(bytes, (byte) => byte & 0xff);
  return { tag, type, count: value.length, encode: () => value, targets: [], raw: {} };
}

/** Type 2, with the NUL that the standard requires. */
export function ascii(tag: number, text: string): Field {
  return bytesField(tag, 2, latin1(`${text}\0`));
}

/** Type 129 of EXIF 3.0. */
export function utf8Field(tag: number, text: string): Field {
  return bytesField(tag, 129, utf8(`${text}\0`));
}

export function undefinedField(tag: number, bytes: Uint8Array | readonly number[]): Field {
  return bytesField(tag, 7, bytes);
}

const integerLengths: Readonly<Record<number, number>> = { 3: 2, 4: 4, 8: 2, 9: 4, 13: 4, 16: 8, 17: 8, 18: 8 };

/** Whole numbers of type 3, 4, 8, 9, 13, 16, 17 or 18. */
export function integers(tag: number, type: number, ...values: readonly (number | bigint)[]): Field {
  const length = integerLengths[type] ?? 4;
  const encode = (littleEndian: boolean) => {
    const bytes = new Uint8Array(values.length * length);
    values.forEach((value, i) => {
      bytes.set(unsigned(value, length, littleEndian), i * length);
    });
    return bytes;
  };
  return { tag, type, count: values.length, encode, targets: [], raw: {} };
}

export function short(tag: number, ...values: readonly number[]): Field {
  return integers(tag, 3, ...values);
}

export function long(tag: number, ...values: readonly number[]): Field {
  return integers(tag, 4, ...values);
}

/** Pairs of type 5, or 10 (signed). */
export function rationals(tag: number, type: 5 | 10, ...values: readonly (readonly [number, number])[]): Field {
  const field = integers(tag, type, ...values.flat());
  return { ...field, count: values.length };
}

export function rational(tag: number, ...values: readonly (readonly [number, number])[]): Field {
  return rationals(tag, 5, ...values);
}

/** Numbers of type 11 (4 bytes) or 12 (8 bytes). */
export function floats(tag: number, type: 11 | 12, ...values: readonly number[]): Field {
  const length = type === 11 ? 4 : 8;
  const encode = (littleEndian: boolean) => {
    const bytes = new Uint8Array(values.length * length);
    const view = new DataView(bytes.buffer);
    values.forEach((value, i) => {
      if (type === 11) view.setFloat32(i * length, value, littleEndian);
      else view.setFloat64(i * length, value, littleEndian);
    });
    return bytes;
  };
  return { tag, type, count: values.length, encode, targets: [], raw: {} };
}

/** An entry that points to IFDs or bytes of the same stream: type 4, 13, 16 or 18. */
export function pointer(tag: number, targets: readonly Target[], type = 4): Field {
  const length = integerLengths[type] ?? 4;
  return {
    tag,
    type,
    count: targets.length,
    encode: (le, offsets) => concat(...offsets.map((offset) => unsigned(offset, length, le))),
    targets,
    raw: {},
  };
}

/** The entry with what it claims overridden. */
export function lying(field: Field, raw: RawEntry): Field {
  return { ...field, raw: { ...field.raw, ...raw } };
}
