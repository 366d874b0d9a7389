// Runs before the scripts of package.json: installs the locked packages when they are missing or older than the lock file.
//   node bin/setup.mjs         all of them, for tests and tools
//   node bin/setup.mjs build   all of them; then builds, when a source has changed since the last build
//   node bin/setup.mjs start   only what serving and its build need (service/package.json); then builds
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isBuilt, isNewEnough, stampOf } from './ready.cjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = stampOf(root);
const [, , task] = process.argv;

if (!isNewEnough()) fail(`Node ${process.versions.node} is too old: 20.19 or newer is needed`);

install(task === 'start');
if (task !== undefined && !isBuilt(root)) {
  console.error('Building ...');
  rmSync(stamp, { force: true });
  const { buildAll } = await import('./build.mjs');
  await buildAll(root).catch((error) => fail(`The build failed: ${error.message}`));
  writeFileSync(stamp, '');
}

/** Installs what is missing: `few` packages, or all. A whole installation stays whole when the lock file changes. */
function install(few) {
  const { packages: locked } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const record = join(root, 'node_modules', '.package-lock.json');
  const installed = existsSync(record) ? JSON.parse(readFileSync(record, 'utf8')).packages : {};
  /** Whether the package is there in its locked version. Optional packages, of other platforms, may be missing. */
  const isThere = (path) =>
    locked[path].link === true
      ? installed[path] !== undefined
      : installed[path]?.version === locked[path].version || (locked[path].optional && !installed[path]);
  const all = Object.keys(locked).filter((path) => path.startsWith('node_modules/'));
  if ((few ? servingPaths(locked) : all).every(isThere)) return;
  const isWhole = installed['node_modules/jest'] !== undefined;
  const [what, scope] =
    few && !isWhole ? ['what serving needs', ['--workspace=service', '--ignore-scripts']] : ['everything', []];
  console.error(`Installing ${what} (once) ...`);
  run('npm', ['ci', ...scope, '--no-audit', '--no-fund', '--loglevel=error']);
}

/** The places in the lock file of the packages of service/package.json, and of those that they need. */
function servingPaths(locked) {
  const found = new Set(['service']);
  for (const from of found) {
    const { dependencies, optionalDependencies, devDependencies } = locked[from];
    const names = { ...dependencies, ...optionalDependencies, ...(from === 'service' ? devDependencies : {}) };
    for (const name of Object.keys(names)) {
      const places = [`${from}/node_modules/${name}`, `node_modules/${name}`];
      const place = places.find((path) => locked[path] !== undefined);
      if (place !== undefined) found.add(place);
    }
  }
  return [...found].filter((path) => path.startsWith('node_modules/'));
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32' && command === 'npm',
  });
  if (status !== 0) fail(`${command} ${args[0]} failed${error === undefined ? '' : `: ${error.message}`}`);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
