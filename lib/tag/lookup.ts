// Looks up tags: the name of a number, and the entry of a document that has a tag.
import type { ExifDocument, IfdPath, TagEntry } from '../types';
import { exifTags, GpsTag, InteropTag, imageTags, pointers } from './ids';
import { isBeyondLimits } from './pointer';

type Names = ReadonlyMap<number, string>;

function namesIn(table: Readonly<Record<string, number>>): Names {
  const names = new Map<number, string>();
  for (const name in table) names.set(table[name] as number, name);
  return names;
}

const imageNames = namesIn(imageTags);
const pointerNames = namesIn(pointers);
const namesByIfd: ReadonlyMap<IfdPath, Names> = new Map([
  ['Exif', namesIn(exifTags)],
  ['GPS', namesIn(GpsTag)],
  ['Interop', namesIn(InteropTag)],
  ['Raw', new Map()],
]);

/**
 * The name of `tag` in `ifd`; null when it has none. All IFDs of chains and SubIFDs have the names of IFD0. Pointers and the
 * maker note have no name here, because the default style does not show them.
 */
export function tagName(ifd: IfdPath, tag: number): string | null {
  return namesOf(ifd).get(tag) ?? null;
}

/** Every name that `tagName` may return for an IFD, by tag. */
export function namesOf(ifd: IfdPath): Names {
  return namesByIfd.get(ifd) ?? imageNames;
}

/** The name of `tag` in `ifd`, also that of a pointer or of the maker note; null when it has none. */
export function anyTagName(ifd: IfdPath, tag: number): string | null {
  return tagName(ifd, tag) ?? (ifd === 'GPS' || ifd === 'Interop' ? null : (pointerNames.get(tag) ?? null));
}

/** Every name that `anyTagName` may return. */
export function tagNames(): ReadonlySet<string> {
  return new Set([imageTags, exifTags, GpsTag, InteropTag, pointers].flatMap((table) => Object.keys(table)));
}

/** The entries of a document by IFD and tag. An entry without a value because of a limit never hides a later one. */
export type Entries = Readonly<{
  littleEndian: boolean;
  /** The first entry of `tag` in `ifd` that has a value within the limits. */
  at(ifd: IfdPath, tag: number): TagEntry | undefined;
  /** The same in IFD0, otherwise in the Exif IFD: raw files have the tags of the exposure in IFD0 [ISO 12234-2]. */
  image(tag: number): TagEntry | undefined;
  /** One entry of each tag of `ifd`, in the order of the document; also tags whose values are all beyond the limits. */
  of(ifd: IfdPath): Iterable<TagEntry>;
}>;

/** An index of the entries of a document. */
export function indexEntries({ entries, littleEndian }: Pick<ExifDocument, 'entries' | 'littleEndian'>): Entries {
  const ifds = new Map<IfdPath, Map<number, TagEntry>>();
  for (const entry of entries) {
    const tags = ifds.get(entry.ifd) ?? new Map<number, TagEntry>();
    ifds.set(entry.ifd, tags);
    const before = tags.get(entry.tag);
    if (before === undefined || isBeyondLimits(before)) tags.set(entry.tag, entry);
  }
  const at: Entries['at'] = (ifd, tag) => {
    const entry = ifds.get(ifd)?.get(tag);
    return entry === undefined || isBeyondLimits(entry) ? undefined : entry;
  };
  return {
    littleEndian,
    at,
    image: (tag) => at('IFD0', tag) ?? at('Exif', tag),
    of: (ifd) => ifds.get(ifd)?.values() ?? [],
  };
}

/**
 * The entries by name, for styles that show no IFDs. When two IFDs have a tag of the same name, the one that is earlier in
 * `ifds` wins; within an IFD the first entry wins. Entries without a name are left out.
 */
export function entriesByName(
  entries: readonly TagEntry[],
  ifds: readonly IfdPath[],
  nameOf: typeof tagName,
): ReadonlyMap<string, TagEntry> {
  const merged = new Map<string, TagEntry>();
  for (const ifd of ifds) {
    for (const entry of entries) {
      const name = entry.ifd === ifd && !isBeyondLimits(entry) ? nameOf(ifd, entry.tag) : null;
      if (name !== null && !merged.has(name)) merged.set(name, entry);
    }
  }
  return merged;
}
