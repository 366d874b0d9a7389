// Reads the messages that a sink `s3://` wrote below `changes/`: NDJSON files with one message in a line.

import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { SinkMessage } from '../../lib/sink/sink';
import type { Row } from '../../lib/table/columns';
import { rowOf } from '../../lib/table/row';
import { paths } from './layout';
import type { Storage } from './storage';

/** A file of messages. `problem` null: all its messages can be merged. */
export type ChangeFile = Readonly<{ path: string; messages: readonly SinkMessage[]; problem: string | null }>;

/** Bytes of a file: the sink writes some megabytes at most. */
const maxFile = 64 * 1024 * 1024;
/** Files that are read at the same time. */
const readsAtOnce = 16;
/** Bytes of files that are read at the same time, unpacked; a packed file counts as the largest. */
const bytesAtOnce = 64 * 1024 * 1024;

/** The files with messages, but those in `skipped`, in the order of their paths. */
export async function* changeFiles(storage: Storage, skipped: ReadonlySet<string>): AsyncGenerator<ChangeFile> {
  let reading: Promise<ChangeFile>[] = [];
  let bytes = 0;
  for await (const page of storage.list(paths.changes)) {
    for (const { path, size } of page) {
      if (!/\.ndjson(\.gz)?$/.test(path) || skipped.has(path)) continue;
      const most = path.endsWith('.gz') ? maxFile : size;
      if (reading.length >= readsAtOnce || bytes + most > bytesAtOnce) {
        for (const file of reading) yield await file;
        [reading, bytes] = [[], 0];
      }
      const file = readFile(storage, path, size);
      file.catch(() => {});
      reading.push(file);
      bytes += most;
    }
  }
  for (const file of reading) yield await file;
}

async function readFile(storage: Storage, path: string, size: number): Promise<ChangeFile> {
  const refused = (problem: string): ChangeFile => ({ path, messages: [], problem });
  if (size > maxFile) return refused(`it has more than ${maxFile} bytes`);
  const held = await storage.get(path);
  if (held === null) return { path, messages: [], problem: null }; // another program deleted it
  const bytes = path.endsWith('.gz')
    ? await promisify(gunzip)(held, { maxOutputLength: maxFile }).catch(() => null)
    : held;
  if (bytes === null) return refused(`it is not gzip, or has more than ${maxFile} bytes`);
  const messages: SinkMessage[] = [];
  const lines = textOf(bytes)?.split('\n');
  if (lines === undefined) return refused('it is not UTF-8');
  for (const [at, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const message = parseMessage(line);
    if (typeof message === 'string') return refused(`line ${at + 1} ${message}`);
    messages.push(message);
  }
  return { path, messages, problem: null };
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** UTF-16 units of the longest key or ETag. */
const maxName = 4096;

/** The last moment of a Date. Of a greater order, the next ones would soon not be exact any more. */
const maxOrder = 8_640_000_000_000_000;

/** The message in a line, or why it cannot be merged. */
function parseMessage(line: string): SinkMessage | string {
  let held: Readonly<Record<string, unknown>>;
  try {
    const parsed: unknown = JSON.parse(line);
    if (typeof parsed !== 'object' || parsed === null) return 'is not a message';
    held = parsed as Readonly<Record<string, unknown>>;
  } catch {
    return 'is not JSON';
  }
  const { type, bucket, key, order, etag, style, record, code, cut } = held;
  const isName = (value: unknown): boolean => typeof value === 'string' && value !== '' && value.length <= maxName;
  if (!isName(bucket) || !isName(key)) return 'is not a message: bucket and key are missing';
  if (!Number.isSafeInteger(order) || (order as number) < 0) return 'is not a message: order is not a whole number';
  if ((order as number) > maxOrder) return 'is not a message: order is not a time in milliseconds';
  if (etag !== null && etag !== undefined && !isName(etag)) return 'is not a message: etag is not a text';
  if (type === 'removed') return held as SinkMessage;
  if (type === 'unreadable')
    return typeof code === 'string' ? (held as SinkMessage) : 'is not a message: code is missing';
  if (type !== 'read') return 'is not a message: its type is unknown';
  if (cut !== 'record' && (typeof record !== 'object' || record === null)) return 'is not a message: record is missing';
  if (style !== undefined && style !== 'flat' && style !== 'metadata')
    return 'has a record in another style than flat and metadata: set EXIF_SINK_STYLE to one of these';
  return held as SinkMessage;
}

/** The row of a message that is not `removed`. */
export function rowOfMessage(message: SinkMessage): Row {
  const { bucket, key, etag, size, lastModified, order, record, code } = message;
  const object = { bucket, key, etag: etag ?? null, size: size ?? null, lastModified: lastModified ?? null, order };
  return rowOf(object, message.type === 'unreadable' ? { code: code ?? 'InternalError' } : { record: record ?? {} });
}
