// `node dist/deploy/artifact/container.js FOLDER` writes the files of the container image (called by Dockerfile).
import { projectRoot, type ShippedFile, shippedFiles, writeFiles } from './files';
import { startFile } from './start-file';

/** The files of the image, for the processor of this machine. */
export function containerFiles(root: string): readonly ShippedFile[] {
  const sharp = { cpu: process.arch, wasm: false };
  return [...shippedFiles(root, { entries: ['web'], sharp, packages: 'all' }), startFile(root)];
}

if (require.main === module) {
  const [folder = ''] = process.argv.slice(2);
  if (folder === '') throw new Error('Usage: node dist/deploy/artifact/container.js FOLDER');
  writeFiles(containerFiles(projectRoot(__dirname)), folder);
}
