import fc from 'fast-check';
import { checkRange, formatRange, parseContentRange, parseUnsatisfiedRange } from '../../../lib/bytes/range';

const max = Number.MAX_SAFE_INTEGER;

describe('ranges as headers', () => {
  test.each([
    [0, 1, 'bytes=0-0'],
    [0, 65536, 'bytes=0-65535'],
    [10, 20, 'bytes=10-19'],
    [max - 1, max, `bytes=${max - 1}-${max - 1}`],
  ])('%d up to %d is %s', (start, end, text) => {
    expect(formatRange({ start, end })).toBe(text);
  });

  test.each([
    [0, 0],
    [2, 1],
    [-1, 1],
    [0.5, 2],
    [0, Number.NaN],
    [0, Number.POSITIVE_INFINITY],
    [0, max + 1],
  ])('%d up to %d is not a range', (start, end) => {
    const wanted = expect.objectContaining({ name: 'ProblemError', code: 'InternalError' });
    expect(() => formatRange({ start, end })).toThrow(wanted);
    expect(() => checkRange({ start, end })).toThrow(wanted);
  });

  test.each([
    ['bytes 0-0/1', 0, 1, 1],
    ['bytes 0-99/1000', 0, 100, 1000],
    ['BYTES 990-999/1000', 990, 1000, 1000],
    [`bytes 0-0/${max}`, 0, 1, max],
  ])('reads %s', (text, start, end, size) => {
    expect(parseContentRange(text)).toEqual({ start, end, size });
  });

  test.each([
    '',
    'bytes',
    'bytes 0-99',
    'bytes 0-99/*',
    'bytes */1000',
    'bytes 0-99/99',
    'bytes 0-1000/1000',
    'bytes 5-4/1000',
    'bytes -5/1000',
    'bytes=0-99/1000',
    'bytes  0-99/1000',
    'bytes 0-99/1000 ',
    'bytes 0-99/1000, bytes 0-99/1000',
    'bytes 0x0-99/1000',
    'bytes 0-99/1e3',
    'bytes 0-9/9007199254740992',
    'bytes 0-9/99999999999999999999',
    'items 0-99/1000',
    'bytes 0-99/1000\n',
  ])('does not read %j', (text) => {
    expect(parseContentRange(text)).toBeNull();
  });

  test('what is formatted is read back, in any object that holds it', () => {
    fc.assert(
      fc.property(fc.nat({ max: max - 2 }), fc.nat(), fc.nat(), (start, more, rest) => {
        const end = Math.min(start + 1 + more, max);
        const size = Math.min(end + rest, max);
        const text = `${formatRange({ start, end }).replace('=', ' ')}/${size}`;
        expect(parseContentRange(text)).toEqual({ start, end, size });
      }),
    );
  });

  test('reads the size of a 416', () => {
    expect(parseUnsatisfiedRange('bytes */0')).toBe(0);
    expect(parseUnsatisfiedRange('bytes */1000')).toBe(1000);
    for (const text of [
      '',
      'bytes */*',
      'bytes */',
      'bytes 0-9/10',
      'bytes */9007199254740992',
      'in bytes */9',
      'bytes */9 ',
    ]) {
      expect(parseUnsatisfiedRange(text)).toBeNull();
    }
  });
});
