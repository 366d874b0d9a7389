// The folder that is served when the user names no bucket: copies of the samples, and the demonstration images, which are made at
// the first start.
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileErrorText } from '../../lib/io/error-code';
import { demoImages } from '../demo/images';
import { hasImageSuffix } from '../image-suffixes';

/** The folder to serve, and a line for the user when it has no demonstration images. */
export type DemoFolder = Readonly<{ path: string; problem: string | null }>;

/**
 * The folder `samples` in `cache`, with everything that it should have. Only this user can read it. Each file is complete as soon
 * as it has its name, so several processes may start at once. When the folder cannot be written, `samples` itself is served.
 */
export function demoFolder(samples: string, cache: string): DemoFolder {
  const path = join(cache, 'samples');
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    copySamples(samples, path);
    makeImages(samples, path);
    return { path, problem: null };
  } catch (error) {
    const reason = `cannot write ${path}: ${fileErrorText(error)}`;
    return { path: samples, problem: `No demonstration images: ${reason}` };
  }
}

/** Copies the files that objects are made of. Equal files are left as they are, so that cached answers stay valid. */
function copySamples(from: string, to: string): void {
  const names = readdirSync(from, { recursive: true, encoding: 'utf8' });
  for (const name of names.filter((one) => hasImageSuffix(one) || one.endsWith('.txt'))) {
    const bytes = readFileSync(join(from, name));
    if (contentOf(join(to, name))?.equals(bytes) !== true) writeWhole(join(to, name), bytes);
  }
}

/** Makes the images, unless the same code has made all of them. `made` has the hash of the code, and the size of each image. */
function makeImages(samples: string, to: string): void {
  const record = `${to}.made`;
  const images = demoImages(readFileSync(join(samples, 'tile.avif')));
  const sizes = (): number[] =>
    images.map(({ name }) => statSync(join(to, name), { throwIfNoEntry: false })?.size ?? 0);
  const state = (): string => JSON.stringify([codeHash(), sizes()]);
  if (contentOf(record)?.toString() === state()) return;
  for (const { name, make } of images) writeWhole(join(to, name), make());
  writeWhole(record, new TextEncoder().encode(state()));
}

/** The hash of the code that makes the images. In the published package it is a part of this file. */
function codeHash(): string {
  const hash = createHash('sha256');
  const folder = [join(__dirname, '..', 'demo'), join(__dirname, 'demo')].find(existsSync);
  const files = folder === undefined ? [__filename] : readdirSync(folder).map((name) => join(folder, name));
  for (const file of files.sort()) hash.update(readFileSync(file));
  return hash.digest('hex');
}

function contentOf(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch {
    return null; // it is missing, or is replaced
  }
}

/** Writes a file under another name first. Readers find the old content or the new one. */
function writeWhole(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = join(dirname(path), `.${randomUUID()}`);
  try {
    writeFileSync(temporary, bytes, { flag: 'wx', mode: 0o600 });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
