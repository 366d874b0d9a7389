// `node dist/deploy/artifact/layout.js FOLDER`: writes what the container image holds (Dockerfile calls it).
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ShippedFile, shippedFiles } from './files';
import { projectRoot } from './root';

/** The files of the image, for the processor of this machine. */
export function containerFiles(root: string): readonly ShippedFile[] {
  return shippedFiles(root, ['web'], { native: `linux-${process.arch}`, wasm: false });
}

/** Writes files below `folder`. */
export function writeFiles(files: readonly ShippedFile[], folder: string): void {
  for (const { path, bytes, executable } of files) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, bytes, { mode: executable ? 0o755 : 0o644 });
  }
}

if (require.main === module) {
  const [folder = ''] = process.argv.slice(2);
  if (folder === '') throw new Error('Usage: node dist/deploy/artifact/layout.js FOLDER');
  writeFiles(containerFiles(projectRoot(__dirname)), folder);
}
