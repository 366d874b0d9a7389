// The names of tags in the order of an answer that is sorted by name.
import type { IfdPath } from '../types';
import { namesOf } from './lookup';

/** All names of some IFDs, sorted; and for each IFD, tag -> index of its name. */
export type NameOrder = Readonly<{
  names: readonly string[];
  places: ReadonlyMap<IfdPath, ReadonlyMap<number, number>>;
}>;

/** The order of the names in `ifds`. Takes a tenth of a millisecond. */
export function nameOrder(ifds: readonly IfdPath[]): NameOrder {
  const names = [...new Set(ifds.flatMap((ifd) => [...namesOf(ifd).values()]))].sort();
  const placeOf = new Map(names.map((name, place) => [name, place]));
  const places = ifds.map((ifd) => {
    const ofTags = [...namesOf(ifd)].map(([tag, name]) => [tag, placeOf.get(name) ?? 0] as const);
    return [ifd, new Map(ofTags)] as const;
  });
  return { names, places: new Map(places) };
}
