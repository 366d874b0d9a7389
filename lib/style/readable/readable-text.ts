// One tag as a text for people.

import { InteropTag, Tag } from '../../tag/ids';
import type { Entries } from '../../tag/lookup';
import { orientationOf } from '../../tag/orientation';
import { exifrWord } from '../../tag/words';
import type { TagEntry } from '../../types';
import { isBlankAperture, isoOf, signedOf } from '../derived/exposure';
import { isText, numberOf, numbersOf, textOf } from '../text/entry-value';
import { gpsText } from './gps-text';
import { tagWords } from './readable-words';
import { apertureText, apexAperture, apexExposure, biasText, dateText, decimal, exposureText, lensText } from './units';

/** The number of components that are shown of a list. */
const mostParts = 16;

/** The text of an entry's first number; null leaves the tag out. */
type Measure = (value: number, entry: TagEntry, entries: Entries) => string | null;
type Format = (entry: TagEntry, entries: Entries) => string | null;

const unit =
  (name: string, digits = 2): Measure =>
  (value) =>
    `${decimal(value, digits)}${name}`;

/** Tag of IFD0, IFD1 or the Exif IFD -> the text for its number. */
const measures: ReadonlyMap<number, Measure> = new Map<number, Measure>([
  [Tag.XResolution, resolution],
  [Tag.YResolution, resolution],
  [Tag.ExposureTime, exposureText],
  [Tag.FNumber, (value) => apertureText(value)],
  [Tag.ISOSpeedRatings, isoText],
  [Tag.CompressedBitsPerPixel, unit(' bits per pixel')],
  [Tag.ShutterSpeedValue, apexExposure],
  [Tag.ApertureValue, apertureValue],
  [Tag.BrightnessValue, unit(' EV')],
  [Tag.ExposureBiasValue, biasText],
  [Tag.MaxApertureValue, apertureValue],
  [Tag.SubjectDistance, (value, { value: stored }) => distanceText(value, stored)],
  [Tag.FocalLength, unit(' mm')],
  [Tag.Temperature, unit(' °C')],
  [Tag.Humidity, unit(' %')],
  [Tag.Pressure, unit(' hPa')],
  [Tag.WaterDepth, unit(' m')],
  [Tag.Acceleration, unit(' mGal')],
  [Tag.CameraElevationAngle, unit('°')],
  // Some cameras write two numbers, of which the first is the size.
  [Tag.PixelXDimension, unit('', 0)],
  [Tag.PixelYDimension, unit('', 0)],
  [Tag.DigitalZoomRatio, unit('x')],
  [Tag.FocalLengthIn35mmFilm, unit(' mm')],
]);

/** Those of them that are signed by definition. */
const signedTags: ReadonlySet<number> = new Set([
  Tag.ShutterSpeedValue,
  Tag.BrightnessValue,
  Tag.ExposureBiasValue,
  Tag.Temperature,
  Tag.WaterDepth,
  Tag.CameraElevationAngle,
]);

/** Tag of IFD0, IFD1 or the Exif IFD -> its text, for tags that need more than one number. */
const formats: ReadonlyMap<number, Format> = new Map<number, Format>([
  ...[Tag.DateTime, Tag.DateTimeOriginal, Tag.DateTimeDigitized].map((tag): [number, Format] => [
    tag,
    (entry, { littleEndian }) => dateText(textOf(entry, littleEndian)),
  ]),
  ...[Tag.ExifVersion, Tag.FlashpixVersion].map((tag): [number, Format] => [tag, versionText]),
  [Tag.Orientation, orientationText],
  [Tag.ComponentsConfiguration, components],
  [Tag.LensSpecification, (entry) => lensText(numbersOf(entry, 4))],
]);

/** The text of `entry`, which is one of `entries`; null when there is nothing to show. */
export function readableText(entry: TagEntry, entries: Entries): string | null {
  if (entry.value === null) return null;
  if (entry.ifd === 'GPS') return gpsText(entry, entries) ?? genericText(entry, entries);
  if (entry.ifd === 'Interop')
    return entry.tag === InteropTag.InteroperabilityVersion ? versionText(entry, entries) : genericText(entry, entries);
  const format = formats.get(entry.tag);
  if (format !== undefined) return format(entry, entries);
  if (isText(entry)) return genericText(entry, entries);
  const measure = measures.get(entry.tag);
  const value = signedTags.has(entry.tag) ? signedOf(entry) : numberOf(entry);
  if (measure !== undefined) return value === null ? null : measure(value, entry, entries);
  const word = entry.count === 1 && value !== null ? wordOf(entry.tag, value) : null;
  return word ?? genericText(entry, entries);
}

function wordOf(tag: number, value: number): string | null {
  return exifrWord(tag, value) ?? tagWords.get(tag)?.get(value) ?? null;
}

/** The text, the numbers, or the number of bytes. */
export function genericText(entry: TagEntry, { littleEndian }: Entries): string | null {
  const text = textOf(entry, littleEndian);
  if (text !== '' || isText(entry)) return text === '' ? null : text;
  if (entry.value instanceof Uint8Array && entry.count > mostParts) return `${entry.count} bytes`;
  const numbers = numbersOf(entry, mostParts);
  if (numbers.length === 0 || numbers.includes(null)) return null;
  const shown = numbers.map((number) => decimal(number ?? 0, 4)).join(', ');
  return entry.count > mostParts ? `${shown} and ${entry.count - mostParts} more` : shown;
}

function isoText(value: number, _entry: TagEntry, entries: Entries): string | null {
  const iso = isoOf(value, entries.image);
  return iso === null ? null : `ISO ${decimal(iso, 0)}`;
}

function apertureValue(value: number, _entry: TagEntry, entries: Entries): string | null {
  return isBlankAperture(value, entries.image) ? null : apexAperture(value);
}

/** Pixels per inch, unless the ResolutionUnit in the same IFD says otherwise [EXIF 3.0 4.6.4.1]. */
function resolution(value: number, { ifd }: TagEntry, entries: Entries): string | null {
  const kind = numberOf(entries.at(ifd, Tag.ResolutionUnit)) ?? 2;
  if (value <= 0) return null;
  if (kind === 2) return `${decimal(value, 2)} dpi`;
  return kind === 3 ? `${decimal(value, 2)} per cm` : decimal(value, 2);
}

/** Zero means unknown, all bits set mean infinity [EXIF 3.0 4.6.5.3 SubjectDistance]. */
function distanceText(value: number, stored: TagEntry['value']): string {
  const first = stored?.[0];
  if (Array.isArray(first) && first[0] === 0xffffffff) return 'Infinity';
  return value === 0 ? 'Unknown' : `${decimal(value, 2)} m`;
}

/** `2.32` for `0232`: two digits are the major version, two the minor one. Zeros that carry no information are left out. */
function versionText(entry: TagEntry, { littleEndian }: Entries): string | null {
  const text = textOf(entry, littleEndian);
  if (!/^\d{4}$/.test(text)) return text === '' ? null : text;
  return `${Number(text.slice(0, 2))}.${text.charAt(2)}${text.charAt(3).replace('0', '')}`;
}

/** The word for an orientation of any type. */
function orientationText(entry: TagEntry, entries: Entries): string | null {
  const orientation = orientationOf(entry);
  const isOne = entry.value instanceof Uint8Array || entry.count === 1;
  return (orientation !== null && isOne ? wordOf(entry.tag, orientation) : null) ?? genericText(entry, entries);
}

/** `Y Cb Cr -`. */
function components(entry: TagEntry): string | null {
  const parts = numbersOf(entry, 4).map((part) =>
    part === null ? '?' : (exifrWord(Tag.ComponentsConfiguration, part) ?? String(part)),
  );
  return parts.length === 0 ? null : parts.join(' ');
}
