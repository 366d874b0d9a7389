// The zip of both SCF functions: the Web function starts with scf_bootstrap, the event function with index.main_handler.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ShippedFile, shippedFiles } from '../artifact/files';
import { codeCacheFiles, startFile } from '../artifact/start-file';
import { zipOf } from '../artifact/zip';

/** The entry point of the event function, under the only name that SCF looks for. */
const index = "exports.main_handler = require('./handler/scf.js').main_handler;\n";

export type ScfZip = Readonly<{ bytes: Uint8Array; files: readonly ShippedFile[]; native: boolean }>;

/**
 * The zip. `both` has two builds of sharp: the native one for speed, and the one in WebAssembly, which sharp loads when the
 * platform's C library is too old for the native one. `node`: the program that makes the code cache; null = none.
 */
export function scfZip(root: string, sharp: 'both' | 'wasm', node: string | null = null): ScfZip {
  const native = sharp === 'both';
  const builds = { cpu: native ? 'x64' : null, wasm: true };
  const code = [
    ...shippedFiles(root, { entries: ['scf', 'web'], sharp: builds, packages: 'all' }),
    textFile('scf_bootstrap', bootstrap(root), true),
    textFile('index.js', index, false),
  ];
  const files = node === null ? code : withCodeCache(root, code, node);
  return { bytes: zipOf(files), files, native };
}

/** With the cache, and with the program that uses it: without a cache it would only take longer. */
function withCodeCache(root: string, code: readonly ShippedFile[], node: string): readonly ShippedFile[] {
  const files = [...code, startFile(root)];
  return [...files, ...codeCacheFiles(root, files, node)];
}

/** Without carriage returns, which git may have added on Windows: Linux would look for the program `bash\r`. */
function bootstrap(root: string): string {
  return readFileSync(join(root, 'deploy', 'scf', 'scf_bootstrap'), 'utf8').replaceAll('\r\n', '\n');
}

function textFile(path: string, text: string, executable: boolean): ShippedFile {
  return { path, bytes: new TextEncoder().encode(text), executable };
}
