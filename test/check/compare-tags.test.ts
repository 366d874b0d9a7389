import { createHash } from 'node:crypto';
import { compareTags, compareValue } from '../../check/corpus/compare-tags';
import type { TruthTag } from '../../check/corpus/truth';
import type { TagEntry } from '../../lib/types';
import { bytes, document, entry, truthOf } from './entries';

const context = { littleEndian: true, tiffOffset: 0 };
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** What agrees, and the same with another stored value that must not. */
const cases: readonly (readonly [string, TagEntry, TagEntry, TruthTag])[] = [
  ['a number', entry(0x112, 3, [6]), entry(0x112, 3, [5]), { id: 0x112, val: 6, fmt: 'int16u' }],
  ['numbers', entry(0x102, 3, [8, 8]), entry(0x102, 3, [8]), { id: 0x102, val: '8 8', fmt: 'int16u' }],
  [
    'a text',
    entry(0x10e, 2, bytes('a b\0')),
    entry(0x10e, 2, bytes('a c\0')),
    { id: 0x10e, val: 'a b', fmt: 'string' },
  ],
  [
    'trailing blanks',
    entry(0x10e, 2, bytes('a ')),
    entry(0x10e, 2, bytes('a')),
    { id: 0x10e, val: 'a ', fmt: 'string' },
  ],
  [
    'unreduced rationals',
    entry(0x11a, 5, [[144, 2]]),
    entry(0x11a, 5, [[72, 1]]),
    { id: 0x11a, val: 72, rat: '144/2', fmt: 'rational64u' },
  ],
  [
    'raw before val',
    entry(0x9202, 5, [[4, 1]]),
    entry(0x9202, 5, [[5, 1]]),
    { id: 0x9202, val: 4, raw: 4, rat: '4/1', fmt: 'rational64u' },
  ],
  [
    'raw bytes',
    entry(0xea1c, 7, bytes('\xff\0')),
    entry(0xea1c, 7, bytes('\xff\x01')),
    { id: 0xea1c, val: { bin: 2, sha256: '' }, raw: { b64: '/wA=' }, fmt: 'undef' },
  ],
  [
    'a hash',
    entry(0x2e, 7, bytes('jpeg')),
    entry(0x2e, 7, bytes('jpe')),
    { id: 0x2e, val: { bin: 4, sha256: sha256('jpeg') }, fmt: 'undef' },
  ],
  [
    'a long list',
    entry(0xc618, 3, [1, 2]),
    entry(0xc618, 3, [1, 3]),
    { id: 0xc618, val: { len: 3, sha256: sha256('1 2') }, fmt: 'int16u' },
  ],
  [
    'bytes as numbers',
    entry(0xc612, 1, bytes('\x01\x04')),
    entry(0xc612, 1, bytes('\x01\x03')),
    { id: 0xc612, val: '1 4', fmt: 'int8u' },
  ],
  [
    'signed bytes',
    entry(0xfe00, 6, bytes('\xff')),
    entry(0xfe00, 6, bytes('\x01')),
    { id: 0xfe00, val: -1, fmt: 'int8s' },
  ],
  [
    'floats',
    entry(0xfe00, 11, [150.01240539550781]),
    entry(0xfe00, 11, [150.0124]),
    { id: 0xfe00, val: 150.012405395508, fmt: 'float' },
  ],
  [
    'infinities',
    entry(0xfe00, 12, [Infinity, NaN]),
    entry(0xfe00, 12, [-Infinity, NaN]),
    { id: 0xfe00, val: 'Inf NaN', fmt: 'double' },
  ],
];

test.each(cases)('%s: an equal value agrees, another does not', (_, same, other, tag) => {
  expect(compareValue(same, tag, context)).toBe('same');
  expect(compareValue(other, tag, context)).toBe('value');
});

test('another stored type is a difference, whatever the value', () => {
  expect(compareValue(entry(0x100, 4, [7]), { id: 0x100, val: 7, fmt: 'int16u' }, context)).toBe('type');
  expect(compareValue(entry(0x100, 3, [7]), { id: 0x100, val: 7, fmt: 'unheard of' }, context)).toBe('type');
});

test('a value that was left unread never agrees', () => {
  expect(compareValue(entry(0x10e, 2, null), { id: 0x10e, val: '', fmt: 'string' }, context)).toBe('value');
});

test('what the truth shows in part is counted as such', () => {
  const text = { id: 0x10e, val: 'a', fmt: 'string' };
  expect(compareValue(entry(0x10e, 2, bytes('a\0b\0')), text, context)).toBe('partial');
  const many = { id: 0xc6fa, val: '(large array of 3 float values)', fmt: 'float' };
  expect(compareValue(entry(0xc6fa, 11, [1, 2, 3]), many, context)).toBe('partial');
  expect(compareValue(entry(0xc6fa, 11, [1, 2]), many, context)).toBe('value');
  const quotient = { id: 0x11a, val: 72 };
  expect(compareValue(entry(0x11a, 5, [[144, 2]]), quotient, context)).toBe('partial');
  expect(compareValue(entry(0x11a, 5, [[145, 2]]), quotient, context)).toBe('value');
});

test('offsets in the truth count from the start of the file, not of a PNG chunk', () => {
  const thumbnail = document(entry(0x201, 4, [500], { ifd: 'IFD1' }));
  const tag = { 'IFD1:ThumbnailOffset': { id: 0x201, val: 530, fmt: 'int32u' } };
  const block = (kind: string) => ({ exif_offset: 30, exif_blocks: [{ kind, used: true }] });
  expect(compareTags(thumbnail, truthOf(tag, block('jpeg-app1'))).agreeing).toBe(1);
  expect(compareTags(thumbnail, truthOf(tag, block('png-eXIf'))).agreeing).toBe(0);
});

test('missing, wrong and extra tags are distinguished; containers are not extra', () => {
  const found = document(
    entry(0x112, 3, [5]),
    entry(0x100, 3, [9]),
    entry(0x8769, 4, [26]),
    entry(2, 5, [[1, 1]], { ifd: 'GPS' }),
  );
  const truth = truthOf({
    'IFD0:Orientation': { id: 0x112, val: 6, fmt: 'int16u' },
    'ExifIFD:FNumber': { id: 0x829d, val: 2, rat: '2/1', fmt: 'rational64u' },
    'GPS:GPSLatitude': { id: 2, val: 1, rat: '1/1', fmt: 'rational64u' },
  });
  const { total, agreeing, differences } = compareTags(found, truth);
  expect({ total, agreeing }).toEqual({ total: 3, agreeing: 1 });
  expect(differences.map(({ kind, at }) => [kind, at])).toEqual([
    ['value', 'IFD0:Orientation'],
    ['missing', 'ExifIFD:FNumber'],
    ['extra', 'IFD0:0x0100'],
  ]);
});

test('a tag in another IFD is missing there and extra here', () => {
  const truth = truthOf({ 'SubIFD:ImageWidth': { id: 0x100, val: 9, fmt: 'int16u' } });
  expect(compareTags(document(entry(0x100, 3, [9], { ifd: 'SubIFD0' })), truth).differences).toEqual([]);
  const kinds = compareTags(document(entry(0x100, 3, [9], { ifd: 'SubIFD1' })), truth).differences;
  expect(kinds.map(({ kind }) => kind)).toEqual(['missing', 'extra']);
});

test('the first of repeated tags counts; the others are extra unless the truth lists them', () => {
  const exif = { 'IFD0:Make': { id: 0x10f, val: 'A', fmt: 'string' } };
  const twice = document(entry(0x10f, 2, bytes('A')), entry(0x10f, 2, bytes('B')));
  expect(compareTags(twice, truthOf(exif)).differences).toMatchObject([{ kind: 'extra', at: 'IFD0:0x010f' }]);
  const listed = truthOf(exif, { exif_dups: { 'IFD0:Make': [{ id: 0x10f, val: 'B', fmt: 'string' }] } });
  expect(compareTags(twice, listed).differences).toEqual([]);
});

test('without a document every tag is missing', () => {
  const truth = truthOf({ 'IFD0:Make': { id: 0x10f, val: 'A', fmt: 'string' } });
  expect(compareTags(null, truth)).toMatchObject({ total: 1, agreeing: 0, differences: [{ kind: 'missing' }] });
});
