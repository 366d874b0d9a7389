// The words that libexif 0.6.24 prints for enumerated values, and its tag names that differ from those of exiv2.
import { Tag } from '../../tag/ids';

type Words = ReadonlyMap<number, string>;

const words = (list: Readonly<Record<number, string>>): Words =>
  new Map(Object.entries(list).map(([value, word]) => [Number(value), word]));

/** Words for the numbers from `first` on; an empty word = no word for this number. */
const numbered = (first: number, ...list: readonly string[]): Words =>
  new Map(list.map((word, index) => [first + index, word] as [number, string]).filter(([, word]) => word !== ''));

/** Tag -> value -> word. For a value without a word, libexif prints the number. */
export const listedWords: ReadonlyMap<number, Words> = new Map([
  [
    Tag.PhotometricInterpretation,
    numbered(0, 'Reversed mono', 'Normal mono', 'RGB', 'Palette', '', 'CMYK', 'YCbCr', '', 'CieLAB'),
  ],
  [
    Tag.Orientation,
    numbered(
      1,
      'Top-left',
      'Top-right',
      'Bottom-right',
      'Bottom-left',
      'Left-top',
      'Right-top',
      'Right-bottom',
      'Left-bottom',
    ),
  ],
  // The standard counts from 1; libexif counts from 0, so that nearly all images are "Planar format".
  [Tag.PlanarConfiguration, numbered(0, 'Chunky format', 'Planar format')],
  [Tag.YCbCrPositioning, numbered(1, 'Centered', 'Co-sited')],
  [
    Tag.SensingMethod,
    numbered(
      1,
      'Not defined',
      'One-chip color area sensor',
      'Two-chip color area sensor',
      'Three-chip color area sensor',
      'Color sequential area sensor',
      '',
      'Trilinear sensor',
      'Color sequential linear sensor',
    ),
  ],
  [Tag.CustomRendered, numbered(0, 'Normal process', 'Custom process')],
  [Tag.ExposureMode, numbered(0, 'Auto exposure', 'Manual exposure', 'Auto bracket')],
  [Tag.WhiteBalance, numbered(0, 'Auto white balance', 'Manual white balance')],
  [Tag.SceneCaptureType, numbered(0, 'Standard', 'Landscape', 'Portrait', 'Night scene')],
  [Tag.GainControl, numbered(0, 'Normal', 'Low gain up', 'High gain up', 'Low gain down', 'High gain down')],
  [Tag.Contrast, numbered(0, 'Normal', 'Soft', 'Hard')],
  [Tag.Saturation, numbered(0, 'Normal', 'Low saturation', 'High saturation')],
  [Tag.Sharpness, numbered(0, 'Normal', 'Soft', 'Hard')],
]);

const resolutionUnit = words({ 2: 'Inch', 3: 'Centimeter' });

/** The parts of the texts for Flash. */
const fired = 'Flash fired';
const unfired = 'Flash did not fire';
const compulsory = 'compulsory flash mode';
const auto = 'auto mode';
const redEye = 'red-eye reduction mode';
const noReturn = 'return light not detected';
const seen = 'return light detected';
const join = (...parts: readonly string[]): string => parts.join(', ');

/** Tag -> value -> word. For a value without a word, libexif prints an internal error. */
export const knownWords: ReadonlyMap<number, Words> = new Map([
  [
    Tag.Compression,
    words({
      1: 'Uncompressed',
      5: 'LZW compression',
      6: 'JPEG compression',
      7: 'JPEG compression',
      8: 'Deflate/ZIP compression',
      32773: 'PackBits compression',
    }),
  ],
  [Tag.ResolutionUnit, resolutionUnit],
  [Tag.FocalPlaneResolutionUnit, resolutionUnit],
  [
    Tag.ExposureProgram,
    numbered(
      0,
      'Not defined',
      'Manual',
      'Normal program',
      'Aperture priority',
      'Shutter priority',
      'Creative program (biased toward depth of field)',
      'Creative program (biased toward fast shutter speed)',
      'Portrait mode (for closeup photos with the background out of focus)',
      'Landscape mode (for landscape photos with the background in focus)',
    ),
  ],
  [
    Tag.SensitivityType,
    numbered(
      0,
      'Unknown',
      'Standard output sensitivity (SOS)',
      'Recommended exposure index (REI)',
      'ISO speed',
      'Standard output sensitivity (SOS) and recommended exposure index (REI)',
      'Standard output sensitivity (SOS) and ISO speed',
      'Recommended exposure index (REI) and ISO speed',
      'Standard output sensitivity (SOS) and recommended exposure index (REI) and ISO speed',
    ),
  ],
  [
    Tag.MeteringMode,
    new Map([
      ...numbered(0, 'Unknown', 'Average', 'Center-weighted average', 'Spot', 'Multi spot', 'Pattern', 'Partial'),
      [255, 'Other'],
    ]),
  ],
  [
    Tag.LightSource,
    new Map([
      ...numbered(0, 'Unknown', 'Daylight', 'Fluorescent', 'Tungsten incandescent light', 'Flash'),
      ...numbered(9, 'Fine weather', 'Cloudy weather', 'Shade', 'Daylight fluorescent', 'Day white fluorescent'),
      ...numbered(14, 'Cool white fluorescent', 'White fluorescent', '', 'Standard light A', 'Standard light B'),
      ...numbered(19, 'Standard light C', 'D55', 'D65', 'D75', '', 'ISO studio tungsten'),
      [255, 'Other'],
    ]),
  ],
  [
    Tag.Flash,
    words({
      0: unfired,
      1: fired,
      5: 'Strobe return light not detected',
      7: 'Strobe return light detected',
      8: unfired,
      9: join(fired, compulsory),
      13: join(fired, compulsory, noReturn),
      15: join(fired, compulsory, seen),
      16: join(unfired, compulsory),
      24: join(unfired, auto),
      25: join(fired, auto),
      29: join(fired, auto, noReturn),
      31: join(fired, auto, seen),
      32: 'No flash function',
      65: join(fired, redEye),
      69: join(fired, redEye, noReturn),
      71: join(fired, redEye, seen),
      73: join(fired, compulsory, redEye),
      77: join(fired, compulsory, redEye, noReturn),
      79: join(fired, compulsory, redEye, seen),
      88: join(unfired, auto, redEye),
      89: join(fired, auto, redEye),
      93: join(fired, auto, noReturn, redEye),
      95: join(fired, auto, seen, redEye),
    }),
  ],
  [Tag.ColorSpace, words({ 1: 'sRGB', 2: 'Adobe RGB', 65535: 'Uncalibrated' })],
  [Tag.SubjectDistanceRange, numbered(0, 'Unknown', 'Macro', 'Close view', 'Distant view')],
]);

/** ExifVersion and FlashpixVersion: their four digits -> text. */
export const versionWords: ReadonlyMap<number, ReadonlyMap<string, string>> = new Map([
  [
    Tag.ExifVersion,
    new Map(
      ['1.1', '1.2', '2.0', '2.1', '2.2', '2.21', '2.3', '2.31', '2.32'].map((version) => [
        `0${version.replace('.', '')}`.padEnd(4, '0'),
        `Exif Version ${version}`,
      ]),
    ),
  ],
  [
    Tag.FlashpixVersion,
    new Map([
      ['0100', 'FlashPix Version 1.0'],
      ['0101', 'FlashPix Version 1.01'],
    ]),
  ],
]);

/** Names in IFD0, IFD1 and the Exif IFD that libexif writes differently from exiv2, or that exiv2 does not have. */
export const libexifNames: ReadonlyMap<number, string> = new Map([
  [Tag.IPTCNAA, 'IPTC/NAA'],
  [Tag.ISOSpeed, 'ISO Speed'],
  [Tag.ISOSpeedLatitudeyyy, 'ISO Speed Latitude yyy'],
  [Tag.ISOSpeedLatitudezzz, 'ISO Speed Latitude zzz'],
  [Tag.TIFFEPStandardID, 'TIFF/EPStandardID'],
  [Tag.MakerNote, 'MakerNote'],
  [Tag.SubSecTime, 'SubsecTime'],
  [0xea1c, 'Padding'],
]);
