// The facts about a picture that the page shows in words, from the JSON of the style `typed`, or of another one if it is the only
// one.
import { isObject, toGroups } from './rows';

export type Place = Readonly<{ latitude: number; longitude: number; altitude: number | null }>;

/** Texts are empty, numbers null, when the picture does not state them. `orientation` is 1 to 8 [EXIF 4.6.5.1]. */
export type Facts = Readonly<{
  line: string;
  about: readonly string[];
  place: Place | null;
  orientation: number;
  hasThumbnail: boolean;
  warnings: readonly string[];
}>;

/** A value by its name: the one in `derived`, otherwise the text of the tag. */
type ValueLookup = Readonly<{ text(name: string): string; number(tag: string, derived?: string): number | null }>;

/** The facts of an answer. */
export function toFacts(json: unknown): Facts {
  const members = isObject(json) ? json : {};
  // The style `flat` has the same values, but for the time, in its own members.
  const derived = isObject(members['derived']) ? members['derived'] : members;
  const groups = toGroups(json, new Map());
  const look = toLook(
    groups.filter(({ name }) => !/^(Derived|IFD1)$/.test(name)).flatMap(({ rows }) => rows),
    derived,
  );
  return {
    line: toLine(look),
    about: toAbout(members, derived, look),
    place: toPlace(look),
    orientation: look.number('Orientation', 'orientation') ?? 1,
    hasThumbnail: groups.some(({ name, rows }) => name === 'IFD1' && rows.some(({ id }) => id === '0x0201')),
    warnings: toWarnings(members['warnings']),
  };
}

function toLook(
  rows: readonly Readonly<{ name: string; text: string }>[],
  derived: Readonly<Record<string, unknown>>,
): ValueLookup {
  const texts = new Map<string, string>();
  for (const { name, text } of rows) if (!texts.has(name)) texts.set(name, text);
  return {
    text: (name) => (texts.get(name) ?? '').trim(),
    number: (tag, name = '') => {
      const value = typeof derived[name] === 'number' ? Number(derived[name]) : toNumber(texts.get(tag) ?? '');
      return Number.isFinite(value) ? value : null;
    },
  };
}

/** `28/10` and `2.8` as 2.8; NaN when it is not a number. */
function toNumber(text: string): number {
  const [, above, below = '1'] = /^(-?\d+(?:\.\d+)?)(?:\/(-?\d+))?$/.exec(text.split(' ')[0] ?? '') ?? [];
  return above === undefined ? Number.NaN : Number(above) / Number(below);
}

function toLine(look: ValueLookup): string {
  const exposure = look.number('ExposureTime', 'exposureTime');
  const aperture = look.number('FNumber', 'fNumber');
  // FNumber is exact to two decimals, as in the names of lenses (f/0.95). Computed from an aperture in APEX units, f/2.8 would
  // be f/2.83.
  const stated = look.number('FNumber');
  const focal = look.number('FocalLength', 'focalLength');
  const iso = look.number('ISOSpeedRatings', 'iso') ?? look.number('PhotographicSensitivity');
  return [
    camera(look.text('Make') || look.text('make'), look.text('Model') || look.text('model')),
    focal === null || focal <= 0 ? '' : `${round(focal, 1)} mm`,
    aperture === null || aperture <= 0 ? '' : `f/${round(aperture, aperture === stated ? 2 : 1)}`,
    exposure === null || exposure <= 0 ? '' : shutter(exposure),
    iso === null || iso <= 0 ? '' : `ISO ${round(iso, 0)}`,
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** Control characters, and characters that reverse the direction of text: they would reverse the whole line. */
const unseen = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu;

/** `text` on one line and in the direction of the words around it. */
export function withoutUnseen(text: string): string {
  return text.replace(unseen, ' ');
}

/** Maker and model of an answer in the style `flat`; '' without them. */
export function cameraOf(flat: Readonly<Record<string, unknown>>): string {
  return camera(String(flat['make'] ?? ''), String(flat['model'] ?? ''));
}

/** Many models start with the name of their maker, or its first word. */
function camera(make: string, model: string): string {
  const [first = ''] = make.split(' ');
  const isNamed = first !== '' && model.toLowerCase().startsWith(first.toLowerCase());
  const name = isNamed ? model : `${make} ${model}`;
  return withoutUnseen(name).trim().slice(0, 100).toWellFormed();
}

function shutter(seconds: number): string {
  return seconds >= 0.3 ? `${round(seconds, 1)} s` : `1/${round(1 / seconds, 0)} s`;
}

function round(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

function toAbout(
  members: Readonly<Record<string, unknown>>,
  derived: Readonly<Record<string, unknown>>,
  look: ValueLookup,
): string[] {
  const side = (name: 'width' | 'height'): number => Number(derived[name] ?? members[name] ?? 0);
  const format = typeof members['format'] === 'string' ? members['format'].toUpperCase() : '';
  const size = typeof members['size'] === 'number' ? sizeText(members['size']) : '';
  const stated = derived['dateTimeOriginal'] ?? members['takenAt'];
  const time = typeof stated === 'string' ? stated : look.text('DateTimeOriginal');
  const frames = Number(members['frames'] ?? 1);
  return [
    longDate(time),
    format,
    side('width') > 0 && side('height') > 0 ? `${side('width')} × ${side('height')}` : '',
    size,
    frames > 1 ? pictures(frames, members) : '',
  ].filter((part) => part !== '');
}

/** Other containers count thumbnails and masks, too. */
function pictures(count: number, { animated, format }: Readonly<Record<string, unknown>>): string {
  if (animated === true) return `${count} frames`;
  return format === 'tiff' ? `${count} pages` : '';
}

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October'];
months.push('November', 'December');

/** `17 May 2026, 20:42 +02:00` out of ISO 8601 or EXIF's own form: the clock of the camera, never that of this machine. */
export function longDate(time: string): string {
  const form = /^(\d{4})[-:](\d\d)[-:](\d\d)[T ](\d\d:\d\d)(?::\d\d)?(?:\.\d+)?(Z|[+-]\d\d:\d\d)?/;
  const [, year, month, day, clock, offset = ''] = form.exec(time) ?? [];
  const name = months[Number(month) - 1];
  return name === undefined ? '' : `${Number(day)} ${name} ${year}, ${clock}${offset === '' ? '' : ` ${offset}`}`;
}

/** Bytes as people read them: `12.4 KB`, of 1,024 bytes. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  const units = ['KB', 'MB', 'GB', 'TB'];
  const at = units.findIndex((_, i) => bytes < 1023.95 * 1024 ** (i + 1) || i === units.length - 1);
  return `${(bytes / 1024 ** (at + 1)).toFixed(1)} ${units[at]}`;
}

/** Seconds as `12.5 s`, from a minute on as `1:02`; empty when there are none. */
export function durationText(seconds: number): string {
  if (!(seconds > 0)) return '';
  if (seconds < 59.95) return `${round(seconds, 1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

function toPlace(look: ValueLookup): Place | null {
  const latitude = look.number('', 'latitude') ?? degrees(look.text('GPSLatitude'), look.text('GPSLatitudeRef'));
  const longitude = look.number('', 'longitude') ?? degrees(look.text('GPSLongitude'), look.text('GPSLongitudeRef'));
  if (latitude === null || longitude === null || Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null;
  return { latitude, longitude, altitude: look.number('', 'altitude') };
}

/** `52/1 30/1 5861/100` and `N` as degrees. */
function degrees(text: string, ref: string): number | null {
  const parts = text.split(' ').map(toNumber);
  if (text === '' || parts.length > 3 || !/^[NSEW]/i.test(ref)) return null;
  const value = parts.reduce((sum, part, i) => sum + part / 60 ** i, 0);
  return Number.isFinite(value) ? (/^[SW]/i.test(ref) ? -value : value) : null;
}

function toWarnings(warnings: unknown): string[] {
  const list = Array.isArray(warnings) ? warnings.slice(0, 20) : [];
  return list.filter(isObject).map(({ code, detail }) => `${String(code)}: ${String(detail)}`.slice(0, 300));
}
