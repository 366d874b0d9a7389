// What must be true before a program of dist/ runs: the version of Node, and a build that is up to date.
const { readdirSync, statSync } = require('node:fs');
const { join } = require('node:path');

/** What dist/bin/serve.js and the page are built from. npm writes the last of these files at the end of each installation. */
const served = [
  ...['bin', 'lib', 'page', 'service', 'docs/openapi.json'],
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'node_modules/.package-lock.json'],
];
/** What all of dist/ is built from. */
const all = [...served, 'bench', 'check', 'deploy', 'handler', 'samples', 'testing'];

/** Whether this is Node 20.19 or newer. */
exports.isNewEnough = () => {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > 20 || (major === 20 && minor >= 19);
};

/** An empty file, written at the end of each build that succeeds. */
exports.stampOf = (root) => join(root, 'dist', '.built');

/** Whether nothing of `served` changed since the last build that succeeded. */
exports.isServerBuilt = (root) => isUnchanged(root, served);

/** The same for everything that is built. */
exports.isBuilt = (root) => isUnchanged(root, all);

/**
 * Compares the time of the last change of each source, and of each folder, with that of the stamp; copying files cannot preserve
 * these times.
 */
function isUnchanged(root, sources) {
  const built = changedAt(exports.stampOf(root));
  return sources.every((path) => isBefore(join(root, path), built));
}

/** Whether a file or folder, and all below it, changed before a time. readdirSync() with `recursive` would take twice as long. */
function isBefore(path, time, isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
  if (!(changedAt(path) < time)) return false;
  if (!isFolder) return true;
  return readdirSync(path, { withFileTypes: true }).every((entry) =>
    isBefore(`${path}/${entry.name}`, time, entry.isDirectory()),
  );
}

/** When a file or folder changed; NaN, which is not before or after anything, when there is none. */
function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? Number.NaN;
}
