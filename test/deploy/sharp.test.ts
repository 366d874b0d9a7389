// sharp's native library in the package: that of the function's architecture, whatever machine packages.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

type Npm = (folder: string, args: readonly string[]) => string | null;
const { placeSharp } = require('../../deploy/sharp.cjs') as {
  placeSharp(folder: string, options: Readonly<{ root: string; architecture: string; npm: Npm }>): void;
};

const native = { 'sharp-linux-x64': '1.0.0', 'sharp-libvips-linux-x64': '2.0.0' };
const foreign = { 'sharp-linux-arm64': '1.0.0', 'sharp-libvips-linux-arm64': '2.0.0' };
let root = '';
let folder = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bucket-exif-sharp-'));
  folder = join(root, '.build');
  const optionalDependencies = Object.fromEntries(
    Object.entries({ ...native, ...foreign }).map(([name, version]) => [`@img/${name}`, version]),
  );
  for (const at of [root, folder]) {
    write(join(at, 'package.json'), { optionalDependencies: { sharp: '1.0.0' } });
    write(join(at, 'node_modules', 'sharp', 'package.json'), { version: '1.0.0', optionalDependencies });
    install(at, { ...native, 'sharp-wasm32': '1.0.0', colour: '1.0.0' });
  }
  write(join(root, 'package-lock.json'), { packages: locked('sha512-right') });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, value: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(value));
}
function install(at: string, packages: Readonly<Record<string, string>>): void {
  for (const [name, version] of Object.entries(packages)) {
    write(join(at, 'node_modules', '@img', name, 'package.json'), { version });
  }
}
function locked(integrity: string) {
  return Object.fromEntries(Object.keys(foreign).map((name) => [`node_modules/@img/${name}`, { integrity }]));
}
const placed = () => readdirSync(join(folder, 'node_modules', '@img')).sort();
const kept = () => readdirSync(join(root, 'node_modules', '.cache', 'bucket-exif'));

/** Installs what it should, and notes how it was called. */
function goodNpm(calls: string[][], integrity = 'sha512-right'): Npm {
  return (at, args) => {
    calls.push([...args]);
    install(at, foreign);
    write(join(at, 'node_modules', '.package-lock.json'), { packages: locked(integrity) });
    return null;
  };
}

test('what is installed is taken, other builds and the one for any platform go', () => {
  placeSharp(folder, { root, architecture: 'x86_64', npm: () => 'must not be called' });
  expect(placed()).toEqual(['colour', 'sharp-libvips-linux-x64', 'sharp-linux-x64']);
});

test('what is not is fetched once, for Linux with glibc', () => {
  const calls: string[][] = [];
  const options = { root, architecture: 'arm64', npm: goodNpm(calls) };
  placeSharp(folder, options);
  placeSharp(folder, options);
  expect(placed()).toEqual(['colour', 'sharp-libvips-linux-arm64', 'sharp-linux-arm64']);
  expect(calls).toEqual([
    expect.arrayContaining(['install', '--os=linux', '--cpu=arm64', '--libc=glibc', '--ignore-scripts']),
  ]);
  expect(kept()).toEqual(['sharp-arm64']);
});

test.each<readonly [string, Npm, RegExp]>([
  ['npm fails', () => 'EAI_AGAIN', /npm does not get @img\/sharp-linux-arm64 and .*, and says EAI_AGAIN/],
  ['npm leaves it out without a word', () => null, /and does not say why: can it reach its registry\?/],
  ['something else comes', goodNpm([], 'sha512-wrong'), /it is not the one of package-lock.json/],
])('%s: nothing is packaged, nothing is left behind', (_, npm, message) => {
  expect(() => placeSharp(folder, { root, architecture: 'arm64', npm })).toThrow(message);
  expect(kept()).toEqual([]);
});

test('another version that is installed is not taken', () => {
  install(root, { 'sharp-linux-arm64': '0.9.0', 'sharp-libvips-linux-arm64': '2.0.0' });
  const calls: string[][] = [];
  placeSharp(folder, { root, architecture: 'arm64', npm: goodNpm(calls) });
  expect(calls).toHaveLength(1);
});

test('without sharp there is nothing to do, and one that is missing is said', () => {
  rmSync(join(folder, 'node_modules', 'sharp'), { recursive: true });
  expect(() => placeSharp(folder, { root, architecture: 'x86_64', npm: () => null })).toThrow(/sharp is not installed/);
  write(join(folder, 'package.json'), { dependencies: {} });
  placeSharp(folder, { root, architecture: 'x86_64', npm: () => null });
  expect(existsSync(join(root, 'node_modules', '.cache'))).toBe(false);
});
