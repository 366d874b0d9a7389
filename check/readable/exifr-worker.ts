// A thread that lets exifr read one file a message: it loops on some, and is then ended from outside.
import { readFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import exifr from 'exifr';

/** IFD -> tag number -> what exifr shows of it, translated or as stored. */
export type ExifrBlocks = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
export type ExifrReading = Readonly<{ translated: ExifrBlocks; stored: ExifrBlocks }>;

const ifds = { ifd0: {}, exif: true, gps: true, interop: true, ifd1: true } as const;
const plain = { ...ifds, mergeOutput: false, translateKeys: false, xmp: false, icc: false, iptc: false } as const;

async function readWith(bytes: Uint8Array, words: boolean): Promise<ExifrBlocks> {
  return ((await exifr.parse(bytes, { ...plain, translateValues: words, reviveValues: words })) ?? {}) as ExifrBlocks;
}

parentPort?.on('message', (file: string) => {
  const bytes = readFileSync(file);
  Promise.all([readWith(bytes, true), readWith(bytes, false)]).then(
    ([translated, stored]) => parentPort?.postMessage({ translated, stored }),
    () => parentPort?.postMessage(null),
  );
});
