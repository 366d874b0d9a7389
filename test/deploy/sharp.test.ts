// sharp's native library in a deployment: the one for its processor, whatever the machine that packages.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { type Contents, shippedFiles } from '../../deploy/artifact/files';
import { type Npm, nativeSharp } from '../../deploy/artifact/sharp';

const native = { 'sharp-linux-x64': '1.0.0', 'sharp-libvips-linux-x64': '2.0.0' };
const foreign = { 'sharp-linux-arm64': '1.0.0', 'sharp-libvips-linux-arm64': '2.0.0' };
let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bucket-exif-sharp-'));
  const optionalDependencies = Object.fromEntries(
    Object.entries({ ...native, ...foreign, 'sharp-wasm32': '1.0.0' }).map(([name, version]) => [
      `@img/${name}`,
      version,
    ]),
  );
  write(join(root, 'package.json'), {});
  write(join(root, 'service', 'package.json'), { optionalDependencies: { sharp: '1.0.0' } });
  write(join(root, 'node_modules', 'sharp', 'package.json'), {
    version: '1.0.0',
    dependencies: { '@img/colour': '1.0.0' },
    optionalDependencies,
  });
  install(root, { ...native, 'sharp-wasm32': '1.0.0', colour: '1.0.0' });
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
/** The packages for a processor, by their names; whether they come from the project or from the cache of fetched ones. */
const packages = (cpu: string, npm: Npm) =>
  nativeSharp(root, cpu, npm).map(({ path, folder }) => [
    path.replace('node_modules/@img/', ''),
    relative(root, folder).startsWith(join('node_modules', '.cache')) ? 'fetched' : 'installed',
  ]);
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

test('an installed build is taken', () => {
  expect(packages('x64', () => 'must not be called')).toEqual([
    ['sharp-linux-x64', 'installed'],
    ['sharp-libvips-linux-x64', 'installed'],
  ]);
});

test('another one is fetched once, for Linux with glibc', () => {
  const calls: string[][] = [];
  const fetched = [
    ['sharp-linux-arm64', 'fetched'],
    ['sharp-libvips-linux-arm64', 'fetched'],
  ];
  expect(packages('arm64', goodNpm(calls))).toEqual(fetched);
  expect(packages('arm64', goodNpm(calls))).toEqual(fetched);
  expect(calls).toEqual([
    expect.arrayContaining(['install', '--os=linux', '--cpu=arm64', '--libc=glibc', '--ignore-scripts']),
  ]);
  expect(kept()).toEqual(['sharp-arm64']);
});

test.each<readonly [string, Npm, RegExp]>([
  ['npm fails', () => 'EAI_AGAIN', /npm could not install @img\/sharp-linux-arm64 and .*: EAI_AGAIN/],
  ['npm installs nothing and prints no error', () => null, /npm gave no reason; check that it can reach its registry/],
  ['npm installs something else', goodNpm([], 'sha512-wrong'), /than the one in package-lock.json/],
])('%s: nothing is packaged, and no files are left', (_, npm, message) => {
  expect(() => packages('arm64', npm)).toThrow(message);
  expect(kept()).toEqual([]);
});

test('another version that is installed is not taken', () => {
  install(root, { 'sharp-linux-arm64': '0.9.0', 'sharp-libvips-linux-arm64': '2.0.0' });
  const calls: string[][] = [];
  packages('arm64', goodNpm(calls));
  expect(calls).toHaveLength(1);
});

test('without sharp as a dependency there is nothing to do; a missing one is an error', () => {
  rmSync(join(root, 'node_modules', 'sharp'), { recursive: true });
  expect(() => packages('x64', () => null)).toThrow(/sharp is not installed/);
  write(join(root, 'service', 'package.json'), { dependencies: {} });
  expect(packages('x64', () => null)).toEqual([]);
  expect(existsSync(join(root, 'node_modules', '.cache'))).toBe(false);
});

test('a processor that sharp has no build for is packaged without one', () => {
  expect(packages('mips', () => 'must not be called')).toEqual([]);
});

test.each<readonly [Contents['sharp'], readonly string[]]>([
  [{ cpu: 'x64', wasm: false }, ['colour', 'sharp-libvips-linux-x64', 'sharp-linux-x64']],
  [{ cpu: 'arm64', wasm: false }, ['colour', 'sharp-libvips-linux-arm64', 'sharp-linux-arm64']],
  [{ cpu: 'x64', wasm: true }, ['colour', 'sharp-libvips-linux-x64', 'sharp-linux-x64', 'sharp-wasm32']],
  [{ cpu: null, wasm: true }, ['colour', 'sharp-wasm32']],
])('a deployment with %j has those builds and no others', (sharp, names) => {
  writeFileSync(join(root, 'LICENSE'), '');
  mkdirSync(join(root, 'docs'));
  writeFileSync(join(root, 'docs', 'openapi.json'), '{}');
  mkdirSync(join(root, 'page'));
  writeFileSync(join(root, 'page', 'build.mjs'), '');
  const files = shippedFiles(root, { entries: [], sharp, packages: 'all' }, goodNpm([]));
  const placed = files.flatMap(({ path }) => /^node_modules\/@img\/([^/]+)\//.exec(path)?.[1] ?? []);
  expect(placed).toEqual(names);
});
