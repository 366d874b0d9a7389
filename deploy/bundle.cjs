// Serverless plugin: what has to be done with the compiled files before they are zipped. Settings are checked, each handler
// becomes one file (finding sixty small files is half of a cold start; packages stay where they are, so that what is loaded
// on first use still is), the page and sharp's library for the function's architecture are put beside them.
const { spawnSync } = require('node:child_process');
const { cpSync, rmSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { buildSync } = require('esbuild');
const { checkSettings } = require('./check.cjs');
const { placeSharp } = require('./sharp.cjs');

/** The entries of the functions in serverless.yml. */
const entries = ['http', 'upload', 'batch'];

/**
 * Writes `handler/<entry>.ts` of `root`, with all of ours that it imports, to `<entry>.bundle.js` in `folder`, and beside it
 * `<entry>.js`, a line that loads it: newer runtime clients import() a handler, and Node then reads a CommonJS file once more
 * for the names of its exports, which takes longer than loading it. From the sources, which serverless-plugin-typescript has
 * checked by then: its CommonJS hides from the bundler what is not needed, and takes a fifth longer to load. Returns the
 * path of the line.
 */
function bundleHandler(root, folder, entry = 'http') {
  buildSync({
    absWorkingDir: root,
    entryPoints: [join(root, 'handler', `${entry}.ts`)],
    outfile: join(folder, `${entry}.bundle.js`),
    allowOverwrite: true,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
  const line = join(folder, `${entry}.js`);
  writeFileSync(line, `exports.handler = require('./${entry}.bundle.js').handler;\n`);
  return line;
}

/** The page, built anew, in the place of its sources, which `patterns` has brought. */
function placePage(folder, root, Refusal) {
  const { status, stderr, error } = spawnSync(process.execPath, [join(root, 'page', 'build.mjs')], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Refusal(`Cannot build the page: ${error?.message ?? stderr.trim().slice(0, 2000)}`);
  rmSync(join(folder, 'page'), { recursive: true, force: true });
  cpSync(join(root, 'dist', 'page'), join(folder, 'page'), { recursive: true });
}

/** What goes wrong is for who packages, not a fault of serverless: no stack. */
function placeNative(folder, options, Refusal) {
  try {
    placeSharp(folder, options);
  } catch (error) {
    throw new Refusal(error.message);
  }
}

/** Runs behind serverless-plugin-typescript, which has compiled into `servicePath` by then. */
module.exports = function Bundle(serverless, _options, { log }) {
  const prepare = () => {
    const folder = serverless.config.servicePath;
    const root = dirname(folder);
    const { provider, functions } = serverless.service;
    const warnings = checkSettings(folder, {
      environment: provider.environment,
      region: provider.region,
      timeout: functions.http.timeout,
      isDeploy: serverless.processedInput.commands[0] === 'deploy',
      Refusal: serverless.classes.Error,
    });
    for (const warning of warnings) log.warning(warning);
    placePage(folder, root, serverless.classes.Error);
    placeNative(folder, { root, architecture: provider.architecture }, serverless.classes.Error);
    // The plugin before gives each function empty patterns, of which serverless would warn.
    for (const { package: shipped } of Object.values(functions))
      if (shipped.patterns?.length === 0) delete shipped.patterns;
    for (const entry of entries) bundleHandler(root, join(folder, 'handler'), entry);
  };
  this.hooks = {
    'before:package:createDeploymentArtifacts': prepare,
    'before:deploy:function:packageFunction': prepare,
  };
};
module.exports.bundleHandler = bundleHandler;
