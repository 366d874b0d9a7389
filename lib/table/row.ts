// Makes the row of an object from the answer to `?metadata` in the style `flat`.
import { encode as encodeGeohash } from 'ngeohash';
import { type Cell, type Column, columns, type Row } from './columns';
import { parseTime } from './time';

/**
 * An object, as the store and the cache describe it; null = not known. `lastModified`: ISO 8601 when it is a text. A message of
 * a sink can be given as it is.
 */
export type RowObject = Readonly<{
  bucket: string;
  key: string;
  etag: string | null;
  size: number | null;
  lastModified: Date | string | null;
  order: number | null;
}>;

/**
 * What was read of the object: its record (the parsed answer), or a code that says why it has none. `givesAway`: the kinds of
 * `exif/private`; absent = they were not looked for.
 */
export type RowState = Readonly<{
  record?: Readonly<Record<string, unknown>>;
  code?: string;
  givesAway?: readonly string[];
}>;

/** UTF-16 units of a text: four times the longest text of an answer, and more than the longest key (1,024 bytes). */
const maxText = 4096;
/** Items of a list, and tags. An answer has at most 256 items, and the EXIF of a camera some 100 tags. */
const maxItems = 2048;
const geohashLength = 9;
/**
 * Degrees, a hundredth of a millimetre. A position on the edge of two cells, as 0, 0, then comes into the same one as with PostGIS;
 * ngeohash alone takes the other.
 */
const edge = 1e-10;

/** The row of an object. It never throws: a value that does not fit its column is null. */
export function rowOf(object: RowObject, { record = {}, code, givesAway }: RowState): Row {
  const taken = parseTime(record['takenAt']);
  const made: Record<string, unknown> = {
    bucket: object.bucket,
    key: object.key,
    etag: object.etag,
    size: object.size,
    last_modified: millisecondsOf(object.lastModified),
    state_order: object.order,
    error: code,
    taken_at: taken?.instant,
    taken_at_local: taken?.local,
    geohash: geohashOf(record['latitude'], record['longitude']),
    persons: namesOf(record['persons']),
    faces: facesOf(record['persons']),
    ai_generated: memberOf(record['ai'], 'generated'),
    ai_source: memberOf(record['ai'], 'source'),
    gives_away: givesAway,
    motion_photo: typeof record['motionPhoto'] === 'object' && record['motionPhoto'] !== null ? true : null,
    tags: textsByName(record['tags']),
  };
  const row: Record<string, Cell> = { ...empty };
  for (const { name, type, member } of columns) {
    row[name] = toCell[type](member === undefined ? made[name] : record[member]);
  }
  return row;
}

/** A row without a value. Rows that are copies of it share their shape, which makes them smaller and faster. */
const empty: Readonly<Record<string, Cell>> = Object.fromEntries(columns.map(({ name }) => [name, null]));

type ToCell = (value: unknown) => Cell;

/** Makes a value fit the type of its column; null for one that does not. `-0` becomes 0. */
const toCell: Readonly<Record<Column['type'], ToCell>> = {
  text: (value) => (typeof value === 'string' ? boundedText(value) : null),
  int32: (value) => (typeof value === 'number' && (value | 0) === value ? value + 0 : null),
  int64: wholeNumber,
  double: (value) => (typeof value === 'number' && Number.isFinite(value) ? value + 0 : null),
  boolean: (value) => (typeof value === 'boolean' ? value : null),
  instant: wholeNumber,
  local: wholeNumber,
  texts: (value) => (Array.isArray(value) ? textsOf(value) : null),
  map: (value) => value as Cell, // textsByName makes it
};

function millisecondsOf(time: unknown): number | null {
  if (typeof time === 'string') return Date.parse(time);
  return time instanceof Date ? time.getTime() : null;
}

function wholeNumber(value: unknown): number | null {
  return Number.isSafeInteger(value) ? (value as number) + 0 : null;
}

/** The text, well-formed, and cut when it is longer than any text of an answer. */
function boundedText(text: string): string {
  return (text.length > maxText ? text.slice(0, maxText) : text).toWellFormed();
}

function textsOf(values: readonly unknown[]): readonly string[] {
  return values.slice(0, maxItems).filter(isText).map(boundedText);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Null for a position that is not on the globe. */
function geohashOf(latitude: unknown, longitude: unknown): string | null {
  const isPlace = isWithin(latitude, 90) && isWithin(longitude, 180);
  return isPlace ? encodeGeohash(latitude + edge, longitude + edge, geohashLength) : null;
}

function isWithin(degrees: unknown, most: number): degrees is number {
  return typeof degrees === 'number' && Math.abs(degrees) <= most;
}

/** The names of persons; null when no person has a name. */
function namesOf(persons: unknown): readonly string[] | null {
  if (!Array.isArray(persons)) return null;
  const names = persons.map((person) => memberOf(person, 'name')).filter(isText);
  return names.length === 0 ? null : names;
}

/** The number of regions; null without any. */
function facesOf(persons: unknown): number | null {
  if (!Array.isArray(persons)) return null;
  const count = persons.filter((person) => isObject(memberOf(person, 'area'))).length;
  return count === 0 ? null : count;
}

function memberOf(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Tags as texts: a list is joined by spaces. Null without tags. */
function textsByName(tags: unknown): Readonly<Record<string, string>> | null {
  if (!isObject(tags)) return null;
  const texts: [string, string][] = [];
  for (const name of Object.keys(tags)) {
    const text = tagText(tags[name]);
    // hyparquet cannot read a key of this name; no tag has it.
    if (text !== null && name !== '__proto__' && texts.length < maxItems) texts.push([boundedText(name), text]);
  }
  return texts.length === 0 ? null : Object.fromEntries(texts);
}

function tagText(value: unknown): string | null {
  if (isText(value)) return boundedText(value);
  if (isNumberOrBoolean(value)) return String(value);
  if (!Array.isArray(value)) return null;
  // Only plain items: to make a text of a deeply nested list, or of an object with a member `toString`, fails.
  const items = value.slice(0, maxItems).filter((item) => isText(item) || isNumberOrBoolean(item));
  return boundedText(items.join(' '));
}

function isNumberOrBoolean(value: unknown): value is number | boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}
