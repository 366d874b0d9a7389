// `node dist/deploy/artifact/container.js FOLDER` writes the files of the container image (called by Dockerfile).
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { projectRoot, type ShippedFile, shippedFiles, writeFiles } from './files';

/** The files of the image, for the processor of this machine. */
export function containerFiles(root: string): readonly ShippedFile[] {
  const sharp = { cpu: process.arch, wasm: false };
  return [...shippedFiles(root, { entries: ['web'], sharp, packages: 'all' }), startFile(root)];
}

/** The program that starts with the code cache. It is not a bundle: it loads one. */
function startFile(root: string): ShippedFile {
  const entryPoints = [join(root, 'handler', 'start.ts')];
  const { outputFiles } = buildSync({ entryPoints, write: false, format: 'cjs', platform: 'node', target: 'node20' });
  return { path: 'handler/start.js', bytes: outputFiles[0]?.contents ?? new Uint8Array(0), executable: false };
}

if (require.main === module) {
  const [folder = ''] = process.argv.slice(2);
  if (folder === '') throw new Error('Usage: node dist/deploy/artifact/container.js FOLDER');
  writeFiles(containerFiles(projectRoot(__dirname)), folder);
}
