// The style `typed`: everything that was read, lossless and grouped by IFD, and derived values. docs/schema/typed.schema.json
// describes it.
import { maxAnswerBytes } from '../limits';
import type { ExifRecord, IfdPath, Style, TagEntry, TagFilter } from '../types';
import { derive } from './derived/derive';
import { showsAll } from './only';
import { utf8Length } from './text/answer-budget';
import { quote } from './text/json-text';
import { omitted, tagHead, tagValue } from './text/tag-json';

export const typed = { name: 'typed', render } as const satisfies Style;

/** Bytes kept free for the warning that tags are left out, and for brackets. */
const spare = 256;
/** A tag without its value: braces, two commas and `omitted`. */
const bareLength = `{,${omitted}},`.length;

type RenderedTag = Readonly<{ ifd: IfdPath; json: string }>;

/** The JSON text of a record, at most `maxAnswerBytes` of UTF-8, with the tags that `shows` selects. */
function render(record: ExifRecord, shows: TagFilter = showsAll): string {
  return renderWithin(record, shows, maxAnswerBytes);
}

/** The same in at most `room` bytes; at least in those that the members about the file and the warnings need. */
export function renderWithin(record: ExifRecord, shows: TagFilter, room: number): string {
  const { document } = record;
  const entries = document === null ? [] : document.entries.filter(shows);
  const front = Object.entries(frontMembers(record)).map(([name, value]) => `"${name}":${value}`);
  const warnings = (document?.warnings ?? []).map(
    ({ code, at, detail }) => `{"code":"${code}","at":${at},"detail":${quote(detail)}}`,
  );
  const derived = `"derived":${JSON.stringify(derive(record, shows))}`;
  const fixed = [...front, ...warnings, derived].reduce((sum, text) => sum + utf8Length(text) + 1, 0);
  const { shown, left } = showTags(entries, document?.littleEndian === true, room - fixed);
  if (left > 0) warnings.push(`{"code":"limit","at":0,"detail":"${left} tags are left out of a long answer"}`);
  const ifds = [...groupByIfd(shown)].map(([ifd, tags]) => `"${ifd}":[${tags.join(',')}]`);
  return `{${[...front, `"ifds":{${ifds.join(',')}}`, `"warnings":[${warnings.join(',')}]`, derived].join(',')}}`;
}

/** The members before the tags, as JSON. */
function frontMembers({ container, stat, shape, document }: ExifRecord): Readonly<Record<string, string>> {
  return {
    format: quote(container),
    size: String(stat.size),
    etag: stat.etag === null ? 'null' : quote(stat.etag),
    width: String(shape.width),
    height: String(shape.height),
    frames: String(shape.frames),
    animated: String(shape.animated),
    ...(shape.moreFrames === true && { moreFrames: 'true' }),
    byteOrder:
      document === null || document.entries.length === 0 ? 'null' : document.littleEndian ? '"little"' : '"big"',
  };
}

/**
 * The tags, in their order, in at most `room` bytes, and the number of tags that are left out. First each tag gets its place
 * without a value, then values are added while there is room. After a value that does not fit, values of at least half its
 * length are not tried any more, because making their text takes time.
 */
function showTags(
  entries: readonly TagEntry[],
  littleEndian: boolean,
  room: number,
): { shown: readonly RenderedTag[]; left: number } {
  const { kept, free } = keepHeads(entries, room - spare);
  let rest = free;
  let longest = Infinity;
  const shown = kept.map(({ entry, head }) => {
    const least = Math.floor((entry.value?.length ?? 0) / 2);
    const value = least > rest + omitted.length || least >= longest ? null : tagValue(entry, littleEndian);
    const more = value === null ? 0 : utf8Length(value) - omitted.length;
    if (more > rest) longest = least / 2;
    const fits = value !== null && more <= rest;
    if (fits) rest -= more;
    return { ifd: entry.ifd, json: `{${head},${fits ? value : omitted}}` };
  });
  return { shown, left: entries.length - kept.length };
}

type Head = Readonly<{ entry: TagEntry; head: string }>;

/** As many tags as fit without their values, and the room that is left. */
function keepHeads(entries: readonly TagEntry[], room: number): { kept: readonly Head[]; free: number } {
  const kept: Head[] = [];
  const ifds = new Set<IfdPath>();
  let free = room;
  for (const entry of entries) {
    const head = tagHead(entry);
    free -= head.length + bareLength + (ifds.has(entry.ifd) ? 0 : entry.ifd.length + `"":[],`.length);
    if (free < 0) break;
    ifds.add(entry.ifd);
    kept.push({ entry, head });
  }
  return { kept, free: Math.max(0, free) };
}

function groupByIfd(shown: readonly RenderedTag[]): ReadonlyMap<IfdPath, readonly string[]> {
  const groups = new Map<IfdPath, string[]>();
  for (const { ifd, json } of shown) {
    const tags = groups.get(ifd);
    if (tags === undefined) groups.set(ifd, [json]);
    else tags.push(json);
  }
  return groups;
}
