// Where an image was made, and when by the clock of GPS.
import type { TagEntry } from '../../../lib/types';
import { latin1 } from '../../build/bytes';
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
    expect(from(text('GPS', 1, 'N'), text('GPS', 2, '45,32,38.27')).latitude).toBeUndefined();
    expect(from(entry('GPS', 1, BYTE, latin1('N')), ratio('GPS', 2, [52, 1])).latitude).toBeUndefined();
  });

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
