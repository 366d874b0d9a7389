// The orientation in every type and spelling in which it is stored.
import { orientationOf } from '../../../lib/tag/orientation';
import type { TagValue } from '../../../lib/types';
import { latin1 } from '../../../testing/build/bytes';

const of = (type: number, value: TagValue): number | null =>
  orientationOf({ ifd: 'IFD0', tag: 0x0112, type, count: value?.length ?? 0, offset: 0, value });

test.each<[string, number, TagValue]>([
  ['SHORT', 3, [6]],
  ['SHORT, two', 3, [6, 0]],
  ['LONG', 4, [6]],
  ['SSHORT', 8, [6]],
  ['SLONG', 9, [6]],
  ['LONG8', 16, [6]],
  ['RATIONAL', 5, [[6, 1]]],
  ['RATIONAL, unreduced', 5, [[12, 2]]],
  ['SRATIONAL', 10, [[6, 1]]],
  ['FLOAT', 11, [6]],
  ['DOUBLE', 12, [6]],
  ['BYTE', 1, Uint8Array.of(6)],
  ['BYTE, two', 1, Uint8Array.of(0, 6)],
  ['BYTE, a digit', 1, latin1('6')],
  ['SBYTE', 6, Uint8Array.of(6)],
  ['UNDEFINED', 7, Uint8Array.of(6)],
  ['UNDEFINED, a SHORT', 7, Uint8Array.of(6, 0)],
  ['UNDEFINED, a LONG', 7, Uint8Array.of(0, 0, 0, 6)],
  ['UNDEFINED, a digit', 7, latin1('6\0')],
  ['ASCII', 2, latin1('6\0')],
  ['ASCII, a number', 2, Uint8Array.of(6, 0)],
  ['ASCII with blanks', 2, latin1(' 6 \0')],
  ['ASCII with a zero', 2, latin1('06\0')],
  ['UTF-8', 129, latin1('6\0')],
  ['ASCII with more', 2, latin1('6 (Rotate 90 CW)\0')],
])('%s is 6', (_name, type, value) => {
  expect(of(type, value)).toBe(6);
});

test.each<[number, readonly string[]]>([
  [1, ['Horizontal (normal)', 'Top-left', 'top, left', 'TopLeft', 'normal']],
  [2, ['Mirror horizontal', 'Top-right', 'top, right']],
  [3, ['Rotate 180', 'Bottom-right', 'bottom, right']],
  [4, ['Mirror vertical', 'Bottom-left']],
  [5, ['Mirror horizontal and rotate 270 CW', 'Left-top']],
  [6, ['Rotate 90 CW', 'Right-top', 'right, top', 'RightTop', 'rotate 90']],
  [7, ['Mirror horizontal and rotate 90 CW', 'Right-bottom']],
  [8, ['Rotate 270 CW', 'Left-bottom', 'rotate 90 CCW']],
])('%i in words', (orientation, texts) => {
  expect(texts.map((text) => of(2, latin1(`${text}\0`)))).toEqual(texts.map(() => orientation));
  expect(texts.map((text) => of(7, latin1(text)))).toEqual(texts.map(() => orientation));
});

test.each<[string, number, TagValue]>([
  ['0', 3, [0]],
  ['9', 3, [9]],
  ['a fraction', 5, [[13, 2]]],
  ['over zero', 5, [[6, 0]]],
  ['NaN', 12, [Number.NaN]],
  ['none', 3, []],
  ['unread', 3, null],
  ['90', 2, latin1('90\0')],
  ['66', 2, latin1('66\0')],
  ['a word', 2, latin1('upright\0')],
  ['blank', 2, latin1('  \0')],
  ['NUL', 2, latin1('\0')],
  ['empty', 2, new Uint8Array(0)],
])('%s is ignored', (_name, type, value) => {
  expect(of(type, value)).toBeNull();
});
