// The style `flat` of the metadata: the members of the EXIF style `flat`, and what the other blocks add, merged.
// docs/schema/metadata-flat.schema.json describes it.
import { type Member as ExifMember, flatMembers as exifNames, membersOf, tagMembers } from '../style/flat';
import { answerBudget } from '../style/text/answer-budget';
import type { Member } from './member';
import { mergedMembers, mergedNames } from './members';
import type { MetadataRecord } from './record';
import { videoMembers, videoNames } from './video-members';
import { xmpMembers } from './xmp-members';

/** The names of all members but `sources`, `warnings` and `tags`, in the order of the answer. */
const order: readonly string[] = [...new Set([...mergedNames, ...exifNames, ...videoNames])];

/** Every name that `only` may have. */
export const flatNames: ReadonlySet<string> = new Set([...order, 'sources', 'warnings', 'tags']);

/** The JSON text of a record, at most `maxAnswerBytes` of UTF-8, with the members that `only` has (null = all). */
export async function renderFlat(record: MetadataRecord, only: ReadonlySet<string> | null): Promise<string> {
  const shows = (name: string): boolean => only === null || only.has(name);
  const exif = membersOf(record.exif);
  const byName = ownMembers(record, exif);
  const { members, warnings } = await mergedMembers(record, byName);
  for (const member of members) byName.set(member.name, member);
  const fits = answerBudget();
  const texts: string[] = [];
  const sources: string[] = [];
  const leftOut: string[] = [];
  for (const name of order.filter(shows)) {
    const member = byName.get(name);
    if (member === undefined) continue;
    const text = `"${name}":${JSON.stringify(member.value)}`;
    if (!fits(text)) {
      leftOut.push(`${name} is left out: too long`);
      continue;
    }
    texts.push(text);
    if (member.source !== undefined) sources.push(`"${name}":${JSON.stringify(member.source)}`);
  }
  const allWarnings = [...leftOut, ...warnings];
  const parts = [
    shows('sources') && sources.length > 0 ? `"sources":{${sources.join(',')}}` : '',
    shows('warnings') && allWarnings.length > 0 ? `"warnings":${JSON.stringify(allWarnings)}` : '',
  ].filter((part) => part !== '' && fits(part));
  const tags = shows('tags') && fits('"tags":{}') ? otherTags(record, exif, members).filter(fits) : [];
  return `{${[...texts, ...parts, ...(tags.length === 0 ? [] : [`"tags":{${tags.join(',')}}`])].join(',')}}`;
}

/** The members that one block has: of EXIF, else of the headers of a video, else of XMP. */
function ownMembers(record: MetadataRecord, exif: readonly ExifMember[]): Map<string, Member> {
  const { xmp } = record.blocks;
  const byName = new Map<string, Member>(exif.map(({ name, value }) => [name, { name, value }]));
  for (const member of videoMembers(record)) byName.set(member.name, member);
  // A position comes from one place as a whole.
  const isPlaced = byName.has('latitude') || byName.has('longitude');
  for (const member of xmp === null ? [] : xmpMembers(xmp)) {
    const isOfPosition = ['latitude', 'longitude', 'altitude'].includes(member.name);
    if (!byName.has(member.name) && !(isPlaced && isOfPosition)) byName.set(member.name, member);
  }
  return byName;
}

/** The EXIF tags that no member shows. */
function otherTags(
  { exif }: MetadataRecord,
  ofExif: readonly ExifMember[],
  merged: readonly Member[],
): readonly string[] {
  const prefix = 'EXIF ';
  const inMembers = new Set<string>();
  for (const { source } of merged) if (source?.startsWith(prefix)) inMembers.add(source.slice(prefix.length));
  const tags = tagMembers(exif, () => true, new Set(ofExif.flatMap(({ from }) => from)));
  return tags.filter((tag) => !inMembers.has(tag.slice(1, tag.indexOf('"', 1))));
}
