// Where an image was made, and when by the clock of GPS.
import type { TagEntry } from '../../../lib/types';
import { latin1 } from '../../../testing/build/bytes';
import { entry, from, type Pair, ratio, signed, text } from './derived-entries';

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

  test('negative degrees are none: the hemisphere is the sign', () => {
    expect(from(text('GPS', 3, 'W'), signed('GPS', 4, [-122, 1], [0, 1], [0, 1])).longitude).toBeUndefined();
  });

  test('of other types: DOUBLE is a number, text and NaN are none', () => {
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

describe('the time of GPS is UTC', () => {
  const gps = (date: string, ...time: readonly Pair[]): string | undefined =>
    from(text('GPS', 0x1d, date), ratio('GPS', 7, ...time)).gpsDateTime;

  test.each<[string, string, readonly Pair[], string | undefined]>([
    [
      'whole seconds',
      '2024:05:01',
      [
        [8, 1],
        [5, 1],
        [9, 1],
      ],
      '2024-05-01T08:05:09Z',
    ],
    [
      'fractions',
      '2024:05:01',
      [
        [8, 1],
        [54, 1],
        [18_840, 1000],
      ],
      '2024-05-01T08:54:18.84Z',
    ],
    [
      'thirds, to the nanosecond',
      '2024:05:01',
      [
        [0, 1],
        [0, 1],
        [1, 3],
      ],
      '2024-05-01T00:00:00.333333333Z',
    ],
    [
      'a date with hyphens',
      '2024-05-01',
      [
        [8, 1],
        [5, 1],
        [9, 1],
      ],
      '2024-05-01T08:05:09Z',
    ],
    [
      'a date with a time of its own',
      '2024:05:01 19:51:22',
      [
        [8, 1],
        [5, 1],
        [9, 1],
      ],
      '2024-05-01T08:05:09Z',
    ],
    [
      '60 seconds are a minute',
      '2024:05:01',
      [
        [8, 1],
        [5, 1],
        [60, 1],
      ],
      '2024-05-01T08:06:00Z',
    ],
    [
      'fractions of hours',
      '2024:05:01',
      [
        [17, 2],
        [0, 1],
        [0, 1],
      ],
      '2024-05-01T08:30:00Z',
    ],
    [
      'seconds of 0/0',
      '2024:05:01',
      [
        [8, 1],
        [5, 1],
        [0, 0],
      ],
      '2024-05-01T08:05:00Z',
    ],
    [
      'the end of the day',
      '2024:05:01',
      [
        [23, 1],
        [59, 1],
        [60, 1],
      ],
      undefined,
    ],
    [
      'the last nanosecond',
      '2024:05:01',
      [
        [23, 1],
        [59, 1],
        [59_999_999_999, 1_000_000_000],
      ],
      '2024-05-01T23:59:59.999999999Z',
    ],
    [
      'hours of 0/0',
      '2024:05:01',
      [
        [0, 0],
        [0, 0],
        [13, 1],
      ],
      undefined,
    ],
    [
      'seconds by zero',
      '2024:05:01',
      [
        [8, 1],
        [5, 1],
        [9, 0],
      ],
      undefined,
    ],
    ['hours alone', '2024:05:01', [[8, 1]], undefined],
    [
      'a date of no calendar',
      '1999:99:99 99:99:99',
      [
        [8, 1],
        [5, 1],
        [9, 1],
      ],
      undefined,
    ],
    [
      'a blank date',
      '',
      [
        [8, 1],
        [5, 1],
        [9, 1],
      ],
      undefined,
    ],
  ])('%s', (_name, date, time, expected) => {
    expect(gps(date, ...time)).toBe(expected);
  });

  test('negative parts make none, nor does a date without a time', () => {
    expect(from(text('GPS', 0x1d, '2024:05:01'), signed('GPS', 7, [-1, 1], [0, 1], [0, 1]))).toEqual({});
    expect(from(text('GPS', 0x1d, '2024:05:01'))).toEqual({});
  });
});

describe('the time of GPS in other types', () => {
  const clock = ratio('GPS', 7, [8, 1], [5, 1], [9, 1]);
  const day = text('GPS', 0x1d, '2024:05:01');

  test.each<[string, TagEntry]>([
    ['BYTE', entry('GPS', 0x1d, 1, latin1('2024:05:01\0'))],
    ['UNDEFINED', entry('GPS', 0x1d, 7, latin1('2024:05:01'))],
    ['UTF-8', entry('GPS', 0x1d, 129, latin1('2024:05:01\0'))],
    ['SHORT', entry('GPS', 0x1d, 3, [2024, 5, 1])],
    ['RATIONAL', ratio('GPS', 0x1d, [2024, 1], [5, 1], [1, 1])],
    ['compact text', text('GPS', 0x1d, '20240501')],
    ['text padded with blanks', text('GPS', 0x1d, '2024: 5: 1')],
    ['text without zeros', text('GPS', 0x1d, '2024-5-1')],
    ['text padded with NULs', text('GPS', 0x1d, '2024:05:01\0\0\0')],
  ])('a date of %s', (_name, date) => {
    expect(from(clock, date).gpsDateTime).toBe('2024-05-01T08:05:09Z');
  });

  test.each<[string, TagEntry]>([
    ['SRATIONAL', signed('GPS', 7, [8, 1], [5, 1], [9, 1])],
    ['BYTE', entry('GPS', 7, 1, Uint8Array.of(8, 5, 9))],
    ['SHORT', entry('GPS', 7, 3, [8, 5, 9])],
    ['DOUBLE', entry('GPS', 7, DOUBLE, [8, 5, 9])],
    ['text', text('GPS', 7, '08:05:09')],
    ['text with a zone', text('GPS', 7, '08:05:09 UTC')],
    ['text of UNDEFINED', entry('GPS', 7, 7, latin1('08:05:09'))],
    ['text of fractions', text('GPS', 7, '8/1 5/1 9/1')],
  ])('a time of %s', (_name, time) => {
    expect(from(time, day).gpsDateTime).toBe('2024-05-01T08:05:09Z');
  });

  test.each(['0000:00:00', '    :  :  ', '2024:13:01', '2024051', '2024', '2024 5 1', ''])('no date is %j', (date) => {
    expect(from(clock, text('GPS', 0x1d, date)).gpsDateTime).toBeUndefined();
  });
});
