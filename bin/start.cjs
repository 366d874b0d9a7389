// `npm start`: installs and builds what is missing or has changed, then runs dist/bin/serve.js in this process, with the same
// arguments. A CommonJS file, because Node takes longer to start an ES module.
const { enableCompileCache, runMain } = require('node:module');
const { join } = require('node:path');
const { isNewEnough, isServerBuilt } = require('./ready.cjs');

const root = join(__dirname, '..');

// A build is newer than the packages with which it was made: when it is up to date, so are they.
if (!isNewEnough() || !isServerBuilt(root)) {
  const { spawnSync } = require('node:child_process');
  const { status } = spawnSync(process.execPath, [join(__dirname, 'setup.mjs'), 'start'], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
// Node 22.8 and newer keep the compiled code when this process ends, for the next start.
enableCompileCache?.(join(root, 'dist', '.compile-cache'));
// From here on this process is `node dist/bin/serve.js`.
process.argv[1] = join(root, 'dist', 'bin', 'serve.js');
runMain();
