// sharp's native library for the architecture of the function. npm installs only that of the machine it runs on.
const { spawnSync } = require('node:child_process');
const {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} = require('node:fs');
const { join } = require('node:path');

/** Lambda's names -> npm's. Its runtimes are glibc. */
const cpus = { arm64: 'arm64', x86_64: 'x64' };

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/**
 * Leaves in `<folder>/node_modules/@img` the native packages of `architecture` and no others. They are taken from `root`
 * where they are installed, else fetched by npm into a folder that is kept, and must be those of the lock file. Does
 * nothing where sharp is no dependency. Throws Error when they cannot be had.
 */
function placeSharp(folder, { root, architecture, npm = runNpm }) {
  const { dependencies = {}, optionalDependencies = {} } = readJson(join(folder, 'package.json'));
  if (!('sharp' in { ...dependencies, ...optionalDependencies })) return;
  const wanted = nativePackages(join(folder, 'node_modules', 'sharp'), cpus[architecture]);
  const source = isInstalled(join(root, 'node_modules'), wanted) ? root : fetchInto(root, wanted, architecture, npm);
  const target = join(folder, 'node_modules', '@img');
  for (const name of existsSync(target) ? readdirSync(target) : []) {
    if (name.startsWith('sharp-')) rmSync(join(target, name), { recursive: true });
  }
  for (const name of Object.keys(wanted)) {
    cpSync(join(source, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true });
  }
}

/** Name -> version of the packages that sharp itself names for Linux on `cpu`. */
function nativePackages(sharp, cpu) {
  const file = join(sharp, 'package.json');
  if (!existsSync(file)) throw new Error('Cannot package: sharp is not installed (npm ci, without --omit=optional)');
  const { optionalDependencies } = readJson(file);
  const names = [`@img/sharp-linux-${cpu}`, `@img/sharp-libvips-linux-${cpu}`];
  return Object.fromEntries(names.map((name) => [name, optionalDependencies[name]]));
}

function isInstalled(modules, wanted) {
  return Object.entries(wanted).every(([name, version]) => {
    const file = join(modules, name, 'package.json');
    return existsSync(file) && readJson(file).version === version;
  });
}

function fetchInto(root, wanted, architecture, npm) {
  const kept = join(root, 'node_modules', '.cache', 'bucket-exif', `sharp-${architecture}`);
  if (isInstalled(join(kept, 'node_modules'), wanted)) return kept;
  const work = `${kept}-${process.pid}`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  try {
    // Optional ones, because npm refuses others that are not for the machine it runs on, whatever --cpu says.
    writeFileSync(join(work, 'package.json'), JSON.stringify({ private: true, optionalDependencies: wanted }));
    const said = npm(work, ['install', '--os=linux', `--cpu=${cpus[architecture]}`, '--libc=glibc', ...quiet]);
    if (said !== null || !isInstalled(join(work, 'node_modules'), wanted)) {
      const reason = said === null ? 'and does not say why: can it reach its registry?' : `and says ${said}`;
      throw new Error(`Cannot package: npm does not get ${Object.keys(wanted).join(' and ')}, ${reason}`);
    }
    checkIntegrity(root, work, Object.keys(wanted));
    rmSync(kept, { recursive: true, force: true });
    renameSync(work, kept);
    return kept;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];

/** What came is what the lock file has: the registry is not asked again what it was. */
function checkIntegrity(root, work, names) {
  const locked = readJson(join(root, 'package-lock.json')).packages;
  const came = readJson(join(work, 'node_modules', '.package-lock.json')).packages;
  for (const name of names) {
    const path = `node_modules/${name}`;
    if (locked[path]?.integrity === undefined || locked[path].integrity !== came[path]?.integrity) {
      throw new Error(`Cannot package ${name}: it is not the one of package-lock.json`);
    }
  }
}

/** What npm wrote about its failure; null when there was none. */
function runNpm(cwd, args) {
  const { status, error, stderr } = spawnSync('npm', args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  return status === 0 ? null : (error?.message ?? stderr.trim().slice(0, 2000)) || 'nothing';
}

module.exports = { placeSharp };
