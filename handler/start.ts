// Starts handler/web.js with the code cache of V8, in which the container image, and the zip for SCF on request, have the bundles
// in compiled form (deploy/artifact/code-cache.ts writes it). A cache of another version of Node, or of other code, is not used,
// and neither is a damaged one: some versions of V8 end the process when they read it.
//   node handler/start.js                the same as node handler/web.js
//   node handler/start.js --code-cache   says whether this Node accepts the cache; exit code 1 when it does not
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, Script } from 'node:vm';

/** The files of the bundle, in the order in which they are loaded. */
const bundles = ['web.bundle.js', 'web.later.js'];

const hashBytes = 8;

type Exports = Record<string, unknown>;
type Module = { exports: Exports };
type Wrapper = (
  exports: Exports,
  require: (id: string) => unknown,
  module: Module,
  file: string,
  folder: string,
) => void;

/** The loaded files: what each exports, its compiled form and the path of its cache, for the program that writes the cache. */
export const loaded = new Map<string, Readonly<{ script: Script; cachePath: string; module: Module }>>();

/** Loads a file of the bundle as require() does. The other one is loaded in the same way, on first use. */
function load(name: string): Exports {
  const known = loaded.get(name);
  if (known !== undefined) return known.module.exports;
  const filename = join(__dirname, name);
  const { script, cachePath } = compile(filename);
  const module: Module = { exports: {} };
  loaded.set(name, { script, cachePath, module });
  const requireThere = (id: string): unknown => {
    const other = bundles.find((bundle) => id === `./${bundle}`);
    return other === undefined ? require(id) : load(other);
  };
  const run = script.runInThisContext() as Wrapper;
  run(module.exports, requireThere, module, filename, __dirname);
  return module.exports;
}

function compile(filename: string): Readonly<{ script: Script; cachePath: string }> {
  const file = readFileSync(filename);
  const cachePath = cachePathOf(filename, file);
  const cachedData = readCache(cachePath);
  const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const options = { filename, importModuleDynamically, ...(cachedData === null ? {} : { cachedData }) };
  // In latin1: the bundles are ASCII, and V8 keeps one byte for each character.
  const text = `(function (exports, require, module, __filename, __dirname) {${file.toString('latin1')}\n})`;
  return { script: new Script(text, options), cachePath };
}

/** The cache that this version of Node wrote for a file; null when there is none, and when it is damaged. */
function readCache(path: string): Buffer | null {
  try {
    const sealed = readFileSync(path);
    const cache = sealed.subarray(0, -hashBytes);
    return hashOf(cache).equals(sealed.subarray(-hashBytes)) ? cache : null;
  } catch {
    return null;
  }
}

/** What a file of the cache has: V8's bytes and their hash. */
export function sealCache(cache: Uint8Array): Uint8Array {
  return Buffer.concat([cache, hashOf(cache)]);
}

function hashOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest().subarray(0, hashBytes);
}

/**
 * The name has the version, because V8 checks its own, but not each change that Node makes to it; and a hash of the file,
 * because V8 checks only its length.
 */
function cachePathOf(filename: string, file: Uint8Array): string {
  return `${filename}.${hashOf(file).toString('hex')}.${process.version}-${process.arch}.cache`;
}

function start(): void {
  const entry = 'web.bundle.js';
  const { warn } = load(entry) as typeof import('./web');
  const isUsed = loaded.get(entry)?.script.cachedDataRejected === false;
  if (isUsed || !readdirSync(__dirname).some((name) => name.endsWith('.cache'))) return;
  const node = `Node ${process.version} ${process.arch}`;
  warn(`The code cache is not for ${node} with these flags, or not for these bundles, or damaged`);
}

function report(): void {
  for (const name of bundles) {
    const { cachedDataRejected } = compile(join(__dirname, name)).script;
    const state = { undefined: 'no intact cache found', true: 'rejected', false: 'accepted' }[`${cachedDataRejected}`];
    if (cachedDataRejected !== false) process.exitCode = 1;
    process.stdout.write(`${name}: ${state} by Node ${process.version} ${process.arch}\n`);
  }
}

if (process.argv[2] === '--code-cache') report();
else start();
