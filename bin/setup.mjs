// Runs before `npm start` and `npm test`: installs the locked dependencies when they are missing or older than the lock
// file, then compiles and builds the page when asked to (`build`).
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
/** Written when all was built. */
const stamp = join(root, 'dist', '.built');
const sources = [
  ...['bench', 'bin', 'check', 'deploy', 'handler', 'lib', 'page', 'samples', 'service', 'testing'],
  ...['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'tsconfig.page.json'],
];

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19))
  fail(`Node ${process.versions.node} is too old: 20.19 or newer is needed`);

if (!isInstalled()) {
  console.error('Installing dependencies (up to a minute, once) ...');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}
if (process.argv[2] === 'build' && !isBuilt()) {
  console.error('Building ...');
  rmSync(stamp, { force: true });
  run(process.execPath, [
    join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
    '-p',
    join(root, 'tsconfig.build.json'),
  ]);
  run(process.execPath, [join(root, 'page', 'build.mjs')]);
  writeFileSync(stamp, '');
}

/** Nothing that is compiled changed, came or went since the last build that succeeded: of each the time that no copy keeps. */
function isBuilt() {
  if (!existsSync(stamp)) return false;
  const built = statSync(stamp).ctimeMs;
  return sources.every((path) => {
    const whole = join(root, path);
    const below = statSync(whole).isDirectory() ? readdirSync(whole, { recursive: true }) : [];
    return [whole, ...below.map((name) => join(whole, name))].every((file) => statSync(file).ctimeMs < built);
  });
}

/** What npm says is in node_modules is what the lock file asks for, but for packages of other platforms. */
function isInstalled() {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const { packages: installed } = JSON.parse(readFileSync(record, 'utf8'));
  const { packages: locked } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(locked).every(
    ([path, { version, optional }]) =>
      path === '' || installed[path]?.version === version || (optional && !installed[path]),
  );
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
