// What an entry says of its object, as JSON: a record, a lasting fault, or that it is gone.

import { maxEntries, maxWarnings } from '../limits';
import { problems } from '../problem';
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
import { isRecord, readCount, readDate, readList, readSize, readTag, readText } from './field';
import { readValue, writeValue } from './value';

type Content = CacheEntry['content'];
type Json = Readonly<Record<string, unknown>>;

/** The members that stand for `content`. */
export function writeContent(content: Content): Json {
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

/** Named one by one, so that equal records have equal texts. */
function writeShape({ width, height, frames, animated, moreFrames, ...stated }: ImageShape): Json {
  const { format, bitDepth, dpi, density, orientation } = stated;
  return { width, height, frames, animated, moreFrames, format, bitDepth, dpi, density, orientation };
}

/** Entries and warnings are arrays without names: most of the text is theirs. */
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

/** The content that the members of `entry` stand for; null when they stand for none. */
export function readContent(entry: Json): Content | null {
  const { kind } = entry;
  if (kind === 'gone') return { kind };
  const stat = readStat(entry['stat']);
  if (stat === undefined) return null;
  if (kind === 'fault') {
    const code = readText(entry['code']);
    return code !== undefined && Object.hasOwn(problems, code) ? { kind, code, stat } : null;
  }
  const record = kind === 'record' ? readRecord(entry, stat) : null;
  return record === null ? null : { kind: 'record', record };
}

function readStat(value: unknown): ObjectStat | undefined {
  if (!isRecord(value)) return undefined;
  const size = readCount(value['size']);
  const etag = readTag(value['etag']);
  const lastModified = readDate(value['lastModified']);
  return size === undefined || etag === undefined || lastModified === undefined
    ? undefined
    : { size, etag, lastModified };
}

function readRecord(entry: Json, stat: ObjectStat): ExifRecord | null {
  const parser = readText(entry['parser']);
  const container = readText(entry['container']);
  const shape = readShape(entry['shape']);
  const document = entry['document'] === null ? null : readDocument(entry['document']);
  const isWhole = parser !== undefined && container !== undefined && /^[a-z0-9-]{1,32}$/.test(container);
  return isWhole && shape !== undefined && document !== undefined ? { stat, parser, container, shape, document } : null;
}

function readShape(value: unknown): ImageShape | undefined {
  if (!isRecord(value)) return undefined;
  const [width, height, frames] = [readSize(value['width']), readSize(value['height']), readCount(value['frames'])];
  const { animated, moreFrames } = value;
  if (width === undefined || height === undefined || frames === undefined) return undefined;
  if (typeof animated !== 'boolean' || (moreFrames !== undefined && moreFrames !== true)) return undefined;
  const stated = readStated(value);
  if (stated === undefined) return undefined;
  return { width, height, frames, animated, ...(moreFrames === undefined ? {} : { moreFrames }), ...stated };
}

/** The members of a shape that are not always there; undefined where one is something else. */
function readStated({ format, ...numbers }: Json): Partial<ImageShape> | undefined {
  const isFormat = format === undefined || format === 'heic' || format === 'avif';
  const bitDepth = readIfThere(numbers['bitDepth'], readCount);
  const dpi = readIfThere(numbers['dpi'], readPair);
  const density = readIfThere(numbers['density'], readPair);
  const orientation = readIfThere(numbers['orientation'], readOrientation);
  if (!isFormat || bitDepth === null || dpi === null || density === null || orientation === null) return undefined;
  return {
    ...(format === undefined ? {} : { format }),
    ...(bitDepth === undefined ? {} : { bitDepth }),
    ...(dpi === undefined ? {} : { dpi }),
    ...(density === undefined ? {} : { density }),
    ...(orientation === undefined ? {} : { orientation }),
  };
}

/** What `read` reads, undefined where nothing is there, null where it is something else. */
function readIfThere<T>(value: unknown, read: (value: unknown) => T | undefined): T | undefined | null {
  return value === undefined ? undefined : (read(value) ?? null);
}

function readOrientation(value: unknown): number | undefined {
  const number = readCount(value);
  return number !== undefined && number >= 1 && number <= 8 ? number : undefined;
}

function readPair(value: unknown): readonly [number, number] | undefined {
  const [x, y] = readList(value, 2, readSize) ?? [];
  return typeof x === 'number' && typeof y === 'number' ? [x, y] : undefined;
}

function readDocument(value: unknown): ExifDocument | undefined {
  if (!isRecord(value)) return undefined;
  const { littleEndian } = value;
  const pages = readCount(value['pages']);
  const entries = readList(value['entries'], maxEntries, readEntry);
  const warnings = readList(value['warnings'], maxWarnings, readWarning);
  if (typeof littleEndian !== 'boolean' || pages === undefined) return undefined;
  return entries === undefined || warnings === undefined ? undefined : { littleEndian, entries, warnings, pages };
}

function readEntry(value: unknown): TagEntry | undefined {
  if (!Array.isArray(value) || value.length !== 6) return undefined;
  const [ifd, ...rest]: unknown[] = value;
  const [tag, type, count, offset] = rest.slice(0, 4).map(readCount);
  if (!isIfdPath(ifd) || tag === undefined || type === undefined || count === undefined || offset === undefined) {
    return undefined;
  }
  const read = tag > 0xffff ? undefined : readValue(rest[4], type, count);
  return read === undefined ? undefined : { ifd, tag, type, count, offset, value: read };
}

function isIfdPath(value: unknown): value is IfdPath {
  return typeof value === 'string' && /^(?:Exif|GPS|Interop|Raw|(?:Sub)?IFD\d{1,6})$/.test(value);
}

const warningCodes: ReadonlySet<unknown> = new Set<Warning['code']>([
  'truncated',
  'loop',
  'limit',
  'bad-entry',
  'bad-type',
  'bad-header',
]);

function readWarning(value: unknown): Warning | undefined {
  if (!Array.isArray(value) || value.length !== 3) return undefined;
  const [code, at, detail]: unknown[] = value;
  const [place, text] = [readCount(at), readText(detail)];
  return isWarningCode(code) && place !== undefined && text !== undefined
    ? { code, at: place, detail: text }
    : undefined;
}

function isWarningCode(value: unknown): value is Warning['code'] {
  return warningCodes.has(value);
}
