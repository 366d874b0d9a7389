// The content of an entry as JSON: a record, a lasting fault, or that the object is gone.

import { maxEntries, maxWarnings } from '../limits';
import { problems } from '../problem-table';
import type {
  CacheEntry,
  ExifDocument,
  ExifRecord,
  IfdPath,
  ImageShape,
  ObjectStat,
  TagEntry,
  Warning,
} from '../types';
import { isRecord, parseCount, parseDate, parseList, parseSize, parseTag, parseText } from './field';
import { parseValue, writeValue } from './value-json';

type EntryContent = CacheEntry['content'];
type Json = Readonly<Record<string, unknown>>;

/** The members of an entry for `content`. */
export function writeContent(content: EntryContent): Json {
  const { kind } = content;
  if (kind === 'gone') return { kind };
  if (kind === 'fault') return { kind, code: content.code, stat: writeStat(content.stat) };
  const { stat, parser, container, shape, document } = content.record;
  return {
    kind,
    stat: writeStat(stat),
    parser,
    container,
    shape: writeShape(shape),
    document: document === null ? null : writeDocument(document),
  };
}

function writeStat({ size, etag, lastModified }: ObjectStat): Json {
  return { size, etag, lastModified: lastModified?.getTime() ?? null };
}

/** The members are written one by one, in a fixed order, so that equal records have equal texts. */
function writeShape({ width, height, frames, animated, moreFrames, ...stated }: ImageShape): Json {
  const { format, bitDepth, dpi, density, orientation } = stated;
  return { width, height, frames, animated, moreFrames, format, bitDepth, dpi, density, orientation };
}

/** Entries and warnings are arrays without names, because they are most of the text. */
function writeDocument({ littleEndian, pages, entries, warnings }: ExifDocument): Json {
  return {
    littleEndian,
    pages,
    entries: entries.map(({ ifd, tag, type, count, offset, value }) => [
      ifd,
      tag,
      type,
      count,
      offset,
      writeValue(value),
    ]),
    warnings: warnings.map(({ code, at, detail }) => [code, at, detail]),
  };
}

/** The content in the members of `entry`; null when they are not valid. */
export function parseContent(entry: Json): EntryContent | null {
  const { kind } = entry;
  if (kind === 'gone') return { kind };
  const stat = parseStat(entry['stat']);
  if (stat === undefined) return null;
  if (kind === 'fault') {
    const code = parseText(entry['code']);
    return code !== undefined && Object.hasOwn(problems, code) ? { kind, code, stat } : null;
  }
  const record = kind === 'record' ? parseRecord(entry, stat) : null;
  return record === null ? null : { kind: 'record', record };
}

function parseStat(value: unknown): ObjectStat | undefined {
  if (!isRecord(value)) return undefined;
  const size = parseCount(value['size']);
  const etag = parseTag(value['etag']);
  const lastModified = parseDate(value['lastModified']);
  return size === undefined || etag === undefined || lastModified === undefined
    ? undefined
    : { size, etag, lastModified };
}

function parseRecord(entry: Json, stat: ObjectStat): ExifRecord | null {
  const parser = parseText(entry['parser']);
  const container = parseText(entry['container']);
  const shape = parseShape(entry['shape']);
  const document = entry['document'] === null ? null : parseDocument(entry['document']);
  const isWhole = parser !== undefined && container !== undefined && /^[a-z0-9-]{1,32}$/.test(container);
  return isWhole && shape !== undefined && document !== undefined ? { stat, parser, container, shape, document } : null;
}

function parseShape(value: unknown): ImageShape | undefined {
  if (!isRecord(value)) return undefined;
  const [width, height, frames] = [parseSize(value['width']), parseSize(value['height']), parseCount(value['frames'])];
  const { animated, moreFrames } = value;
  if (width === undefined || height === undefined || frames === undefined) return undefined;
  if (typeof animated !== 'boolean' || (moreFrames !== undefined && moreFrames !== true)) return undefined;
  const stated = parseStated(value);
  if (stated === undefined) return undefined;
  return { width, height, frames, animated, ...(moreFrames === undefined ? {} : { moreFrames }), ...stated };
}

/** The optional members of a shape; undefined when one is not valid. */
function parseStated({ format, ...numbers }: Json): Partial<ImageShape> | undefined {
  const isFormat = format === undefined || format === 'heic' || format === 'avif';
  const bitDepth = parseIfThere(numbers['bitDepth'], parseCount);
  const dpi = parseIfThere(numbers['dpi'], parsePair);
  const density = parseIfThere(numbers['density'], parsePair);
  const orientation = parseIfThere(numbers['orientation'], parseOrientation);
  if (!isFormat || bitDepth === null || dpi === null || density === null || orientation === null) return undefined;
  return {
    ...(format === undefined ? {} : { format }),
    ...(bitDepth === undefined ? {} : { bitDepth }),
    ...(dpi === undefined ? {} : { dpi }),
    ...(density === undefined ? {} : { density }),
    ...(orientation === undefined ? {} : { orientation }),
  };
}

/** The result of `parse`; undefined for a missing value, null for one that is not valid. */
function parseIfThere<T>(value: unknown, parse: (value: unknown) => T | undefined): T | undefined | null {
  return value === undefined ? undefined : (parse(value) ?? null);
}

function parseOrientation(value: unknown): number | undefined {
  const number = parseCount(value);
  return number !== undefined && number >= 1 && number <= 8 ? number : undefined;
}

function parsePair(value: unknown): readonly [number, number] | undefined {
  const [x, y] = parseList(value, 2, parseSize) ?? [];
  return typeof x === 'number' && typeof y === 'number' ? [x, y] : undefined;
}

function parseDocument(value: unknown): ExifDocument | undefined {
  if (!isRecord(value)) return undefined;
  const { littleEndian } = value;
  const pages = parseCount(value['pages']);
  const entries = parseList(value['entries'], maxEntries, parseTagEntry);
  const warnings = parseList(value['warnings'], maxWarnings, parseWarning);
  if (typeof littleEndian !== 'boolean' || pages === undefined) return undefined;
  return entries === undefined || warnings === undefined ? undefined : { littleEndian, entries, warnings, pages };
}

function parseTagEntry(value: unknown): TagEntry | undefined {
  if (!Array.isArray(value) || value.length !== 6 || !isIfdPath(value[0])) return undefined;
  const [tag, type, count, offset] = [
    parseCount(value[1]),
    parseCount(value[2]),
    parseCount(value[3]),
    parseCount(value[4]),
  ];
  if (tag === undefined || tag > 0xffff || type === undefined || count === undefined || offset === undefined) {
    return undefined;
  }
  const parsed = parseValue(value[5], type, count);
  return parsed === undefined ? undefined : { ifd: value[0], tag, type, count, offset, value: parsed };
}

function isIfdPath(value: unknown): value is IfdPath {
  return (
    typeof value === 'string' && (usualIfds.has(value) || /^(?:Exif|GPS|Interop|Raw|(?:Sub)?IFD\d{1,6})$/.test(value))
  );
}

/** Nearly all tags are in them, and a look at a set is faster than the regular expression, which allows them, too. */
const usualIfds: ReadonlySet<string> = new Set<IfdPath>(['IFD0', 'Exif', 'GPS', 'IFD1']);

const warningCodes: ReadonlySet<unknown> = new Set<Warning['code']>([
  'truncated',
  'loop',
  'limit',
  'bad-entry',
  'bad-type',
  'bad-header',
]);

function parseWarning(value: unknown): Warning | undefined {
  if (!Array.isArray(value) || value.length !== 3) return undefined;
  const [code, at, detail]: unknown[] = value;
  const [place, text] = [parseCount(at), parseText(detail)];
  return isWarningCode(code) && place !== undefined && text !== undefined
    ? { code, at: place, detail: text }
    : undefined;
}

function isWarningCode(value: unknown): value is Warning['code'] {
  return warningCodes.has(value);
}
