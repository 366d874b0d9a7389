// The line of a photographer, and what stands below it.
import { durationText, longDate, sizeText, toFacts } from '../../page/facts';

const tag = (name: string, type: string, value: unknown, id = 1) => ({ id, name, type, count: 1, value });
const camera = [tag('Make', 'ASCII', 'Canon'), tag('Model', 'ASCII', 'Canon EOS 5D')];
const shot = [
  tag('FocalLength', 'RATIONAL', [50, 1]),
  tag('FNumber', 'RATIONAL', [28, 10]),
  tag('ExposureTime', 'RATIONAL', [1, 50]),
  tag('ISOSpeedRatings', 'SHORT', 100),
];

test('camera, lens, aperture, time, ISO', () => {
  expect(toFacts({ ifds: { IFD0: camera, Exif: shot } }).line).toBe('Canon EOS 5D, 50 mm, f/2.8, 1/50 s, ISO 100');
});

test('the style cos gives the same line and place', () => {
  const cos = {
    Make: { val: 'Canon' },
    Model: { val: 'Canon EOS 5D' },
    FocalLength: { val: '50/1' },
    FNumber: { val: '28/10' },
    ExposureTime: { val: '1/50' },
    ISOSpeedRatings: { val: '100' },
    GPSLatitude: { val: '52/1 30/1 0/100' },
    GPSLatitudeRef: { val: 'S' },
    GPSLongitude: { val: '13/1 15/1 0/1' },
    GPSLongitudeRef: { val: 'E' },
    DateTimeOriginal: { val: '2026:05:17 20:42:09' },
  };
  const facts = toFacts(cos);
  expect(facts.line).toBe('Canon EOS 5D, 50 mm, f/2.8, 1/50 s, ISO 100');
  expect(facts.place).toEqual({ latitude: -52.5, longitude: 13.25, altitude: null });
  expect(facts.about).toEqual(['17 May 2026, 20:42']);
});

test('the style flat gives the same line, place and time', () => {
  const numbers = { focalLength: 50, fNumber: 2.8, exposureTime: 0.02, iso: 100, latitude: -52.5, longitude: 13.25 };
  const facts = toFacts({ make: 'Canon', model: 'Canon EOS 5D', takenAt: '2026-05-17T20:42:09+02:00', ...numbers });
  expect(facts.line).toBe('Canon EOS 5D, 50 mm, f/2.8, 1/50 s, ISO 100');
  expect(facts.place).toEqual({ latitude: -52.5, longitude: 13.25, altitude: null });
  expect(facts.about).toEqual(['17 May 2026, 20:42 +02:00']);
});

test.each([
  [{}, ''],
  [null, ''],
  [{ error: 'no exif data' }, ''],
  [{ ifds: { IFD0: [tag('Make', 'ASCII', 'NIKON CORPORATION'), tag('Model', 'ASCII', 'NIKON D90')] } }, 'NIKON D90'],
  [{ ifds: { IFD0: [tag('Make', 'ASCII', 'Apple'), tag('Model', 'ASCII', 'iPhone 15')] } }, 'Apple iPhone 15'],
  [{ ifds: { Exif: [tag('ExposureTime', 'RATIONAL', [1, 0]), tag('FNumber', 'RATIONAL', [0, 0])] } }, ''],
  [{ ifds: { Exif: [tag('ExposureTime', 'RATIONAL', [5, 2])] } }, '2.5 s'],
  [{ ifds: {}, derived: { exposureTime: 0.004, fNumber: 5.6 } }, 'f/5.6, 1/250 s'],
  [{ ifds: { Exif: [tag('FNumber', 'RATIONAL', [95, 100])] }, derived: { fNumber: 0.95 } }, 'f/0.95'],
  [{ FNumber: { val: '5/4' } }, 'f/1.25'],
  [{ ifds: { Exif: [tag('ApertureValue', 'RATIONAL', [3, 1])] }, derived: { fNumber: 2 ** 1.5 } }, 'f/2.8'],
])('%j is %j', (json, line) => {
  expect(toFacts(json).line).toBe(line);
});

test('format, size, time and damage are shown', () => {
  const facts = toFacts({
    format: 'jpeg',
    size: 84_211,
    width: 400,
    height: 300,
    frames: 3,
    animated: true,
    ifds: { IFD1: [tag('JPEGInterchangeFormat', 'LONG', 8, 0x0201)] },
    derived: { width: 300, height: 400, orientation: 6, dateTimeOriginal: '2024-05-01T12:00:00.123+02:00' },
    warnings: [{ code: 'truncated', at: 5, detail: 'cut' }, 'odd'],
  });
  expect(facts).toEqual({
    line: '',
    about: ['1 May 2024, 12:00 +02:00', 'JPEG', '300 × 400', '82.2 KB', '3 frames'],
    place: null,
    orientation: 6,
    hasThumbnail: true,
    warnings: ['truncated: cut'],
  });
});

test.each([
  ['heif', 3, false, []],
  ['tiff', 3, false, ['3 pages']],
  ['tiff', 1, false, []],
  ['heif', 3, true, ['3 frames']],
] as const)('of %s with %d pictures, animated %p, is shown as %j', (format, frames, animated, told) => {
  expect(toFacts({ format, frames, animated }).about).toEqual([format.toUpperCase(), ...told]);
});

test.each([
  ['2024-05-01T12:00:00Z', '1 May 2024, 12:00 Z'],
  ['2024:12:31 23:59:59', '31 December 2024, 23:59'],
  ['    :  :     :  :  ', ''],
  ['2024:13:01 00:00:00', ''],
])('%j is %j', (text, shown) => {
  expect(longDate(text)).toBe(shown);
});

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [1023, '1023 bytes'],
  [1024, '1.0 KB'],
  [1024 * 1024 - 1, '1.0 MB'],
  [2_412_749, '2.3 MB'],
  [1024 ** 3 - 1, '1.0 GB'],
  [20 * 1024 ** 3, '20.0 GB'],
  [5 * 1024 ** 5, '5120.0 TB'],
])('%d bytes are %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});

test('what would turn the line around is left out of it', () => {
  const ifds = { IFD0: [tag('Make', 'ASCII', '\u202eMaker'), tag('Model', 'ASCII', 'One\u2066\u0007')] };
  expect(toFacts({ ifds }).line).toBe('Maker One');
});

test.each([
  [91, 0],
  [0, 181],
])('a place at %d, %d is invalid', (latitude, longitude) => {
  expect(toFacts({ ifds: {}, derived: { latitude, longitude } }).place).toBeNull();
});

test.each([
  [1.94, '1.9 s'],
  [59.94, '59.9 s'],
  [59.96, '1:00'],
  [3725, '62:05'],
  [0, ''],
  [Number.NaN, ''],
])('%d seconds are %j', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});
