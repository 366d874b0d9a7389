// The file of failed keys: CSV that is also a manifest, so that only these keys can be tried again.

import { type FileHandle, open, rm } from 'node:fs/promises';
import { percentEncode } from '../../lib/bytes/percent';
import { fileErrorText } from '../../lib/io/error-code';
import { ProblemError } from '../../lib/problem';

/** An object that failed. `encoded` is its key as a manifest has it. */
export type Failure = Readonly<{ bucket: string; encoded: string; code: string; message: string }>;

/** The file while a backfill runs. */
export type FailureFile = Readonly<{
  /** Adds lines, and returns the new length of the file in bytes. When it resolves, they are on the disk. */
  add(failures: readonly Failure[]): Promise<number>;
  /** Closes the file, and removes it when it is empty. */
  close(): Promise<void>;
}>;

/** A key as manifests and S3 write it: percent-encoded, except slashes. */
export function encodeManifestKey(key: string): string {
  return percentEncode(key).replaceAll('%2F', '/');
}

/**
 * Opens the file at `path`, cut to `bytes`: later lines belong to a page that will be read again.
 * Throws ProblemError `ConfigInvalid` when it cannot be written.
 */
export async function openFailures(path: string, bytes: number): Promise<FailureFile> {
  const file = await openAt(path, bytes);
  let length = Math.min(bytes, (await file.stat()).size);
  return {
    async add(failures) {
      if (failures.length === 0) return length;
      const lines = Buffer.from(failures.map(toLine).join(''));
      await file.write(lines, 0, lines.length, length);
      await file.sync();
      length += lines.length;
      return length;
    },
    async close() {
      await file.close();
      if (length === 0) await rm(path, { force: true });
    },
  };
}

async function openAt(path: string, bytes: number): Promise<FileHandle> {
  try {
    // Creates the file if it is gone. Mode `a` alone would write after the part that is cut off.
    await (await open(path, 'a')).close();
    const file = await open(path, bytes === 0 ? 'w' : 'r+');
    if ((await file.stat()).size > bytes) await file.truncate(bytes);
    return file;
  } catch (error) {
    const reason = fileErrorText(error);
    throw new ProblemError(
      'ConfigInvalid',
      `Cannot write the file of failures ${path}: ${reason}; name another with --failures`,
    );
  }
}

function toLine({ bucket, encoded, code, message }: Failure): string {
  return `${[bucket, encoded, code, message].map(toField).join(',')}\n`;
}

/** Quoted as S3 Inventory quotes [RFC 4180 2], without line breaks and without characters that would affect a terminal. */
function toField(text: string): string {
  return `"${text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ').replaceAll('"', '""')}"`;
}

/** The first `most` lines of the file, for the terminal. */
export async function firstFailures(path: string, most: number): Promise<readonly string[]> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(most * longestLine), 0, most * longestLine, 0);
    const lines = buffer.toString('utf8', 0, bytesRead).split('\n', most);
    return lines.filter((line) => line !== '');
  } finally {
    await file.close();
  }
}

/** Bytes of the longest line: a key of 1,024 bytes, all percent-encoded, its bucket and its message. */
const longestLine = 4096;
