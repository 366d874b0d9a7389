// sharp's native library for the processor of the deployment. npm installs only the one for the machine that it runs on.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type InstalledPackage, serviceManifest } from './packages';

const install = 'install --os=linux --libc=glibc --ignore-scripts --no-audit --no-fund --loglevel=error'.split(' ');

/** Runs npm with `args` in a folder. Returns the error text, or null when npm succeeded. */
export type Npm = (folder: string, args: readonly string[]) => string | null;
type Versions = Readonly<Record<string, string>>;
type Manifest = Readonly<{ dependencies?: Versions; optionalDependencies?: Versions; version: string }>;
type Lock = Readonly<{ packages: Readonly<Record<string, Readonly<{ integrity?: string }>>> }>;

/**
 * sharp's native packages for Linux with glibc on `cpu` (npm's word for a processor). From `root` when they are installed
 * there; otherwise npm fetches them once into a folder in node_modules/.cache, and they must be those of package-lock.json.
 * Returns none when sharp is not a dependency or has no build for `cpu`. Throws Error when they cannot be fetched.
 */
export function nativeSharp(root: string, cpu: string, npm: Npm = runNpm): readonly InstalledPackage[] {
  const { dependencies, optionalDependencies } = readJson<Manifest>(serviceManifest(root));
  if (!('sharp' in { ...dependencies, ...optionalDependencies })) return [];
  const wanted = nativePackages(join(root, 'node_modules', 'sharp', 'package.json'), cpu);
  const source = isInstalled(root, wanted) ? root : fetchInto(root, wanted, cpu, npm);
  return Object.keys(wanted).map((name) => {
    const path = `node_modules/${name}`;
    return { path, folder: join(source, path) };
  });
}

/** Name -> version of the packages that sharp's own package.json names for Linux on `cpu`. */
function nativePackages(manifest: string, cpu: string): Versions {
  if (!existsSync(manifest))
    throw new Error('Cannot package: sharp is not installed; run npm ci without --omit=optional');
  const { optionalDependencies = {} } = readJson<Manifest>(manifest);
  const names = [`@img/sharp-linux-${cpu}`, `@img/sharp-libvips-linux-${cpu}`];
  return Object.fromEntries(Object.entries(optionalDependencies).filter(([name]) => names.includes(name)));
}

function isInstalled(folder: string, wanted: Versions): boolean {
  return Object.entries(wanted).every(([name, version]) => {
    const file = join(folder, 'node_modules', name, 'package.json');
    return existsSync(file) && readJson<Manifest>(file).version === version;
  });
}

/** The folder with the packages in its node_modules. A fetch that fails leaves no files. */
function fetchInto(root: string, wanted: Versions, cpu: string, npm: Npm): string {
  const kept = join(root, 'node_modules', '.cache', 'bucket-exif', `sharp-${cpu}`);
  if (isInstalled(kept, wanted)) return kept;
  const work = `${kept}-${process.pid}`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  try {
    // As optional dependencies: npm refuses other dependencies for another machine, even with --cpu.
    writeFileSync(join(work, 'package.json'), JSON.stringify({ private: true, optionalDependencies: wanted }));
    const error = npm(work, [...install, `--cpu=${cpu}`]);
    if (error !== null || !isInstalled(work, wanted)) {
      const reason = error ?? 'npm gave no reason; check that it can reach its registry';
      throw new Error(`Cannot package: npm could not install ${Object.keys(wanted).join(' and ')}: ${reason}`);
    }
    checkIntegrity(root, work, Object.keys(wanted));
    rmSync(kept, { recursive: true, force: true });
    renameSync(work, kept);
    return kept;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Throws unless the hashes of the fetched packages are those of package-lock.json. */
function checkIntegrity(root: string, work: string, names: readonly string[]): void {
  const locked = readJson<Lock>(join(root, 'package-lock.json')).packages;
  const fetched = readJson<Lock>(join(work, 'node_modules', '.package-lock.json')).packages;
  for (const name of names) {
    const integrity = locked[`node_modules/${name}`]?.integrity;
    if (integrity === undefined || integrity !== fetched[`node_modules/${name}`]?.integrity)
      throw new Error(`Cannot package: npm installed another ${name} than the one in package-lock.json`);
  }
}

function runNpm(cwd: string, args: readonly string[]): string | null {
  const shell = process.platform === 'win32';
  const { status, error, stderr } = spawnSync('npm', args, { cwd, encoding: 'utf8', shell });
  if (status === 0) return null;
  return (error?.message ?? stderr.trim().slice(0, 2000)) || `npm ended with code ${status}`;
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}
