// The members of `flat` that XMP repeats from EXIF, for files without the EXIF: sidecars, and images whose EXIF was removed
// [XMP part 2, 3.1 and 3.2].
import { xmpNamespaces as ns } from '../block/xmp-namespaces';
import { propertyOf, textOf, type XmpDocument } from '../block/xmp-value';
import { type Member, shownText, stated } from './member';

/** `50,5.376N` or `50,5,22N`: degrees, minutes, seconds, and the hemisphere. */
const coordinate = /^(\d{1,3}),(\d{1,2}(?:\.\d{1,12})?)(?:,(\d{1,2}(?:\.\d{1,12})?))?([NSEW])$/;
const number = /^(-?\d{1,12}(?:\.\d{1,12})?)(?:\/(\d{1,12}))?$/;

type Read = (text: string) => number | null;

const numbers: readonly (readonly [member: string, property: string, read: Read])[] = [
  ['latitude', 'GPSLatitude', degreesIn('NS', 90)],
  ['longitude', 'GPSLongitude', degreesIn('EW', 180)],
  ['altitude', 'GPSAltitude', numberIn],
  ['exposureTime', 'ExposureTime', positiveIn],
  ['fNumber', 'FNumber', positiveIn],
  ['iso', 'ISOSpeedRatings', positiveIn],
  ['focalLength', 'FocalLength', positiveIn],
  ['focalLength35', 'FocalLengthIn35mmFilm', positiveIn],
];

/** The members that XMP has, each with its place. */
export function xmpMembers(xmp: XmpDocument): readonly Member[] {
  const text = (namespace: string, name: string): string => textOf(propertyOf(xmp, namespace, name))?.trim() ?? '';
  const isBelowSea = text(ns.exif, 'GPSAltitudeRef') === '1';
  const members = numbers.map(([member, property, read]) => {
    const value = read(text(ns.exif, property));
    const isNegative = member === 'altitude' && isBelowSea && value !== null;
    return stated(member, isNegative ? -value : value, `XMP exif:${property}`);
  });
  const [latitude, longitude, altitude, ...others] = members;
  // Half of a position is none.
  const position = latitude == null || longitude == null ? [] : [latitude, longitude, altitude ?? null];
  const camera = [
    shownText('make', text(ns.tiff, 'Make'), 'XMP tiff:Make'),
    shownText('model', text(ns.tiff, 'Model'), 'XMP tiff:Model'),
  ];
  return [...camera, ...position, ...others].filter((member) => member !== null);
}

function degreesIn(hemispheres: string, most: number): Read {
  return (text) => {
    const [, degrees, minutes, seconds = 0, hemisphere = ''] = coordinate.exec(text) ?? [];
    const value = Number(degrees) + Number(minutes) / 60 + Number(seconds) / 3600;
    if (!hemispheres.includes(hemisphere) || !(value <= most)) return null;
    return hemisphere === hemispheres[1] ? -value : value;
  };
}

/** A number, or a rational that is divided. */
function numberIn(text: string): number | null {
  const [, numerator, denominator = 1] = number.exec(text) ?? [];
  const value = Number(numerator) / Number(denominator);
  return Number.isFinite(value) ? value : null;
}

function positiveIn(text: string): number | null {
  const value = numberIn(text);
  return value !== null && value > 0 ? value : null;
}
