// Words for enumerated values that exifr's dictionaries do not have [EXIF 3.0 4.6.4 to 4.6.8, TIFF 6.0].
import { GpsTag, Tag } from '../../tag/ids';

type Words = ReadonlyMap<number, string>;

const words = (...list: readonly (readonly [number, string])[]): Words => new Map(list);

/** Tag of IFD0, IFD1 or the Exif IFD -> value -> word. */
export const tagWords: ReadonlyMap<number, Words> = new Map([
  [Tag.NewSubfileType, words([0, 'Full image'], [1, 'Reduced image'], [2, 'Page'], [4, 'Mask'])],
  [
    Tag.Compression,
    words(
      [1, 'Uncompressed'],
      [2, 'CCITT 1D'],
      [3, 'Group 3 fax'],
      [4, 'Group 4 fax'],
      [5, 'LZW'],
      [6, 'JPEG'],
      [7, 'JPEG'],
      [8, 'Deflate'],
      [32773, 'PackBits'],
      [34892, 'Lossy JPEG'],
    ),
  ],
  [
    Tag.PhotometricInterpretation,
    words(
      [0, 'White is zero'],
      [1, 'Black is zero'],
      [2, 'RGB'],
      [3, 'Palette'],
      [4, 'Mask'],
      [5, 'CMYK'],
      [6, 'YCbCr'],
      [8, 'CIELab'],
      [32803, 'Colour filter array'],
      [34892, 'Linear raw'],
    ),
  ],
  [Tag.PlanarConfiguration, words([1, 'Chunky'], [2, 'Planar'])],
  [Tag.YCbCrPositioning, words([1, 'Centered'], [2, 'Co-sited'])],
  [
    Tag.SensitivityType,
    words(
      [0, 'Unknown'],
      [1, 'Standard output sensitivity'],
      [2, 'Recommended exposure index'],
      [3, 'ISO speed'],
      [4, 'Standard output sensitivity and recommended exposure index'],
      [5, 'Standard output sensitivity and ISO speed'],
      [6, 'Recommended exposure index and ISO speed'],
      [7, 'Standard output sensitivity, recommended exposure index and ISO speed'],
    ),
  ],
  [Tag.ColorSpace, words([1, 'sRGB'], [2, 'Adobe RGB'], [65535, 'Uncalibrated'])],
]);

/** Number tag of the GPS IFD -> value -> word. */
export const gpsWords: ReadonlyMap<number, Words> = new Map([
  [
    GpsTag.GPSAltitudeRef,
    words([0, 'Above sea level'], [1, 'Below sea level'], [2, 'Above sea level'], [3, 'Below sea level']),
  ],
  [GpsTag.GPSDifferential, words([0, 'No correction'], [1, 'Differential correction'])],
]);

type Letters = ReadonlyMap<string, string>;

const direction: Letters = new Map([
  ['M', 'Magnetic North'],
  ['T', 'True North'],
]);

/** Text tag of the GPS IFD -> its letter -> word. */
export const gpsLetters: ReadonlyMap<number, Letters> = new Map([
  [
    GpsTag.GPSStatus,
    new Map([
      ['A', 'Measurement in progress'],
      ['V', 'Measurement interrupted'],
    ]),
  ],
  [
    GpsTag.GPSMeasureMode,
    new Map([
      ['2', 'Two-dimensional'],
      ['3', 'Three-dimensional'],
    ]),
  ],
  [
    GpsTag.GPSSpeedRef,
    new Map([
      ['K', 'Kilometers per hour'],
      ['M', 'Miles per hour'],
      ['N', 'Knots'],
    ]),
  ],
  [GpsTag.GPSTrackRef, direction],
  [GpsTag.GPSImgDirectionRef, direction],
  [GpsTag.GPSDestBearingRef, direction],
  [
    GpsTag.GPSDestDistanceRef,
    new Map([
      ['K', 'Kilometers'],
      ['M', 'Miles'],
      ['N', 'Nautical Miles'],
    ]),
  ],
]);

/** The units that `GPSSpeedRef` and `GPSDestDistanceRef` name. */
export const speedUnits: Letters = new Map([
  ['K', 'km/h'],
  ['M', 'mph'],
  ['N', 'kn'],
]);
export const distanceUnits: Letters = new Map([
  ['K', 'km'],
  ['M', 'mi'],
  ['N', 'nmi'],
]);
