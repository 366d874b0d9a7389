// Reads CBOR [RFC 8949], as C2PA writes it, within bounds. What was read before a defect is returned.
import { joinBytes } from '../bytes/join';
import { maxCborDepth, maxCborItems, maxCborText } from './limits';

/**
 * A value without its tags. null is also undefined, another simple value, a float and an integer beyond 2^53: nothing that is
 * read needs these. A text has at most `maxCborText` bytes; the rest of a longer one is left out.
 */
export type CborValue = null | boolean | number | string | Uint8Array | readonly CborValue[] | CborMap;
/** The members of a map that have a text as key. */
export type CborMap = ReadonlyMap<string, CborValue>;

/** Items that were read so far: of one file, so that many small blocks cost no more than a large one. */
export type CborCount = { items: number };

/** `value` is what was read up to the defect, and undefined when that is nothing. */
export type CborResult = Readonly<{ value: CborValue | undefined; defect: string | null }>;

type Input = { readonly bytes: Uint8Array; readonly count: CborCount; at: number; defect: string | null };

/** The start of an item. `argument`: null when it is above 2^53; Infinity for an item that ends with a break. */
type Head = Readonly<{ major: number; argument: number | null }>;

const major = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, other: 7 } as const;
const breakByte = 0xff;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads the first item of `bytes`. */
export function readCbor(bytes: Uint8Array, count: CborCount): CborResult {
  const input: Input = { bytes, count, at: 0, defect: null };
  const value = readItem(input, 1);
  return { value, defect: input.defect };
}

/** undefined when the item has no value; then `defect` is set. */
function readItem(input: Input, depth: number): CborValue | undefined {
  if (depth > maxCborDepth) return stop(input, `items are nested deeper than ${maxCborDepth}`);
  const head = readHead(input);
  if (head === undefined) return undefined;
  const { argument } = head;
  switch (head.major) {
    case major.unsigned:
      return argument;
    case major.negative:
      return argument === null || argument === Number.MAX_SAFE_INTEGER ? null : -1 - argument;
    case major.bytes:
    case major.text:
      return readString(input, head);
    case major.array:
      return readArray(input, argument, depth);
    case major.map:
      return readMap(input, argument, depth);
    case major.tag:
      return readItem(input, depth + 1);
    default:
      return argument === 20 || argument === 21 ? argument === 21 : null;
  }
}

function readHead(input: Input): Head | undefined {
  if (input.count.items >= maxCborItems) return stop(input, `there are more than ${maxCborItems} items`);
  input.count.items++;
  const [first] = take(input, 1) ?? [];
  if (first === undefined) return undefined;
  const kind = first >> 5;
  const info = first & 0x1f;
  if (info < 24) return { major: kind, argument: info };
  const mayBeOpen = kind >= major.bytes && kind <= major.map;
  if (info === 31 && mayBeOpen) return { major: kind, argument: Number.POSITIVE_INFINITY };
  if (info > 27) return stop(input, `the byte 0x${first.toString(16)} does not start an item`);
  const bytes = take(input, 2 ** (info - 24));
  if (bytes === undefined) return undefined;
  let argument = 0;
  for (const byte of bytes) argument = argument * 256 + byte;
  // The argument of a float or of a simple value in two bytes is not a number that counts.
  const isKnown = kind !== major.other && Number.isSafeInteger(argument);
  return { major: kind, argument: isKnown ? argument : null };
}

/** A byte string as a view, or a text. Both may come in pieces, which are strings of the same kind. */
function readString(input: Input, { major: kind, argument }: Head): Uint8Array | string | undefined {
  const parts: Uint8Array[] = [];
  if (argument !== Number.POSITIVE_INFINITY) {
    const bytes = take(input, argument);
    if (bytes === undefined) return undefined;
    parts.push(bytes);
  } else {
    while (!atBreak(input)) {
      const piece = readHead(input);
      if (piece === undefined) return undefined;
      if (piece.major !== kind) return stop(input, 'a piece of a string has another type');
      const bytes = take(input, piece.argument);
      if (bytes === undefined) return undefined;
      parts.push(bytes);
    }
  }
  const bytes = joinBytes(parts);
  return kind === major.bytes ? bytes : decoder.decode(bytes.subarray(0, maxCborText));
}

function readArray(input: Input, length: number | null, depth: number): readonly CborValue[] {
  const list: CborValue[] = [];
  for (let i = 0; i < (length ?? Number.POSITIVE_INFINITY); i++) {
    if (length === Number.POSITIVE_INFINITY && atBreak(input)) break;
    const value = readItem(input, depth + 1);
    if (value !== undefined) list.push(value);
    if (input.defect !== null) break;
  }
  return list;
}

function readMap(input: Input, length: number | null, depth: number): CborMap {
  const map = new Map<string, CborValue>();
  for (let i = 0; i < (length ?? Number.POSITIVE_INFINITY); i++) {
    if (length === Number.POSITIVE_INFINITY && atBreak(input)) break;
    const key = readItem(input, depth + 1);
    if (input.defect !== null) break;
    if (typeof key === 'string' && map.has(key)) stop(input, 'a map has a key twice');
    if (input.defect !== null) break;
    const value = readItem(input, depth + 1);
    if (typeof key === 'string' && value !== undefined) map.set(key, value);
    if (input.defect !== null) break;
  }
  return map;
}

/** Steps over the break that ends an item without a length; false when it is not there. */
function atBreak(input: Input): boolean {
  if (input.bytes[input.at] !== breakByte) return false;
  input.at++;
  return true;
}

function take(input: Input, length: number | null): Uint8Array | undefined {
  const left = input.bytes.length - input.at;
  if (length === null || length > left) return stop(input, `${left} bytes are left, more are needed`);
  input.at += length;
  return input.bytes.subarray(input.at - length, input.at);
}

function stop(input: Input, defect: string): undefined {
  input.defect = defect;
  return undefined;
}
