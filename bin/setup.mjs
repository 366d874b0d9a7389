// Runs before `npm start` and before the tests: installs the locked dependencies when they are missing or older than the
// lock file. With the argument `build` it also compiles and builds the page, when a source has changed since the last build.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
/** An empty file, written at the end of each build that succeeds. */
const stamp = join(root, 'dist', '.built');
/** What tsconfig.build.json compiles. */
const compiled = ['bench', 'bin', 'check', 'deploy', 'handler', 'lib', 'samples', 'service', 'testing'];
const sources = [
  ...[...compiled, 'page'],
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
  removeStale();
  chmodSync(join(root, 'dist', 'bin', 'bucket-exif.js'), 0o755); // npm makes it executable only when it first links the command
  run(process.execPath, [join(root, 'page', 'build.mjs')]);
  writeFileSync(stamp, '');
}

/** Removes compiled files from dist/ whose source is gone. */
function removeStale() {
  const dist = join(root, 'dist');
  for (const name of readdirSync(dist, { recursive: true })) {
    const [folder] = name.split(sep);
    const [stem, ending] = name.split(/(\.js|\.d\.ts)$/);
    if (ending === undefined || folder === 'page' || folder === 'bundle') continue;
    if (!compiled.includes(folder) || !existsSync(join(root, `${stem}.ts`))) rmSync(join(dist, name));
  }
}

/**
 * Whether nothing changed since the last build that succeeded. Compares the time of the last change of each source, and of
 * each folder, with that of the stamp; copying files cannot preserve these times.
 */
function isBuilt() {
  if (!existsSync(stamp)) return false;
  const built = statSync(stamp).ctimeMs;
  return sources.every((path) => {
    const whole = join(root, path);
    const below = statSync(whole).isDirectory() ? readdirSync(whole, { recursive: true }) : [];
    return [whole, ...below.map((name) => join(whole, name))].every((file) => statSync(file).ctimeMs < built);
  });
}

/** Whether node_modules has the versions of the lock file. Optional packages, of other platforms, may be missing. */
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
