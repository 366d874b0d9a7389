// The date and time of the GPS IFD.
import type { TagEntry } from '../../../../lib/types';
import { latin1 } from '../../../../testing/build/bytes';
import { entry, from, type Pair, ratio, signed, text } from './entries';

const DOUBLE = 12;

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
