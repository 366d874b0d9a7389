// The objects of a manifest: CSV as S3 Inventory writes it, `bucket,key` and more columns, no header, keys URL-encoded.

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { percentDecode } from '../../lib/bytes/percent';
import { errorCode, fileErrorText } from '../../lib/io/error-code';
import { ProblemError } from '../../lib/problem';
import { inPages, type ListedObject, type ObjectSource } from './source';

/** A manifest file, gzipped or not. `buckets` are all names of the one bucket that its rows may name. */
export type Manifest = Readonly<{ path: string; buckets: readonly string[]; prefix: string }>;

/**
 * The objects that `path` names, in its order; versions of one key that follow each other are one object. A cursor is a
 * number of rows. Throws ProblemError `ConfigInvalid` for a file that cannot be read as such a manifest, or names
 * another bucket.
 */
export function manifestSource(manifest: Manifest): ObjectSource {
  return { pages: (after) => inPages(objectsOf(manifest, Number(after ?? 0))) };
}

async function* objectsOf(manifest: Manifest, skip: number): AsyncGenerator<ListedObject> {
  let row = 0;
  let before: string | null = null;
  try {
    for await (const columns of await openRows(manifest.path)) {
      row++;
      const [bucket, encoded] = columns as readonly string[];
      if (bucket === undefined || encoded === undefined) throw unreadable(manifest, `row ${row} has no bucket and key`);
      if (!manifest.buckets.includes(bucket)) {
        const others = `row ${row} names bucket ${JSON.stringify(bucket)}, not ${manifest.buckets.map((name) => JSON.stringify(name)).join(' or ')}`;
        throw unreadable(manifest, `${others} (columns are bucket,key without a header)`);
      }
      const again = encoded === before;
      before = encoded;
      if (row <= skip || again) continue;
      const object = toListed(encoded, String(row));
      if (object.problem !== null || object.key.startsWith(manifest.prefix)) yield object;
    }
  } catch (error) {
    throw error instanceof ProblemError ? error : unreadable(manifest, reasonOf(error), error);
  }
}

/** Codes of csv-parse and zlib contain a `_`, those of the file system do not. */
function reasonOf(error: unknown): string {
  const code = errorCode(error);
  return code?.includes('_') ? `it must be CSV, gzipped or not (${code})` : fileErrorText(error);
}

/** In inventories a space is `+`. A plus sign is `%2B`, there and in everything that is URL-encoded. */
function toListed(encoded: string, cursor: string): ListedObject {
  try {
    return { key: percentDecode(encoded.replaceAll('+', ' ')), size: null, etag: null, cursor, problem: null };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { key: encoded, size: null, etag: null, cursor, problem: error };
  }
}

async function openRows(path: string): Promise<Readable> {
  const zipped = await isGzip(path);
  const rows = parse({ bom: true, relax_column_count: true, skip_empty_lines: true, max_record_size: 64 * 1024 });
  // An error of the pipeline is thrown by the loop over the rows.
  const done = (): void => {};
  if (zipped) pipeline(createReadStream(path), createGunzip(), rows, done);
  else pipeline(createReadStream(path), rows, done);
  return rows;
}

/** Whether a file is gzipped, by its first bytes [RFC 1952 2.3.1]: a downloaded file may have lost its suffix. */
async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(new Uint8Array(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

function unreadable({ path }: Manifest, reason: string, cause?: unknown): ProblemError {
  return new ProblemError('ConfigInvalid', `Cannot read the manifest ${path}: ${reason}`, { cause });
}
