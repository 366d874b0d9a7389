// The name that a wrong one in `only` was most likely meant to be.
import { nearest } from '../io/nearest';

/** Names of tags and properties whose member has another name. */
const members: ReadonlyMap<string, string> = new Map([
  ['artist', 'creator'],
  ['datetimeoriginal', 'takenAt'],
  ['isospeedratings', 'iso'],
  ['lensmodel', 'lens'],
  ['subject', 'keywords'],
]);
/** Letters of the shortest name that may be the end of a longer one, as `title` is of `dc:title`. */
const shortest = 5;

/** One of `known`: the longest that the text ends with in any letter case, otherwise the closest; null when none is close. */
export function meantName(text: string, known: readonly string[]): string | null {
  const wrong = text.trim().toLowerCase();
  const renamed = members.get(wrong.replace(/^\w+:/, ''));
  if (renamed !== undefined && known.includes(renamed)) return renamed;
  const ends = known.filter((name) => {
    const end = name.toLowerCase();
    return wrong === end || (end.length >= shortest && wrong.endsWith(end));
  });
  return ends.sort((a, b) => b.length - a.length)[0] ?? nearest(text, known);
}
