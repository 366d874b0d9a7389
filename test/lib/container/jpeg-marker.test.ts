import { parseHeld } from '../../../lib/bytes/held';
// The search for the next marker: what counts as one, where it is found, and what the search reads.
import { findMarker, hasSegment, isMarkerAt, type MarkerSearch } from '../../../lib/container/jpeg-marker';
import { maxStrayBytes } from '../../../lib/limits';
import type { ByteRange } from '../../../lib/types';
import { concat, latin1, u16 } from '../../../testing/build/bytes';
import { countingReader } from '../../../testing/fakes/counting-reader';

const NULs = (length: number): Uint8Array => new Uint8Array(length);
const bytesOf = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);
/** A marker, the length it states, and all that follows. */
const segment = (marker: number, length: number, payload: Uint8Array): Uint8Array =>
  concat(bytesOf(0xff, marker), u16(length), payload);
const frame = (length: number, components: number, precision = 8, marker = 0xc0): Uint8Array =>
  segment(marker, length, concat(bytesOf(precision, 0, 1, 0, 1, components), NULs(100)));
const scan = (length: number, components: number): Uint8Array =>
  segment(0xda, length, concat(bytesOf(components), NULs(100)));
const certain = frame(11, 1);
const EOI = bytesOf(0xff, 0xd9);

const fresh: MarkerSearch = { bytes: 0, checks: 0 };

/** What `findMarker` answers, what it reads, and what is spent then. */
async function search(bytes: Uint8Array, offset: number, spent: MarkerSearch = fresh) {
  const { reader, rounds } = countingReader(bytes);
  let after = spent;
  const at = await parseHeld(reader, (file) => {
    after = { ...spent };
    return findMarker(file, offset, after);
  });
  return { at, spent: after, ranges: rounds.flat() };
}

const range = (start: number, length: number): ByteRange => ({ start, end: start + length });

test.each<[string, Uint8Array, boolean]>([
  ['TEM', bytesOf(0xff, 0x01), true],
  ['the lowest code', bytesOf(0xff, 0xc0), true],
  ['the highest code', bytesOf(0xff, 0xfe), true],
  ['a stuffed FF', bytesOf(0xff, 0x00), false],
  ['a fill byte', bytesOf(0xff, 0xff), false],
  ['the lowest reserved code', bytesOf(0xff, 0x02), false],
  ['the highest reserved code', bytesOf(0xff, 0xbf), false],
  ['a code without its FF', bytesOf(0xfe, 0xe1), false],
  ['an FF without its code', bytesOf(0xff), false],
  ['no bytes', bytesOf(), false],
])('a marker: %s: %p', (_name, bytes, expected) => {
  expect(isMarkerAt(bytes, 0)).toBe(expected);
  expect(isMarkerAt(concat(bytesOf(0xff), bytes), 1)).toBe(expected);
});

describe('a segment that no marker follows', () => {
  const frames = [0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf];
  test.each<[string, Uint8Array, boolean]>([
    ...frames.map((marker): [string, Uint8Array, boolean] => [`SOF ${marker & 0xf}`, frame(11, 1, 8, marker), true]),
    ['a frame of 4 components', frame(20, 4), true],
    ['a frame of 4 components, one long', frame(21, 4), true],
    ['a frame of 12 bits, one long', frame(18, 3, 12), true],
    ['a frame whose length is one short', frame(16, 3), true],
    ['a frame whose length is one long', frame(18, 3), true],
    ['a frame whose length is two short', frame(15, 3), false],
    ['a frame whose length is two long', frame(19, 3), false],
    ['a frame of no component', frame(8, 0), false],
    ['a frame of 5 components', frame(23, 5), true],
    ['a frame of 5 components, one long', frame(24, 5), false],
    ['a lossless frame of 16 bits', frame(17, 3, 16), true],
    ['a lossless frame of 16 bits, one long', frame(18, 3, 16), false],
    ['a scan of 1 component', scan(8, 1), true],
    ['a scan of 4 components', scan(14, 4), true],
    ['a scan whose length is one short', scan(11, 3), true],
    ['a scan whose length is one long', scan(13, 3), true],
    ['a scan whose length is two long', scan(14, 3), false],
    ['a scan of no component', scan(6, 0), false],
    ['a scan of 5 components', scan(16, 5), false],
    ['EXIF', segment(0xe1, 80, concat(latin1('Exif\0\0II*\0'), NULs(90))), true],
    ['EXIF in an APP2', segment(0xe2, 80, concat(latin1('Exif\0\0II*\0'), NULs(90))), false],
    ['JFIF', segment(0xe0, 16, concat(latin1('JFIF\0'), NULs(90))), true],
    ['an APP0 of another kind', segment(0xe0, 16, concat(latin1('JFXX\0'), NULs(90))), false],
    ['JFIF in an APP2', segment(0xe2, 16, concat(latin1('JFIF\0'), NULs(90))), false],
    ['Photoshop', segment(0xed, 40, concat(latin1('Photoshop 3.0\0'), NULs(90))), true],
    ['an APP13 of another kind', segment(0xed, 40, concat(latin1('Adobe_CM'), NULs(90))), false],
    ['Photoshop in an APP2', segment(0xe2, 40, concat(latin1('Photoshop 3.0\0'), NULs(90))), false],
    ['tables', segment(0xdb, 67, NULs(100)), false],
    ['the first 10 bytes of a frame header', certain.subarray(0, 10), true],
    ['the first 9 bytes of a frame header', certain.subarray(0, 9), false],
  ])('%s: certain %p', async (_name, bytes, isCertain) => {
    expect(hasSegment(bytes)).toBe(isCertain);
    expect(hasSegment(concat(latin1('stray'), bytes))).toBe(isCertain);
    const { at } = await search(concat(bytesOf(0xff, 0xd8, 1, 2, 3), bytes), 2);
    expect(at).toBe(isCertain ? 5 : null);
  });
});

test('with a marker after it, a segment of tables, an application, or a comment is one', async () => {
  const isOne = async (marker: number): Promise<boolean> => {
    const followed = concat(segment(marker, 0x0105, NULs(0x0103)), EOI, NULs(20));
    const { at } = await search(concat(bytesOf(0xff, 0xd8, 1, 2), followed), 2);
    expect(hasSegment(followed)).toBe(at === 4);
    return at === 4;
  };
  const found: number[] = [];
  for (let marker = 0; marker <= 0xff; marker++) if (await isOne(marker)) found.push(marker);
  const applications = Array.from({ length: 16 }, (_, i) => 0xe0 + i);
  expect(found).toEqual([0xc4, 0xc8, 0xcc, 0xdb, 0xdc, 0xdd, 0xde, 0xdf, ...applications, 0xfe]);
});

describe('fill bytes', () => {
  test.each([1, 2, 5, 15, 16, 17, 100, 70_000])('%i before a marker of any kind', async (count) => {
    for (const code of [0x01, 0xd9, 0xd8, 0xc0, 0xfe]) {
      const bytes = concat(bytesOf(0xff, 0xd8), NULs(10), NULs(count).fill(0xff), bytesOf(0xff, code), NULs(40));
      expect(await search(bytes, 12)).toMatchObject({ at: 12 + count });
    }
  });

  test('a stuffed FF after them is not a marker', async () => {
    const bytes = concat(bytesOf(0xff, 0xd8, 0xff, 0xff, 0xff, 0), NULs(40));
    expect((await search(bytes, 2)).at).toBeNull();
  });

  test('an FF that belongs to the segment before is not one', async () => {
    const bytes = concat(bytesOf(0xff, 0xd8, 0, 0xff, 0xd9), NULs(40));
    expect((await search(bytes, 4)).at).toBeNull();
    expect((await search(bytes, 3)).at).toBe(3);
  });
});

test('stray bytes that look like a marker are passed over, wherever they are', async () => {
  for (let before = 1; before < 100; before++) {
    for (const code of [0x01, 0xd0, 0xd8, 0xd9]) {
      const bytes = concat(bytesOf(0xff, 0xd8), NULs(before), bytesOf(0xff, 0xff, code), NULs(9), certain);
      expect({ before, code, at: (await search(bytes, 2)).at }).toEqual({ before, code, at: 2 + before + 3 + 9 });
    }
  }
});

test('the byte before the offset counts, the one before it does not', async () => {
  const bytes = concat(bytesOf(0xff, 0xd8), NULs(8), certain);
  expect((await search(bytes, 11)).at).toBe(10);
  expect((await search(bytes, 12)).at).toBeNull();
});

describe('what is read', () => {
  test('blocks that grow up to 64 KiB and share 10 bytes', async () => {
    const bytes = concat(NULs(150_000), certain);
    expect(await search(bytes, 100)).toEqual({
      at: 150_000,
      spent: { bytes: 150_000 - 99, checks: 0 },
      ranges: [
        range(99, 16),
        range(105, 64),
        range(159, 256),
        range(405, 1024),
        range(1419, 4096),
        range(5505, 16_384),
        range(21_879, 65_536),
        range(87_405, certain.length + 150_000 - 87_405),
      ],
    });
  });

  test('of bytes to the end of the object, each once', async () => {
    const { at, spent, ranges } = await search(NULs(115), 100);
    expect({ at, spent, ranges }).toEqual({ at: null, spent: fresh, ranges: [range(99, 16)] });
  });

  test('nothing more once the bytes of all searches are spent', async () => {
    const bytes = concat(NULs(100), certain);
    expect((await search(bytes, 100, { bytes: maxStrayBytes, checks: 0 })).at).toBe(100);
    expect(await search(bytes, 100, { bytes: maxStrayBytes + 1, checks: 0 })).toMatchObject({ at: null, ranges: [] });
  });

  test('beyond the end of the object: nothing is found', async () => {
    expect((await search(NULs(100), 100)).at).toBeNull();
    expect((await search(NULs(100), 200)).at).toBeNull();
  });
});

describe('what follows a segment', () => {
  const tables = (length: number): Uint8Array => segment(0xdb, length, NULs(length - 2));
  const spent = (checks: number): MarkerSearch => ({ bytes: 0, checks });

  test('is looked up where the block has it', async () => {
    for (const length of [10, 12]) {
      const bytes = concat(NULs(100), tables(length), EOI, NULs(40));
      expect(await search(bytes, 101)).toEqual({ at: 100, spent: fresh, ranges: [range(100, 16)] });
    }
  });

  test('is read where the block ends before or in it', async () => {
    for (const length of [13, 14, 1000]) {
      const bytes = concat(NULs(100), tables(length), EOI, NULs(40));
      expect(await search(bytes, 101)).toEqual({
        at: 100,
        spent: spent(1),
        ranges: [range(100, 16), range(102 + length, 2)],
      });
    }
  });

  test('may be the last marker of the object', async () => {
    expect(await search(concat(NULs(100), tables(1000), EOI), 101)).toMatchObject({ at: 100, spent: spent(1) });
  });

  test('is read 32 times at most', async () => {
    const bytes = concat(NULs(100), tables(1000), EOI, NULs(40));
    expect(await search(bytes, 101, spent(31))).toMatchObject({ at: 100, spent: spent(32) });
    expect(await search(bytes, 101, spent(32))).toMatchObject({ at: null, spent: { checks: 32 } });
  });

  test('costs no read where it would lie beyond the object', async () => {
    const bytes = concat(NULs(100), tables(1000));
    for (const cut of [0, 1, 500]) {
      const { at, spent: after, ranges } = await search(bytes.subarray(0, bytes.length - cut), 101);
      expect({ at, checks: after.checks }).toEqual({ at: null, checks: 0 });
      expect(ranges.every(({ start }, i) => i === 0 || start > (ranges[i - 1]?.start ?? 0))).toBe(true);
    }
  });
});
