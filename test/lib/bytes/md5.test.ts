import { createHash } from 'node:crypto';
import { md5 } from '../../../lib/bytes/md5';

test.each([0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1000])('equals node:crypto for %d bytes', (length) => {
  const bytes = Uint8Array.from({ length: length + 3 }, (_, i) => (i * 167 + length) & 255).subarray(3);
  expect(md5(bytes)).toBe(createHash('md5').update(bytes).digest('hex'));
});
