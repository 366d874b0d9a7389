// Where a picture was taken, in degrees.
import type { Entries } from '../text/entry-value';
import type { Derived } from '../typed/derived';
import { degreesOf, hemisphereOf } from '../typed/place';

type Axis = Readonly<{ tag: number; letters: readonly [string, string]; most: number }>;

/** Tags of latitude and longitude of the picture; the letter of each is the tag before [EXIF 3.0 4.6.7]. */
const latitude: Axis = { tag: 2, letters: ['N', 'S'], most: 90 };
const longitude: Axis = { tag: 4, letters: ['E', 'W'], most: 180 };

/** Every tag that holds degrees, minutes and seconds: of the picture, and of where it looks. */
export const axes: ReadonlyMap<number, Axis> = new Map(
  [latitude, longitude, { ...latitude, tag: 20 }, { ...longitude, tag: 22 }].map((axis) => [axis.tag, axis]),
);

/**
 * `31.2093 N` to about 10 m, without the letter where none is stored; null when it is no place. Minutes and
 * seconds may be missing or 0/0, as some programs write degrees with all their decimals.
 */
export function degreesText(entries: Entries, { tag, letters, most }: Axis): string | null {
  const entry = entries.at('GPS', tag);
  const size = degreesOf(entry);
  if (size === null || size < 0 || size > most) return null;
  const side = letters.indexOf(hemisphereOf(entries.at('GPS', tag - 1), entry));
  const shown = size.toFixed(4);
  return side < 0 ? shown : `${shown} ${letters[side]}`;
}

/** `31.2093 N, 121.4737 E` of the place that the tags give; null when they do not give one, with its hemispheres. */
export function positionText({ latitude: north, longitude: east }: Derived): string | null {
  if (north === undefined || east === undefined) return null;
  const sides = [
    [north, latitude.letters],
    [east, longitude.letters],
  ] as const;
  return sides
    .map(([degrees, letters]) => `${Math.abs(degrees).toFixed(4)} ${letters[degrees < 0 ? 1 : 0]}`)
    .join(', ');
}
