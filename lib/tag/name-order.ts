// The names of tags in the order of an answer that is sorted by name.
import type { IfdPath } from '../types';
import { namesOf } from './lookup';

/** All names of some IFDs, sorted; and for each IFD, tag -> index of its name. */
export type NameOrder = Readonly<{
  names: readonly string[];
  places: ReadonlyMap<IfdPath, ReadonlyMap<number, number>>;
}>;

/**
 * The order of the names in `ifds`. Written with loops because this delays the first answer, and iterators leave 0.2 MB of
 * garbage.
 */
export function nameOrder(ifds: readonly IfdPath[]): NameOrder {
  const placeOf = new Map<string, number>();
  for (const ifd of ifds) namesOf(ifd).forEach((name) => void placeOf.set(name, 0));
  const names = Array.from(placeOf.keys()).sort();
  for (let place = 0; place < names.length; place++) placeOf.set(names[place] as string, place);
  const places = new Map<IfdPath, Map<number, number>>();
  for (const ifd of ifds) {
    const ofTags = new Map<number, number>();
    namesOf(ifd).forEach((name, tag) => void ofTags.set(tag, placeOf.get(name) ?? 0));
    places.set(ifd, ofTags);
  }
  return { names, places };
}
