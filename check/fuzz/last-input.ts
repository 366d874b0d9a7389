// The input that a fuzzing process runs, in a file that outlives the process: it says what a crash or a hang was about.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** How many inputs were written so far f64, index of the target u32, length u32, then the input. */
const lead = 16;

export type LastInput = Readonly<{ writes: number; target: number; input: Uint8Array }>;

/** Writes inputs over each other into the file at `path`, whole in one write. `maxLength` is of the longest input. */
export function lastInputWriter(path: string, maxLength: number) {
  const file = openSync(path, 'w');
  const bytes = new Uint8Array(lead + maxLength);
  const view = new DataView(bytes.buffer);
  let writes = 0;
  return {
    write: (target: number, input: Uint8Array): void => {
      view.setFloat64(0, ++writes);
      view.setUint32(8, target);
      view.setUint32(12, input.length);
      bytes.set(input, lead);
      writeSync(file, bytes, 0, lead + input.length, 0);
    },
    close: () => closeSync(file),
  };
}

/** What was written last; null before the first input. */
export function readLastInput(path: string): LastInput | null {
  const bytes = new Uint8Array(readFileSync(path));
  if (bytes.length < lead) return null;
  const view = new DataView(bytes.buffer);
  const end = lead + view.getUint32(12);
  return { writes: view.getFloat64(0), target: view.getUint32(8), input: bytes.subarray(lead, end) };
}
