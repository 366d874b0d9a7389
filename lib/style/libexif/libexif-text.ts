// The value of an entry as libexif 0.6.24 prints it. For values that libexif does not print, a similar text.

import { maxShownText } from '../../limits';
import { GpsTag, InteropTag, Tag } from '../../tag/ids';
import { isTextTag } from '../../tag/text-tags';
import { BYTE, RATIONAL, SBYTE, SHORT, signedByte, tagTypes, UNDEFINED } from '../../tiff/type';
import type { Rational, TagEntry } from '../../types';
import { withoutControls } from '../text/clean-text';
import { isText, numberOf, numbersOf, shortText, textOf } from '../text/entry-value';
import { knownWords, listedWords, versionWords } from './libexif-words';
import { fixedText, libexifRational } from './printf-number';

const undefinedData = 'bytes undefined data';

type Show = (value: number) => string | null;

/** The number with `digits` decimals, between the texts `before` and `after`. */
const fixed =
  (digits: number, before: string, after: string): Show =>
  (value) => {
    const text = fixedText(value, digits);
    return text === null ? null : `${before}${text}${after}`;
  };

/** A value in EV, with its meaning in brackets if that can be written. */
const apex =
  (meaning: Show): Show =>
  (value) => {
    const shown = meaning(value);
    return `${fixedText(value, 2)} EV${shown === null ? '' : ` (${shown})`}`;
  };

const seconds: Show = (value) => {
  const text = value > 0 && value < 1 ? fixedText(1 / value, 0) : fixedText(value, 0);
  return text === null ? null : `${value > 0 && value < 1 ? '1/' : ''}${text} sec.`;
};

/** Candela per square metre in one foot-lambert, the unit that libexif computes brightness with. */
const footLambert = 1 / (Math.PI * 0.3048 ** 2);

/** Tag of one rational -> its text. */
const rationals: ReadonlyMap<number, Show> = new Map([
  [Tag.ExposureTime, seconds],
  [Tag.FNumber, fixed(1, 'f/', '')],
  [Tag.ShutterSpeedValue, apex((value) => seconds(2 ** -value))],
  [Tag.ApertureValue, apex((value) => fixed(1, 'f/', '')(2 ** (value / 2)))],
  [Tag.BrightnessValue, apex((value) => fixed(2, '', ' cd/m^2')(footLambert * 2 ** value))],
  [Tag.ExposureBiasValue, fixed(2, '', ' EV')],
  [Tag.MaxApertureValue, apex((value) => fixed(1, 'f/', '')(2 ** (value / 2)))],
  [Tag.SubjectDistance, fixed(1, '', ' m')],
  [Tag.FocalLength, fixed(1, '', ' mm')],
]);

/** The text of an entry, at most `maxShownText` UTF-16 units; null when it was not read. */
export function libexifText(entry: TagEntry, littleEndian: boolean): string | null {
  return (
    wholeText(entry, littleEndian)
      ?.slice(0, maxShownText)
      .replace(/[\ud800-\udbff]$/, '') ?? null
  );
}

function wholeText(entry: TagEntry, littleEndian: boolean): string | null {
  const { tag, ifd, value } = entry;
  // libexif shows only the length of such a value. The length is known even when the value was not read.
  if (value === null) return entry.type === UNDEFINED ? `${entry.count} ${undefinedData}` : null;
  const own = ifd === 'GPS' ? gpsText(entry) : ifd === 'Interop' ? null : shotText(entry);
  if (own !== null) return own;
  const text = isText(entry) || isNamedText(tag, ifd) ? shortText(entry, littleEndian) : null;
  if (text === null) return (isTextTag(ifd, tag) && textOf(entry, littleEndian)) || genericText(entry);
  if (tag === Tag.Copyright && ifd !== 'GPS') return copyrightText(text);
  return shownText(text.split('\0', 1)[0] ?? '');
}

/** Tags whose bytes libexif prints as text: comments, the XP tags of Windows, InteroperabilityVersion. */
function isNamedText(tag: number, ifd: string): boolean {
  return ifd === 'Interop'
    ? tag === InteropTag.InteroperabilityVersion
    : ifd !== 'GPS' && (tag === Tag.UserComment || (tag >= Tag.XPTitle && tag <= Tag.XPSubject));
}

/** Spaces stay, as they do in libexif. */
function shownText(text: string): string {
  return withoutControls(text.slice(0, maxShownText));
}

function copyrightText(text: string): string {
  const [photographer, editor] = [0, 1].map((index) => {
    const name = shownText(text.split('\0', 2)[index] ?? '');
    return name.trim() === '' ? '[None]' : name;
  });
  return `${photographer} (Photographer) - ${editor} (Editor)`;
}

function shotText(entry: TagEntry): string | null {
  const { tag, type, count } = entry;
  const number = count === 1 ? numberOf(entry) : null;
  const show = rationals.get(tag);
  if (show !== undefined) return number === null || type < RATIONAL || type === UNDEFINED ? null : show(number);
  if (type === SHORT && number !== null) return wordText(tag, number);
  if (type === SHORT) return pairText(entry);
  if (type !== UNDEFINED) return null;
  if (tag === Tag.FileSource && number !== null) return number === 3 ? 'DSC' : unknownText(number);
  if (tag === Tag.SceneType && number !== null) return number === 1 ? 'Directly photographed' : unknownText(number);
  if (tag === Tag.ComponentsConfiguration && count === 4) {
    return numbersOf(entry, 4)
      .map((part) => ['-', 'Y', 'Cb', 'Cr', 'R', 'G', 'B'][part ?? 7] ?? 'Reserved')
      .join(' ');
  }
  return versionText(entry);
}

function wordText(tag: number, value: number): string | null {
  const listed = listedWords.get(tag);
  if (listed !== undefined) {
    const past = value > Math.max(...listed.keys());
    return listed.get(value) ?? (past ? String(value) : `Unknown value ${value}`);
  }
  const known = knownWords.get(tag);
  return known === undefined ? null : (known.get(value) ?? unknownText(value));
}

function unknownText(value: number): string {
  return `Internal error (unknown value ${value})`;
}

function versionText(entry: TagEntry): string | null {
  const versions = versionWords.get(entry.tag);
  if (versions === undefined || entry.count !== 4) return null;
  const digits = String.fromCharCode(...numbersOf(entry, 4).map((part) => part ?? 0));
  return versions.get(digits) ?? `Unknown ${entry.tag === Tag.ExifVersion ? 'Exif' : 'FlashPix'} Version`;
}

/** YCbCrSubSampling and SubjectArea. */
function pairText(entry: TagEntry): string | null {
  const [x, y, width, height] = numbersOf(entry, 4);
  if (entry.tag === Tag.YCbCrSubSampling && entry.count === 2) {
    return x === 2 && (y === 1 || y === 2) ? `YCbCr4:2:${y === 1 ? 2 : 0}` : `${x}, ${y}`;
  }
  if (entry.tag !== Tag.SubjectArea || entry.count > 4) return null;
  const centre = `(x,y) = (${x},${y})`;
  if (entry.count === 2) return centre;
  if (entry.count === 3) return `Within distance ${width} of ${centre}`;
  return `Within rectangle (width ${width}, height ${height}) around ${centre}`;
}

function gpsText(entry: TagEntry): string | null {
  const numbers = numbersOf(entry, 4);
  if (entry.tag === GpsTag.GPSVersionID && entry.type === BYTE && entry.count === 4) return numbers.join('.');
  if (entry.tag === GpsTag.GPSAltitudeRef && entry.type === BYTE && entry.count === 1) {
    return ['Sea level', 'Sea level reference'][numbers[0] ?? 2] ?? unknownText(numbers[0] ?? 0);
  }
  if (entry.tag !== GpsTag.GPSTimeStamp || entry.count !== 3 || numbers.includes(null) || numbers.length < 3)
    return null;
  const [hours, minutes, second] = numbers.map((part) => part ?? 0);
  const whole = [hours, minutes].map((part) => String(Math.trunc(part ?? 0)).padStart(2, '0'));
  return `${whole.join(':')}:${fixedText(second ?? 0, 2)?.padStart(5, '0')}`;
}

/** Components separated by commas; bytes in hexadecimal; for untyped bytes only their number. */
function genericText(entry: TagEntry): string | null {
  const { value, type, count } = entry;
  if (value === null) return null;
  if (tagTypes.get(type)?.kind === 'float')
    return `${count * (tagTypes.get(type)?.size ?? 1)} bytes unsupported data type`;
  if (type === UNDEFINED || isText(entry)) return `${count} ${undefinedData}`;
  let text = '';
  for (const part of value) {
    text += `${text === '' ? '' : ', '}${componentText(part, type)}`;
    if (text.length > maxShownText) break;
  }
  return text;
}

function componentText(part: number | Rational, type: number): string {
  if (typeof part !== 'number') return libexifRational(part);
  if (type === SBYTE) return String(signedByte(part));
  return type === BYTE ? `0x${part.toString(16).padStart(2, '0')}` : String(part);
}
