import { latin1 } from '../../build/bytes';
import { entry, from, type Ifd, text } from './derived-entries';

describe('times', () => {
  const original = (time: string, subSec?: string, offset?: string): string | undefined =>
    from(
      text('Exif', 0x9003, time),
      ...(subSec === undefined ? [] : [text('Exif', 0x9291, subSec)]),
      ...(offset === undefined ? [] : [text('Exif', 0x9011, offset)]),
    ).dateTimeOriginal;
  const day = '2024:05:01 12:00:00';

  test.each<[string, string | undefined]>([
    [day, '2024-05-01T12:00:00'],
    ['2024-05-01T12:00:00', '2024-05-01T12:00:00'],
    ['2024-05-01T12:00:00Z', '2024-05-01T12:00:00Z'],
    ['2024:05:01 12:00:00.978+02:00', '2024-05-01T12:00:00.978+02:00'],
    ['2004.07.17 00.24.35', '2004-07-17T00:24:35'],
    [`${day}   `, '2024-05-01T12:00:00'],
    ['2024:02:29 23:59:59', '2024-02-29T23:59:59'],
    ['2000:02:29 00:00:00', '2000-02-29T00:00:00'],
    ['2023:02:29 00:00:00', undefined],
    ['1900:02:29 00:00:00', undefined],
    ['    :  :     :  :  ', undefined],
    ['0000:00:00 00:00:00', undefined],
    ['0000:01:01 00:00:00', undefined],
    ['2024:13:01 00:00:00', undefined],
    ['2024:04:31 00:00:00', undefined],
    ['2024:05:01 24:00:00', undefined],
    ['2024:05:01 12:60:00', undefined],
    ['2024:05:01 23:59:60', undefined],
    ['2024:05:01', undefined],
    ['2024:05-01 12:00:00', undefined],
    ['1714564800', undefined],
    ['2024-04-22T14:38:09GMT+2', undefined],
    ['', undefined],
  ])('%j', (time, expected) => {
    expect(original(time)).toBe(expected);
  });

  test('the fraction is as stored', () => {
    expect(original(day, '1')).toBe('2024-05-01T12:00:00.1');
    expect(original(day, '12300  ')).toBe('2024-05-01T12:00:00.12300');
    expect(['', '   ', '0.9', 'x', '-1', '1'.repeat(13)].map((subSec) => original(day, subSec))).toEqual(
      Array(6).fill('2024-05-01T12:00:00'),
    );
  });

  test('the offset is there where it is one', () => {
    expect(original(day, '5', '+02:00')).toBe('2024-05-01T12:00:00.5+02:00');
    expect(original(day, undefined, '-09:30')).toBe('2024-05-01T12:00:00-09:30');
    expect(original(day, undefined, 'Z')).toBe('2024-05-01T12:00:00Z');
    const wrong = ['   :  ', '+2:00', '+0200', '+15:00', '+02:60', 'CEST', ''];
    expect(wrong.map((offset) => original(day, undefined, offset))).toEqual(Array(7).fill('2024-05-01T12:00:00'));
  });

  test('each time has its own fraction and offset', () => {
    const time = (tag: number, ifd: Ifd = 'Exif') => text(ifd, tag, day);
    const parts = [0x9290, 0x9291, 0x9292].map((tag, i) => text('Exif', tag, String(i)));
    const offsets = [0x9010, 0x9011, 0x9012].map((tag, i) => text('Exif', tag, `+0${i}:00`));
    expect(from(time(0x0132, 'IFD0'), time(0x9003), time(0x9004), ...parts, ...offsets)).toEqual({
      dateTime: '2024-05-01T12:00:00.0+00:00',
      dateTimeOriginal: '2024-05-01T12:00:00.1+01:00',
      dateTimeDigitized: '2024-05-01T12:00:00.2+02:00',
    });
  });

  test('a time of another type than ASCII is none', () => {
    expect(from(entry('Exif', 0x9003, 7, latin1(day)))).toEqual({});
  });
});
