import { latin1 } from '../../../../testing/build/bytes';
import { entry, from, type Ifd, text } from './entries';

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
    ['2024:05:01 24:00:00', '2024-05-01T00:00:00'],
    ['2015:08:22 24:08:19', '2015-08-22T00:08:19'],
    ['2024:05:01 25:00:00', undefined],
    ['2024:05:01  9:05:03', '2024-05-01T09:05:03'],
    ['2024:05:01 9:05:03', '2024-05-01T09:05:03'],
    ['2024: 5: 1  9: 5: 3', '2024-05-01T09:05:03'],
    ['2024:5:1 9:5:3', '2024-05-01T09:05:03'],
    ['2024:05:01:12:00:00', '2024-05-01T12:00:00'],
    ['2011-10-06T17:47:14', '2011-10-06T17:47:14'],
    ['2011:10:06 17:47:14.264', '2011-10-06T17:47:14.264'],
    ['2011:10:06 17:47:14,264', '2011-10-06T17:47:14.264'],
    ['2011/10/06 17:47:14', '2011-10-06T17:47:14'],
    ['20111006 17:47:14.264', '2011-10-06T17:47:14.264'],
    ['20111006174714', '2011-10-06T17:47:14'],
    ['20111006 174714', '2011-10-06T17:47:14'],
    ['20111006T174714Z', '2011-10-06T17:47:14Z'],
    ['20111006_174714', '2011-10-06T17:47:14'],
    ['20111006174714.5-0500', '2011-10-06T17:47:14.5-05:00'],
    ['2011:10:06 174714', '2011-10-06T17:47:14'],
    ['20111306174714', undefined],
    ['201110061747', undefined],
    ['20111006', undefined],
    ['1714564800123', undefined],
    ['1714564800123456', undefined],
    ['2025:01:14 18:31:30+0000', '2025-01-14T18:31:30+00:00'],
    ['2025:01:14 18:31:30-0500', '2025-01-14T18:31:30-05:00'],
    ['2025:01:14 18:31:30 +05:30 ', '2025-01-14T18:31:30+05:30'],
    ['2025:01:14 18:31:30+9', '2025-01-14T18:31:30+09:00'],
    ['2025:01:14 18:31:30 UTC', '2025-01-14T18:31:30Z'],
    ['2025-01-14 18:31:30 GMT', '2025-01-14T18:31:30Z'],
    ['2025:01:14 18:31:30+9900', '2025-01-14T18:31:30'],
    ['2025:01:14 18:31:30 CEST', undefined],
    ['2024:05:01 09:05:03 PM', '2024-05-01T21:05:03'],
    ['2024:05:01 9:05:03pm', '2024-05-01T21:05:03'],
    ['2024:05:01 12:05:03 am', '2024-05-01T00:05:03'],
    ['2024:05:01 12:05:03 p.m.', '2024-05-01T12:05:03'],
    ['2024:05:01 14:05:03 PM', '2024-05-01T14:05:03'],
    ['2024:05:01 14:05:03 AM', undefined],
    ['2024:05:01 24:05:03 PM', undefined],
    ['2024:05:01 12:00:000', undefined],
    ['2024:05:01 12:00', undefined],
    ['2024:05:01 12:00:00 today', undefined],
    ['2024:00:10 12:00:00', undefined],
    ['01:05:2024 12:00:00', undefined],
    ['now', undefined],
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
    const wrong = ['   :  ', '+15:00', '+14:30', '+02:60', '+2:0', '02:00', 'CEST', '+', ''];
    expect(wrong.map((offset) => original(day, undefined, offset))).toEqual(Array(9).fill('2024-05-01T12:00:00'));
  });

  test.each([
    ['-5:00', '-05:00'],
    ['+0200', '+02:00'],
    ['-0500', '-05:00'],
    ['+9', '+09:00'],
    ['+09', '+09:00'],
    ['+530', '+05:30'],
    ['+05:30 ', '+05:30'],
    ['+ 9:00', '+09:00'],
    ['+14:00', '+14:00'],
    ['z', 'Z'],
    ['UTC', 'Z'],
    ['GMT', 'Z'],
  ])('the offset %j is %s', (offset, expected) => {
    expect(original(day, undefined, offset)).toBe(`2024-05-01T12:00:00${expected}`);
  });

  test('what the time itself says counts before the tags for it', () => {
    expect(original(`${day}.25+0100`, '5', '+02:00')).toBe('2024-05-01T12:00:00.25+01:00');
  });

  test.each<[string, number]>([
    ['BYTE', 1],
    ['SBYTE', 6],
    ['UNDEFINED', 7],
    ['UTF-8', 129],
  ])('times, fractions and offsets of type %s are as good as ASCII', (_name, type) => {
    const of = (tag: number, value: string) => entry('Exif', tag, type, latin1(value));
    expect(from(of(0x9003, `${day}\0`), of(0x9291, '25\0'), of(0x9011, '-5:00\0'))).toEqual({
      dateTimeOriginal: '2024-05-01T12:00:00.25-05:00',
    });
  });

  test('a fraction may be a number', () => {
    const fraction = (value: number) => from(text('Exif', 0x9003, day), entry('Exif', 0x9291, 3, [value]));
    expect(fraction(264)).toEqual({ dateTimeOriginal: '2024-05-01T12:00:00.264' });
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

  test('numbers, and bytes that are not text, give no time', () => {
    expect(from(entry('Exif', 0x9003, 3, [2024, 5, 1]))).toEqual({});
    expect(from(entry('Exif', 0x9003, 7, Uint8Array.of(7, 232, 5, 1)))).toEqual({});
  });
});
