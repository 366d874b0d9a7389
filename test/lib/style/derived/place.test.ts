// Where an image was made.
import type { TagEntry } from '../../../../lib/types';
import { latin1 } from '../../../../testing/build/bytes';
import { entry, from, type Pair, ratio, signed, text } from './entries';

const BYTE = 1;
const DOUBLE = 12;
const RATIONAL = 5;

describe('coordinates', () => {
  const latitude = (ref: string | null, ...value: readonly Pair[]) =>
    from(...(ref === null ? [] : [text('GPS', 1, ref)]), ratio('GPS', 2, ...value)).latitude;
  const longitude = (ref: string, ...value: readonly Pair[]) =>
    from(text('GPS', 3, ref), ratio('GPS', 4, ...value)).longitude;

  test.each<[string, string | null, readonly Pair[], number | undefined]>([
    [
      'degrees, minutes, seconds',
      'N',
      [
        [52, 1],
        [30, 1],
        [3600, 100],
      ],
      52.51,
    ],
    [
      'the south is negative',
      'S',
      [
        [52, 1],
        [30, 1],
        [36, 1],
      ],
      -52.51,
    ],
    [
      'a lower-case hemisphere',
      's',
      [
        [10, 1],
        [0, 1],
        [0, 1],
      ],
      -10,
    ],
    [
      'a hemisphere in full',
      ' South',
      [
        [10, 1],
        [0, 1],
        [0, 1],
      ],
      -10,
    ],
    [
      'fractions of minutes, seconds of 0',
      'N',
      [
        [36, 1],
        [358_465, 10_000],
        [0, 1],
      ],
      36 + 35.8465 / 60,
    ],
    ['fractions of degrees alone', 'N', [[525, 10]], 52.5],
    [
      'degrees and minutes',
      'N',
      [
        [52, 1],
        [30, 1],
      ],
      52.5,
    ],
    [
      'minutes and seconds of 0/0 are 0',
      'N',
      [
        [52, 1],
        [0, 0],
        [0, 0],
      ],
      52,
    ],
    [
      'more parts than three',
      'N',
      [
        [52, 1],
        [0, 1],
        [0, 1],
        [9, 1],
        [9, 1],
      ],
      52,
    ],
    [
      'the pole',
      'S',
      [
        [90, 1],
        [0, 1],
        [0, 1],
      ],
      -90,
    ],
    [
      'no place is -0',
      'S',
      [
        [0, 1],
        [0, 1],
        [0, 1],
      ],
      0,
    ],
    [
      'degrees of 0/0',
      'N',
      [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      undefined,
    ],
    [
      'seconds by zero',
      'N',
      [
        [52, 1],
        [0, 1],
        [5, 0],
      ],
      undefined,
    ],
    [
      'degrees by zero',
      'N',
      [
        [52, 0],
        [0, 1],
        [5, 1],
      ],
      undefined,
    ],
    [
      'beyond the pole',
      'N',
      [
        [90, 1],
        [0, 1],
        [1, 1],
      ],
      undefined,
    ],
    ['far beyond', 'N', [[4_294_967_295, 1]], undefined],
    ['no hemisphere', null, [[52, 1]], undefined],
    ['an empty hemisphere', '', [[52, 1]], undefined],
    ['another hemisphere', 'E', [[52, 1]], undefined],
    ['no parts', 'N', [], undefined],
  ])('%s', (_name, ref, value, expected) => {
    const found = latitude(ref, ...value);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toBeCloseTo(expected, 12);
    expect(Object.is(found, -0)).toBe(false);
  });

  test('east and west, up to half the world', () => {
    expect(longitude('E', [180, 1])).toBe(180);
    expect(longitude('w', [179, 1], [30, 1])).toBe(-179.5);
    expect(longitude('W', [180, 1], [1, 1])).toBeUndefined();
    expect(longitude('N', [1, 1])).toBeUndefined();
  });

  test('negative degrees are invalid: the hemisphere is the sign', () => {
    expect(from(text('GPS', 3, 'W'), signed('GPS', 4, [-122, 1], [0, 1], [0, 1])).longitude).toBeUndefined();
  });

  test('of other types: DOUBLE gives a number, text and NaN do not', () => {
    expect(from(text('GPS', 1, 'N'), entry('GPS', 2, DOUBLE, [52, 30, 0])).latitude).toBe(52.5);
    expect(from(text('GPS', 1, 'N'), entry('GPS', 2, DOUBLE, [Number.NaN, 0, 0])).latitude).toBeUndefined();
    expect(from(text('GPS', 1, 'N'), text('GPS', 2, 'unknown')).latitude).toBeUndefined();
  });

  test.each<[string, TagEntry['value'], number]>([
    ['BYTE', latin1('S\0'), 1],
    ['ASCII', latin1('S'), 2],
    ['SBYTE', latin1('S\0'), 6],
    ['UNDEFINED', latin1('S\0'), 7],
    ['UNDEFINED, without a NUL', latin1('S'), 7],
    ['UTF-8', latin1('S\0'), 129],
    ['SHORT', [0x53, 0], 3],
    ['LONG', [0x53], 4],
  ])('a hemisphere of %s', (_name, value, type) => {
    expect(from(entry('GPS', 1, type, value), ratio('GPS', 2, [52, 1], [30, 1], [0, 1])).latitude).toBe(-52.5);
  });

  test.each<[string, TagEntry['value'], number]>([
    ['BYTE', Uint8Array.of(52, 30, 0), 1],
    ['SHORT', [52, 30, 0], 3],
    ['LONG', [52, 30, 0], 4],
    ['SBYTE', Uint8Array.of(52, 30, 0), 6],
    ['SSHORT', [52, 30, 0], 8],
    ['SLONG', [52, 30, 0], 9],
    [
      'SRATIONAL',
      [
        [525, 10],
        [0, 1],
        [0, 1],
      ],
      10,
    ],
    ['FLOAT', [52.5], 11],
    ['DOUBLE', [52, 30, 0], 12],
    ['LONG8', [52, 30, 0], 16],
    ['text', latin1('52.5\0'), 2],
    ['text of parts', latin1('52 30 0\0'), 2],
    ['text of fractions', latin1('52/1, 30/1, 0/1\0'), 2],
    ['text with signs', latin1('52\xb0 30\' 0"\0'), 2],
    ['text with signs of UTF-8', latin1('52\xc2\xb030\'0.00"\0'), 129],
    ['text as exiv2 and ExifTool print it', latin1('52 deg 30\' 0.00"\0'), 2],
    ['text of UNDEFINED', latin1('52,30,0.0\0'), 7],
    ['text of BYTE', latin1('52,30,0.0\0'), 1],
  ])('degrees of %s', (_name, value, type) => {
    expect(from(text('GPS', 1, 'S'), entry('GPS', 2, type, value)).latitude).toBe(-52.5);
    expect(from(text('GPS', 3, 'W'), entry('GPS', 4, type, value)).longitude).toBe(-52.5);
  });

  test('a text may hold its own hemisphere; the tag for it counts first', () => {
    expect(from(text('GPS', 2, '52,30.0S')).latitude).toBe(-52.5);
    expect(from(text('GPS', 2, 'S 52 30')).latitude).toBe(-52.5);
    expect(from(text('GPS', 4, "52 deg 30' W")).longitude).toBe(-52.5);
    expect(from(text('GPS', 1, 'N'), text('GPS', 2, '52,30.0S')).latitude).toBe(52.5);
    expect(from(text('GPS', 2, '52,30.0')).latitude).toBeUndefined();
  });

  test.each(['52,75', '1e2', '52.5.1', '52--30', 'N', '', '91', '-52.5', '9'.repeat(60), '1 2 3 4 5'])(
    'no place is the text %j',
    (value) => {
      expect(from(text('GPS', 1, 'N'), text('GPS', 2, value)).latitude).toBeUndefined();
    },
  );

  test('a value that was left unread gives nothing', () => {
    expect(from(text('GPS', 1, 'N'), entry('GPS', 2, RATIONAL, null))).toEqual({});
  });
});

describe('altitude', () => {
  const below = (ref: number): TagEntry => entry('GPS', 5, BYTE, Uint8Array.of(ref));
  test.each<[string, readonly TagEntry[], number | undefined]>([
    ['above', [below(0), ratio('GPS', 6, [341, 10])], 34.1],
    ['below', [below(1), ratio('GPS', 6, [341, 10])], -34.1],
    ['above the ellipsoid', [below(2), ratio('GPS', 6, [5, 1])], 5],
    ['below the ellipsoid', [below(3), ratio('GPS', 6, [5, 1])], -5],
    ['without a reference', [ratio('GPS', 6, [5, 1])], 5],
    ['below, and negative as well', [below(1), signed('GPS', 6, [-5, 1])], -5],
    ['negative', [below(0), signed('GPS', 6, [-5, 1])], -5],
    ['at the sea', [below(1), ratio('GPS', 6, [0, 1])], 0],
    ['by zero', [below(0), ratio('GPS', 6, [5, 0])], undefined],
    ['0/0', [below(0), ratio('GPS', 6, [0, 0])], undefined],
    ['below, as a text', [text('GPS', 5, '1'), ratio('GPS', 6, [35, 1])], -35],
    ['above, as a text', [text('GPS', 5, '0'), ratio('GPS', 6, [35, 1])], 35],
    ['below the ellipsoid, as a text', [text('GPS', 5, '3'), ratio('GPS', 6, [35, 1])], -35],
    ['below, in words', [text('GPS', 5, 'Below Sea Level'), ratio('GPS', 6, [35, 1])], -35],
    ['above, in words', [text('GPS', 5, 'Above Sea Level'), ratio('GPS', 6, [35, 1])], 35],
    ['below, a number of type ASCII', [entry('GPS', 5, 2, Uint8Array.of(1)), ratio('GPS', 6, [35, 1])], -35],
    ['below, a digit of type BYTE', [below(0x31), ratio('GPS', 6, [35, 1])], -35],
    ['above, a digit of type BYTE', [below(0x30), ratio('GPS', 6, [35, 1])], 35],
    ['below, UNDEFINED', [entry('GPS', 5, 7, Uint8Array.of(1)), ratio('GPS', 6, [35, 1])], -35],
    ['below, UTF-8', [entry('GPS', 5, 129, latin1('1\0')), ratio('GPS', 6, [35, 1])], -35],
    ['below, SHORT', [entry('GPS', 5, 3, [1]), ratio('GPS', 6, [35, 1])], -35],
    ['below, RATIONAL', [ratio('GPS', 5, [1, 1]), ratio('GPS', 6, [35, 1])], -35],
    ['a text', [below(1), text('GPS', 6, '35.5 m')], -35.5],
    ['a text of a fraction', [below(0), text('GPS', 6, '71/2')], 35.5],
    ['a DOUBLE', [below(1), entry('GPS', 6, DOUBLE, [35.5])], -35.5],
    ['words', [below(0), text('GPS', 6, 'high')], undefined],
  ])('%s', (_name, entries, expected) => {
    expect(from(...entries).altitude).toBe(expected);
  });
});
