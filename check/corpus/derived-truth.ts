// What should follow from the tags, made of ExifTool's converted values alone.
import type { ShownValue, Truth, TruthTag } from './truth';

/** Member of `derived` -> its value; undefined where ExifTool has none that makes sense. */
export type DerivedTruth = Readonly<Record<string, string | number | undefined>>;

const dateTime = /^(\d{4}).(\d\d).(\d\d)[ T](\d\d).(\d\d).(\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?$/;

/** Formats that turn their image themselves, whatever EXIF says. */
export const turnsItself: readonly string[] = ['heif', 'avif', 'jxl'];

export function derivedTruth(truth: Truth): DerivedTruth {
  const image = finder(truth, ['IFD0', 'ExifIFD']);
  const gps = finder(truth, ['GPS']);
  const orientation = number(image(0x0112));
  return {
    latitude: degrees(gps(2), gps(1), 'NS', 90),
    longitude: degrees(gps(4), gps(3), 'EW', 180),
    altitude: altitude(gps(6), gps(5)),
    gpsDateTime: time(`${String(gps(0x1d)?.val).slice(0, 10)} ${String(gps(7)?.val)}Z`),
    dateTimeOriginal: time(image(0x9003)?.val, image(0x9291)?.val, image(0x9011)?.val),
    dateTimeDigitized: time(image(0x9004)?.val, image(0x9292)?.val, image(0x9012)?.val),
    dateTime: time(image(0x0132)?.val, image(0x9290)?.val, image(0x9010)?.val),
    exposureTime: positive(image(0x829a)) ?? positive(image(0x9201)),
    fNumber: positive(image(0x829d)) ?? positive(image(0x9202)),
    iso: iso(image),
    exposureBias: number(image(0x9204)),
    focalLength: positive(image(0x920a)),
    focalLength35: positive(image(0xa405)),
    ...(turnsItself.includes(truth.format)
      ? {}
      : { orientation: orientation !== undefined && orientation >= 1 && orientation <= 8 ? orientation : undefined }),
  };
}

type Finder = (id: number) => TruthTag | undefined;

function finder({ exif }: Truth, groups: readonly string[]): Finder {
  const tags = new Map<number, TruthTag>();
  for (const group of groups) {
    for (const [at, tag] of Object.entries(exif)) {
      if (at.startsWith(`${group}:`) && !tags.has(tag.id)) tags.set(tag.id, tag);
    }
  }
  return (id) => tags.get(id);
}

/** The first number of what ExifTool shows; undefined of texts and of its words for quotients by zero. */
function number(tag: TruthTag | undefined): number | undefined {
  if (tag === undefined || tag.fmt === 'string' || tag.fmt === 'undef') return undefined;
  if (typeof tag.val === 'number') return tag.val;
  const [first = ''] = typeof tag.val === 'string' ? tag.val.split(' ') : [];
  return first !== '' && Number.isFinite(Number(first)) ? Number(first) : undefined;
}

function positive(tag: TruthTag | undefined): number | undefined {
  const value = number(tag);
  return value !== undefined && value > 0 ? value : undefined;
}

function iso(image: Finder): number | undefined {
  const own = positive(image(0x8827));
  if (own !== undefined && own !== 65_535) return own;
  return positive(image(0x8832)) ?? positive(image(0x8831)) ?? positive(image(0x8833));
}

/** ExifTool's degrees have no sign: the hemisphere is another tag, without which they are of no use. */
function degrees(tag: TruthTag | undefined, ref: TruthTag | undefined, signs: string, limit: number) {
  const size = tag?.val === '' ? undefined : Number(tag?.val);
  const sign = typeof ref?.val === 'string' && ref.val !== '' ? signs.indexOf(ref.val.charAt(0)) : -1;
  if (size === undefined || !(size <= limit) || sign < 0) return undefined;
  return sign === 0 ? size : -size;
}

function altitude(tag: TruthTag | undefined, ref: TruthTag | undefined): number | undefined {
  const size = number(tag);
  return size !== undefined && number(ref) === 1 ? -size : size;
}

/** A time that the calendar has, in ISO 8601. */
function time(text?: ShownValue, subSec?: ShownValue, offset?: ShownValue): string | undefined {
  const match = dateTime.exec(String(text ?? ''));
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction, zone] = match;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const instant = new Date(`${iso}Z`);
  if (Number.isNaN(instant.getTime()) || instant.toISOString().slice(0, 19) !== iso || year === '0000')
    return undefined;
  const digits = /^\d+$/.test(String(subSec ?? '').trim()) ? `.${String(subSec).trim()}` : '';
  const stated = /^[+-]\d\d:\d\d$/.test(String(offset ?? '')) ? String(offset) : '';
  return `${iso}${fraction ?? digits}${zone ?? stated}`;
}
