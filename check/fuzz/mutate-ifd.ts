// Changes the IFDs of a TIFF stream somewhere in a file: entries, types, counts, offsets, pointers.
import { concat } from '../../testing/build/bytes';
import { type EditContext, numberAt, overwritten } from './byte-edits';
import { numberBytes } from './dictionary';

/** Where a stream begins, and how its numbers are laid out. */
type Stream = Readonly<{ at: number; littleEndian: boolean }>;
/** The 12 bytes of an entry, by their place in the file. */
type Entry = Readonly<{ stream: Stream; at: number }>;

const pointers: ReadonlySet<number> = new Set([0x8769, 0x8825, 0xa005, 0x014a]);
const types = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 129, 0, 14, 255];
const maxIfds = 12;

/** One entry changed; the input itself when there is no IFD. */
export function changeIfd(input: Uint8Array, around: EditContext): Uint8Array {
  const { random } = around;
  const streams = streamsOf(input);
  if (streams.length === 0) return input;
  const entries = entriesOf(input, random.pick(streams));
  if (entries.length === 0) return input;
  const { stream, at } = random.pick(entries);
  const set = (offset: number, length: number, value: number): Uint8Array =>
    overwritten(input, at + offset, numberBytes(value, length, stream.littleEndian));
  switch (random.below(9)) {
    case 0:
      return set(0, 2, random.chance(0.8) ? random.pick(knownTags) : random.below(65_536));
    case 1:
      return set(2, 2, random.pick(types));
    case 2:
      return set(4, 4, random.pick([0, 1, 2, 3, 4, 5, 8, 20, 255, 70_000, 0xffffffff, 0x20000000]));
    case 3:
      return set(8, 4, random.below(input.length + 8));
    case 4:
      return set(8, 4, random.pick(entries).at - 2 - stream.at);
    case 5:
      return set(8, 4, random.pick([0, 1, 2, 3, 4, 5, 6, 7, 8, 0xffffffff, random.below(65_536)]));
    case 6: {
      const other = random.pick(entries).at;
      return overwritten(input, at, input.subarray(other, other + 12));
    }
    case 7:
      return changeValue(input, { stream, at }, around);
    default:
      return withEntry(input, { stream, at }, around);
  }
}

/** The bytes that an entry leads to, overwritten by a text or a number. */
function changeValue(input: Uint8Array, { stream, at }: Entry, { random, dictionary }: EditContext): Uint8Array {
  const count = numberAt(input, at + 4, 4, stream.littleEndian);
  const offset = numberAt(input, at + 8, 4, stream.littleEndian);
  const place = count <= 4 ? at + 8 : Math.min(input.length, stream.at + offset);
  if (random.chance(0.5)) return overwritten(input, place, Buffer.from(random.pick(valueTexts), 'latin1'));
  return overwritten(input, place + random.below(Math.min(count, 64) + 1), random.pick(dictionary.bytes));
}

/** A new entry put before another one: all that follows moves, so that offsets go wrong. */
function withEntry(input: Uint8Array, { stream, at }: Entry, { random }: EditContext): Uint8Array {
  const { littleEndian } = stream;
  const number = (value: number, length: number) => numberBytes(value, length, littleEndian);
  const value = random.chance(0.5) ? random.below(input.length) : random.below(10);
  const entry = concat(
    number(random.pick(knownTags), 2),
    number(random.pick(types), 2),
    number(random.pick([1, 1, 2, 4, 9, 20]), 4),
    number(value, 4),
  );
  return concat(input.subarray(0, at), entry, input.subarray(at));
}

const valueTexts = [
  ...[
    '2024:01:02 03:04:05\0',
    '0000:00:00 00:00:00\0',
    '    :  :     :  :  \0',
    '+02:00\0',
    '-5:30\0',
    '2024:13:45 25:61:61\0',
  ],
  ...[
    'ASCII\0\0\0',
    'UNICODE\0',
    'JIS\0\0\0\0\0',
    'Exif\0\0',
    'N\0',
    'S\0',
    'W\0',
    '\xff\xfe',
    '\xfe\xff',
    '\xef\xbb\xbf',
  ],
  ...['\0\0\0\0', '\xed\xa0\x80', '\xf0\x9f\x98\x80', '-0', '1e999', 'II*\0\x08\0\0\0', 'R98\0'],
];

/** Tags that the code knows: of exposure, dates, texts, positions, sizes, thumbnails and pointers. */
const knownTags: readonly number[] = [
  ...[0x00fe, 0x0100, 0x0101, 0x0102, 0x0103, 0x010e, 0x010f, 0x0110, 0x0111, 0x0112, 0x011a, 0x011b, 0x0128, 0x0131],
  ...[0x0132, 0x014a, 0x0201, 0x0202, 0x0213, 0x02bc, 0x83bb, 0x8649, 0x8769, 0x8825, 0x8827, 0x829a, 0x829d, 0x8822],
  ...[0x8830, 0x8833, 0x9000, 0x9003, 0x9004, 0x9010, 0x9011, 0x9012, 0x9101, 0x9102, 0x9201, 0x9202, 0x9203, 0x9204],
  ...[0x9205, 0x9206, 0x9207, 0x9208, 0x9209, 0x920a, 0x9214, 0x927c, 0x9286, 0x9290, 0x9291, 0x9292, 0x9c9b, 0x9c9c],
  ...[0x9c9d, 0x9c9e, 0x9c9f, 0xa000, 0xa001, 0xa002, 0xa003, 0xa005, 0xa20b, 0xa20e, 0xa20f, 0xa210, 0xa214, 0xa217],
  ...[0xa300, 0xa301, 0xa302, 0xa401, 0xa402, 0xa403, 0xa404, 0xa405, 0xa406, 0xa407, 0xa408, 0xa409, 0xa40a, 0xa40c],
  ...[0xa420, 0xa430, 0xa431, 0xa432, 0xa433, 0xa434, 0xa435, 0xa460, 0xbc80, 0xbc81, 0xc4a5, 0xc612, 0xc61d, 0xc634],
  ...Array.from({ length: 0x20 }, (_, tag) => tag),
];

/** `II*`, `II+`, `IIU` and `MM*`, `MM+`, each with its 0. */
const littleMagics: ReadonlySet<number> = new Set([0x49492a00, 0x49492b00, 0x49495500]);
const bigMagics: ReadonlySet<number> = new Set([0x4d4d002a, 0x4d4d002b]);

/** Inputs are never changed in place, and those that are kept are changed again and again. */
const knownStreams = new WeakMap<Uint8Array, readonly Stream[]>();

function streamsOf(input: Uint8Array): readonly Stream[] {
  const streams = knownStreams.get(input) ?? findStreams(input);
  knownStreams.set(input, streams);
  return streams;
}

function findStreams(input: Uint8Array): readonly Stream[] {
  const found: Stream[] = [];
  for (let at = 0; at + 8 <= input.length && found.length < 8; at++) {
    const first = input[at];
    if (first !== 0x49 && first !== 0x4d) continue;
    const magic = numberAt(input, at, 4, false);
    if (littleMagics.has(magic)) found.push({ at, littleEndian: true });
    else if (bigMagics.has(magic)) found.push({ at, littleEndian: false });
  }
  return found;
}

/** The entries of the chain and of the IFDs that pointers lead to. */
function entriesOf(input: Uint8Array, stream: Stream): readonly Entry[] {
  const { littleEndian } = stream;
  const found: Entry[] = [];
  const waiting = [numberAt(input, stream.at + 4, 4, littleEndian)];
  for (let ifds = 0; ifds < maxIfds; ifds++) {
    const offset = waiting.shift();
    if (offset === undefined) break;
    const start = stream.at + offset;
    const count = Math.min(numberAt(input, start, 2, littleEndian), 100);
    for (let i = 0; i < count && start + 14 + 12 * i <= input.length; i++) {
      const at = start + 2 + 12 * i;
      found.push({ stream, at });
      if (pointers.has(numberAt(input, at, 2, littleEndian))) waiting.push(numberAt(input, at + 8, 4, littleEndian));
    }
    const next = numberAt(input, start + 2 + 12 * count, 4, littleEndian);
    if (next !== 0 && next < input.length) waiting.push(next);
  }
  return found;
}
