// Joins the logs of several processes: each line stays whole.
import type { Readable, Writable } from 'node:stream';

const newline = 0x0a;

/** Writes the lines of `from` to `to`. A line without an end is left out: its process was killed while it wrote. */
export function wholeLines(from: Readable, to: Writable): void {
  let rest: Buffer = Buffer.alloc(0);
  from.on('data', (chunk: Buffer) => {
    const end = chunk.lastIndexOf(newline) + 1;
    if (end > 0) to.write(rest.length === 0 ? chunk.subarray(0, end) : Buffer.concat([rest, chunk.subarray(0, end)]));
    rest = end > 0 ? chunk.subarray(end) : Buffer.concat([rest, chunk]);
  });
}
