// The zip of both SCF functions: the Web function begins at scf_bootstrap, the event function at index.main_handler.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type SharpBuilds, type ShippedFile, shippedFiles } from '../artifact/files';
import { zipOf } from '../artifact/zip';

/** The entry of the event function, by the only name that SCF looks for. */
const index = "exports.main_handler = require('./handler/scf.js').main_handler;\n";

export type ScfZip = Readonly<{ bytes: Uint8Array; files: readonly ShippedFile[]; native: boolean }>;

/**
 * The zip. Both builds of sharp: the native one for the speed, and the one in WebAssembly for a platform whose C library
 * is too old for it, where sharp takes that by itself.
 */
export function scfZip(root: string, sharp: 'both' | 'wasm'): ScfZip {
  const builds: SharpBuilds = { native: sharp === 'both' ? 'linux-x64' : null, wasm: true };
  const files = [...shippedFiles(root, ['scf', 'web'], builds), bootstrap(root), indexFile()];
  const native = files.some(({ path }) => path.startsWith('node_modules/@img/sharp-linux-x64/'));
  return { bytes: zipOf(files), files, native };
}

/** Without carriage returns, which a checkout on Windows may have put there: the kernel would look for `bash\r`. */
function bootstrap(root: string): ShippedFile {
  const text = readFileSync(join(root, 'deploy', 'scf', 'scf_bootstrap'), 'utf8').replaceAll('\r\n', '\n');
  return { path: 'scf_bootstrap', bytes: new TextEncoder().encode(text), executable: true };
}

function indexFile(): ShippedFile {
  return { path: 'index.js', bytes: new TextEncoder().encode(index), executable: false };
}
