// Explains options of ExifTool: what to write instead.

import { tagNames } from '../../lib/tag/lookup';

/** By the option without its hyphen, in lower case: the end of a sentence that begins with `ExifTool's -x`. */
const equivalents: Readonly<Record<string, string>> = {
  j: 'is --json',
  json: 'is --json',
  csv: 'is --csv',
  t: 'is --tsv',
  tab: 'is --tsv',
  table: 'is --tsv',
  r: 'is not needed: folders are always read with their subfolders',
  recurse: 'is not needed: folders are always read with their subfolders',
  ext: "is a pattern in quotes: 'photos/**/*.jpg'",
  n: 'is not needed: the style flat has numbers; --style readable has texts for people',
  a: 'is --style typed, which has every tag of every IFD',
  g: 'is --style typed, which groups tags by their IFD',
  s: 'is not needed: tags have their short names',
  q: 'is --quiet',
  all: 'is not needed: all tags are shown',
  fast: 'is not needed: only the bytes with metadata are read',
  ver: 'is --version',
};

/** Names that ExifTool has for other names of the standard, in lower case. */
const otherNames: Readonly<Record<string, string>> = {
  createdate: 'DateTimeDigitized',
  modifydate: 'DateTime',
  iso: 'ISOSpeedRatings',
  lensid: 'LensModel',
  exposurecompensation: 'ExposureBiasValue',
};

/** One line about all options of ExifTool in a command line; null when it has none. */
export function exifToolAdvice(args: readonly string[]): string | null {
  const end = args.indexOf('--');
  const before = end < 0 ? args : args.slice(0, end);
  const isMetadata = before.includes('--metadata');
  const options = before.filter((arg) => /^-[A-Za-z][\w:#.*]*=?/.test(arg) && arg !== '-h');
  const tags = options.flatMap((option) => tagOf(option) ?? []);
  const lines = new Set(options.flatMap((option) => adviceOn(option, tags, isMetadata) ?? []));
  return lines.size === 0 ? null : [...lines].join('; ');
}

function adviceOn(option: string, tags: readonly string[], isMetadata: boolean): string | null {
  if (option.includes('=')) return 'bucket-exif only reads: it cannot change tags';
  const name = option.slice(1).toLowerCase();
  if (isMetadata && name === 'n') return `ExifTool's ${option} is not needed: --metadata has numbers`;
  const known = equivalents[name] ?? equivalents[name.replace(/[\d.:]+$/, '')];
  if (known !== undefined) return `ExifTool's ${option} ${known}`;
  if (tagOf(option) === null) return null;
  const written = tags.length === 1 ? `ExifTool's ${option}` : 'A list of tags';
  if (isMetadata) return `${written} is --only with members of --metadata, such as title,takenAt: see docs/metadata.md`;
  return `${written} is --only ${[...new Set(tags)].join(',')}`;
}

/** The tag that `-Make` or `-EXIF:Make#` names; null when it names none. */
function tagOf(option: string): string | null {
  const name = option.slice(1).replace(/#$/, '').replace(/^.*:/, '').toLowerCase();
  if (Object.hasOwn(equivalents, name)) return null;
  return otherNames[name] ?? [...tagNames()].find((known) => known.toLowerCase() === name) ?? null;
}
