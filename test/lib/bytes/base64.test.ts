import fc from 'fast-check';
import { decodeBase64, encodeBase64 } from '../../../lib/bytes/base64';

describe('base64', () => {
  test('is what Node makes of the same bytes, and reads back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        const text = encodeBase64(bytes);
        expect(text).toBe(Buffer.from(bytes).toString('base64'));
        expect(decodeBase64(text)).toEqual(bytes);
      }),
    );
  });

  test.each([
    'A',
    'AA',
    'AAA',
    'AAAAA',
    'A===',
    '====',
    'AA=A',
    '=AAA',
    'AA A',
    'AA-_',
    'AAA\n',
    'ÄAAA',
    'AB==',
    'AAB=',
  ])('not %j', (text) => {
    expect(decodeBase64(text)).toBeNull();
  });
});
