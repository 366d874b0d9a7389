// One tag as a photographer reads it.
import { orientationOf } from '../../tag/orientation';
import type { TagEntry } from '../../types';
import { type Entries, isText, numberOf, numbersOf, textOf } from '../text/entry-value';
import { isBlankAperture, isoOf, signedOf } from '../typed/exposure';
import { exifrWord } from './exifr-words';
import { gpsText } from './gps-text';
import { tagWords } from './readable-words';
import { apertureText, apexAperture, apexExposure, biasText, dateText, decimal, exposureText, lensText } from './units';

/** Components that are shown of a value that is a list. */
const mostParts = 16;

/** The text of an entry's first number; null leaves the tag out. */
type Measure = (value: number, entry: TagEntry, entries: Entries) => string | null;
type Format = (entry: TagEntry, entries: Entries) => string | null;

const unit =
  (name: string, digits = 2): Measure =>
  (value) =>
    `${decimal(value, digits)}${name}`;

/** Tag of IFD0, IFD1 or the Exif IFD -> its measure. */
const measures: ReadonlyMap<number, Measure> = new Map<number, Measure>([
  [0x011a, resolution],
  [0x011b, resolution],
  [0x829a, exposureText],
  [0x829d, (value) => apertureText(value)],
  [0x8827, isoText],
  [0x9102, unit(' bits per pixel')],
  [0x9201, apexExposure],
  [0x9202, apertureValue],
  [0x9203, unit(' EV')],
  [0x9204, biasText],
  [0x9205, apertureValue],
  [0x9206, (value, { value: stored }) => distanceText(value, stored)],
  [0x920a, unit(' mm')],
  [0x9400, unit(' °C')],
  [0x9401, unit(' %')],
  [0x9402, unit(' hPa')],
  [0x9403, unit(' m')],
  [0x9404, unit(' mGal')],
  [0x9405, unit('°')],
  // Some cameras write two numbers, of which the first is the size.
  [0xa002, unit('', 0)],
  [0xa003, unit('', 0)],
  [0xa404, unit('x')],
  [0xa405, unit(' mm')],
]);

/** Measures that are signed by definition. */
const signedTags: ReadonlySet<number> = new Set([0x9201, 0x9203, 0x9204, 0x9400, 0x9403, 0x9405]);

/** Tag of IFD0, IFD1 or the Exif IFD -> its text, where it is not a matter of one number. */
const formats: ReadonlyMap<number, Format> = new Map<number, Format>([
  ...[0x0132, 0x9003, 0x9004].map((tag): [number, Format] => [
    tag,
    (entry, { littleEndian }) => dateText(textOf(entry, littleEndian)),
  ]),
  ...[0x9000, 0xa000].map((tag): [number, Format] => [tag, versionText]),
  [0x0112, orientationText],
  [0x9101, components],
  [0xa432, (entry) => lensText(numbersOf(entry, 4))],
]);

/** The text of `entry`, which is one of `entries`; null where there is nothing to read in it. */
export function readableText(entry: TagEntry, entries: Entries): string | null {
  if (entry.value === null) return null;
  if (entry.ifd === 'GPS') return gpsText(entry, entries) ?? genericText(entry, entries);
  if (entry.ifd === 'Interop') return entry.tag === 2 ? versionText(entry, entries) : genericText(entry, entries);
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

/** Text, numbers, or how many bytes there are. */
export function genericText(entry: TagEntry, { littleEndian }: Entries): string | null {
  const text = textOf(entry, littleEndian);
  if (text !== '' || isText(entry)) return text === '' ? null : text;
  if (entry.value instanceof Uint8Array && entry.count > mostParts) return `${entry.count} bytes`;
  const numbers = numbersOf(entry, mostParts);
  if (numbers.length === 0 || numbers.includes(null)) return null;
  const shown = numbers.map((number) => decimal(number ?? 0, 4)).join(', ');
  return entry.count > mostParts ? `${shown} and ${entry.count - mostParts} more` : shown;
}

/** Raw files keep the tags of a shot in IFD0 [ISO 12234-2]. */
function shotTags(entries: Entries): (tag: number) => TagEntry | undefined {
  return (tag) => entries.at('IFD0', tag) ?? entries.at('Exif', tag);
}

function isoText(value: number, _entry: TagEntry, entries: Entries): string | null {
  const iso = isoOf(value, shotTags(entries));
  return iso === null ? null : `ISO ${decimal(iso, 0)}`;
}

function apertureValue(value: number, _entry: TagEntry, entries: Entries): string | null {
  return isBlankAperture(value, shotTags(entries)) ? null : apexAperture(value);
}

/** Per inch, unless the ResolutionUnit beside it says otherwise [EXIF 3.0 4.6.4.1]. */
function resolution(value: number, { ifd }: TagEntry, entries: Entries): string | null {
  const kind = numberOf(entries.at(ifd, 0x0128)) ?? 2;
  if (value <= 0) return null;
  if (kind === 2) return `${decimal(value, 2)} dpi`;
  return kind === 3 ? `${decimal(value, 2)} per cm` : decimal(value, 2);
}

/** Zero is unknown, all bits set is infinity [EXIF 3.0 4.6.5.3 SubjectDistance]. */
function distanceText(value: number, stored: TagEntry['value']): string {
  const first = stored?.[0];
  if (Array.isArray(first) && first[0] === 0xffffffff) return 'Infinity';
  return value === 0 ? 'Unknown' : `${decimal(value, 2)} m`;
}

/** `2.32` of `0232`: two digits for the major version, two for the minor, without what is only a place. */
function versionText(entry: TagEntry, { littleEndian }: Entries): string | null {
  const text = textOf(entry, littleEndian);
  if (!/^\d{4}$/.test(text)) return text === '' ? null : text;
  return `${Number(text.slice(0, 2))}.${text.charAt(2)}${text.charAt(3).replace('0', '')}`;
}

/** The word of an orientation of whatever type. */
function orientationText(entry: TagEntry, entries: Entries): string | null {
  const orientation = orientationOf(entry);
  const isOne = entry.value instanceof Uint8Array || entry.count === 1;
  return (orientation !== null && isOne ? wordOf(entry.tag, orientation) : null) ?? genericText(entry, entries);
}

/** `Y Cb Cr -`. */
function components(entry: TagEntry): string | null {
  const parts = numbersOf(entry, 4).map((part) => (part === null ? '?' : (exifrWord(0x9101, part) ?? String(part))));
  return parts.length === 0 ? null : parts.join(' ');
}
