import { crc32 } from '../../../lib/bytes/crc32';
import { latin1 } from '../../../testing/build/bytes';

test.each([
  ['', 0],
  ['123456789', 0xcbf43926],
  ['IEND', 0xae426082],
  ['The quick brown fox jumps over the lazy dog', 0x414fa339],
  ['\0'.repeat(32), 0x190a55ad],
  ['\xff'.repeat(32), 0xff6cab0b],
])('of %p', (text, expected) => {
  expect(crc32(latin1(text))).toBe(expected);
});
