import { maxValueText } from '../../../../lib/limits';
import { plainText } from '../../../../lib/style/text/plain-text';
import type { TagEntry } from '../../../../lib/types';
import { latin1, utf8 } from '../../../../testing/build/bytes';
import { buildTiff, type Field, pointer } from '../../../../testing/build/tiff';
import { readTiff } from '../../../../testing/compare/document';
import { valueCases } from '../values';

/** The first entry of `tag` in a stream that holds it in `ifd`. */
async function stored(ifd: string, field: Field, littleEndian: boolean): Promise<TagEntry> {
  const inner = { fields: [field] };
  const tiff = ifd === 'IFD0' ? inner : { fields: [pointer(ifd === 'Exif' ? 0x8769 : 0x8825, [inner])] };
  const entry = (await readTiff(buildTiff(tiff, { littleEndian }))).entries.find(({ tag }) => tag === field.tag);
  if (entry === undefined) throw new Error('the value was not read');
  return entry;
}

test.each(valueCases)('$name is $text', async ({ ifd, field, littleEndian = true, text }) => {
  expect(plainText(await stored(ifd, field, littleEndian), littleEndian)).toBe(text);
});

test('a value that was not read has no text', () => {
  expect(plainText(entryOf(7, null), true)).toBeNull();
});

test('a comment outside its tag is bytes', () => {
  expect(plainText({ ...entryOf(7, latin1('ASCII\0\0\0a')), ifd: 'IFD0', tag: 0x9286 }, true)).toBe(
    '65 83 67 73 73 0 0 0 97',
  );
});

test('a comment of another type than UNDEFINED is what its type says', () => {
  const value = latin1('ASCII\0\0\0a');
  expect(plainText({ ...entryOf(1, value), tag: 0x9286 }, true)).toBe('65 83 67 73 73 0 0 0 97');
  expect(plainText({ ...entryOf(2, value), tag: 0x9286 }, true)).toBe('ASCII');
});

describe('long values are cut after the limit without work for the rest', () => {
  test.each([
    ['text', 2, latin1('x'.repeat(100_000))],
    ['Latin-1', 2, latin1('\xe9'.repeat(100_000))],
    ['bytes', 7, new Uint8Array(100_000)],
    ['numbers', 3, new Array<number>(100_000).fill(7)],
    ['ratios', 5, new Array<[number, number]>(100_000).fill([1, 2])],
  ] as const)('%s', (_name, type, value) => {
    const text = plainText(entryOf(type, value), true) ?? '';
    expect(text.length).toBeGreaterThan(maxValueText);
    expect(text.length).toBeLessThanOrEqual(4 * maxValueText);
  });

  test('UTF-8 is not cut inside a character that would fit', () => {
    const text = 'é'.repeat(maxValueText);
    expect(plainText(entryOf(2, utf8(text)), true)).toBe(text);
  });
});

function entryOf(type: number, value: TagEntry['value']): TagEntry {
  return { ifd: 'Exif', tag: 0xc000, type, count: value?.length ?? 0, offset: 0, value };
}
