// What each kind of metadata gives away, as marks. What is not in these tables may say anything.
import type { TagGroup } from '../tag/groups';

/** A group of EXIF_DROP that a value belongs to, or with `?` one whose content the value may repeat. */
export type Mark = TagGroup | `?${TagGroup}`;
export type Marks = readonly Mark[];

/** The marks of a value whose content is unknown. */
export const unknownMarks: Marks = ['?gps', '?serial', '?owner', '?thumbnail', '?makernote', '?faces', '?prompt'];

/** Whether a value with these marks belongs to one of `groups`, or may repeat its content. */
export function isDropped(marks: Marks, groups: readonly TagGroup[]): boolean {
  return marks.some((mark) => groups.some((group) => mark === group || mark === `?${group}`));
}

/** Names, separated by blanks, and their marks. */
export type MarkRow = readonly [names: string, ...marks: Mark[]];

export function markTable(rows: readonly MarkRow[]): ReadonlyMap<string, Marks> {
  return new Map(rows.flatMap(([names, ...marks]) => names.split(' ').map((name) => [name, marks] as const)));
}

/** The datasets of IPTC-IIM, as `record:dataset`. */
export const iptcMarks = markTable([
  ['1:0 1:20 1:22 1:70 1:80 1:90'],
  ['2:0 2:3 2:4 2:5 2:7 2:8 2:10 2:12 2:15 2:20 2:30 2:35 2:37 2:38 2:42 2:55 2:60 2:62 2:63 2:65 2:70 2:75 2:105'],
  ['2:130 2:131 2:135 2:150 2:151 2:152 2:153'],
  ['2:25', '?faces'],
  ['2:26 2:27 2:90 2:92 2:95 2:100 2:101', 'gps'],
  ['2:80 2:85 2:110 2:115 2:116 2:118 2:122', 'owner'],
  ['2:40 2:120', '?prompt'],
]);

/** The text chunks of PNG, by keyword. */
const textMarks = markTable([
  ['Title Creation_Time Software Warning Source AIGC date:create date:modify date:timestamp'],
  ['Author Copyright Disclaimer', 'owner'],
  ['Description Comment', '?prompt'],
]);

/** The marks of a text chunk. */
export function textMark(keyword: string): Marks {
  return textMarks.get(keyword.replaceAll(' ', '_')) ?? unknownMarks;
}

/** The texts of a video, by their meaning. */
export const videoMarks = markTable([
  ['make model software lensModel title aigc createdAt'],
  ['livePhotoId serialNumber', 'serial'],
  ['author copyright', 'owner'],
  ['keywords', '?faces'],
  ['description', '?prompt'],
  ['place', 'gps'],
]);
