// Makes a zip of files. It has the same bytes on every machine and at any time.
import { zipSync } from 'fflate';
import type { ShippedFile } from './files';

/** Levels 7 to 9 take two to three times as long and save one part in a thousand. */
const level = 6;
/** The system that made the zip is Unix, so that file modes are used [APPNOTE 4.4.2.2]. */
const unix = 3;

/** The zip: files sorted by path, all with the same time, readable by everybody. */
export function zipOf(files: readonly ShippedFile[]): Uint8Array {
  // A zip stores local time: the first moment that it can store, whatever time zone this machine has.
  const mtime = new Date(1980, 0, 1);
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const entries = sorted.map(({ path, bytes, executable }) => {
    const mode = 0o100644 | (executable ? 0o111 : 0);
    return [path, [bytes, { mtime, os: unix, attrs: mode * 0x10000 }]] as const;
  });
  if (new Set(entries.map(([path]) => path)).size !== entries.length) throw new Error('Two files have the same path');
  return zipSync(Object.fromEntries(entries) as unknown as Parameters<typeof zipSync>[0], { level });
}
