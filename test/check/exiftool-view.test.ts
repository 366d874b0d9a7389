import { exifToolView } from '../../check/corpus/exiftool-view';
import type { TagEntry } from '../../lib/types';
import { bytes, entry } from './entries';

const context = { littleEndian: true, tiffOffset: 0 };
const view = (of: TagEntry, littleEndian = true) => {
  const { bytes: shown, partial } = exifToolView(of, { ...context, littleEndian });
  return [Buffer.from(shown).toString(), partial];
};
const undef = (tag: number, text: string, ifd: TagEntry['ifd'] = 'Exif') => entry(tag, 7, bytes(text), { ifd });

test.each<[string, TagEntry, string, boolean]>([
  ['Make loses trailing blanks', entry(0x10f, 2, bytes('SONY  \0')), 'SONY', true],
  ['ExifVersion loses NULs', undef(0x9000, '0220\0'), '0220', false],
  ['one undefined byte is a number', undef(0xa300, '\x03'), '3', false],
  ['ComponentsConfiguration is numbers', undef(0x9101, '\x01\x02\x03\0'), '1 2 3 0', false],
  ['both copyrights', entry(0x8298, 2, bytes('A \0B\0')), 'A\nB', true],
  ['one copyright', entry(0x8298, 2, bytes('A\0')), 'A', false],
  ['a comment without code', undef(0x9286, `${'\0'.repeat(8)}hi \0x`), 'hi', true],
  ['a comment in ASCII', undef(0x9286, 'ASCII\0\0\0hi'), 'hi', true],
  ['a comment in UTF-16', undef(0x9286, 'UNICODE\0h\0i\0'), 'hi', true],
  ['a comment in the other order', undef(0x9286, 'UNICODE\0\0h\0i'), 'hi', true],
  ['a comment with an unknown code', undef(0x9286, 'whatever it is'), 'whatever it is', true],
  ['the CFA pattern', undef(0xa302, '\x02\0\x01\0\0\x01'), '2 1 0 1', false],
  ['the CFA pattern in the other order', undef(0xa302, '\0\x02\0\x01\0\x01'), '2 1 0 1', false],
  ['a signed bias stored as unsigned', entry(0x9204, 5, [[0xffffffff, 3]], { ifd: 'Exif' }), '-1/3', false],
  ['a bias stored as shorts', entry(0x9204, 3, [36, 0, 18, 0], { ifd: 'Exif' }), '36/18', false],
  ['a date of the GPS', entry(0x1d, 2, bytes('2020:01:02\0'), { ifd: 'GPS' }), '2020:01:02', false],
])('%s', (_, of, text, partial) => {
  expect(view(of)).toEqual([text, partial]);
});

test('numbers shown as bytes are in the order of the file', () => {
  const map = entry(0x140, 3, [0x4142]);
  expect([view(map, true)[0], view(map, false)[0]]).toEqual(['BA', 'AB']);
});
