// Serverless plugin: makes each compiled handler one file before it is zipped. Finding sixty small files is half of a cold
// start; packages stay where they are, so that what is loaded on first use still is.
const { join } = require('node:path');
const { buildSync } = require('esbuild');

/** The files of the functions in serverless.yml. */
const entries = ['http.js', 'upload.js', 'batch.js'];

/** Writes the compiled `handler/<entry>` below `folder`, with all of ours that it imports, to `outfile` (default: itself). */
function bundleHandler(folder, outfile, entry = 'http.js') {
  const file = join(folder, 'handler', entry);
  buildSync({
    entryPoints: [file],
    outfile: outfile ?? file,
    allowOverwrite: true,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
}

/** Runs behind serverless-plugin-typescript, which has compiled into `servicePath` by then. */
module.exports = function Bundle(serverless) {
  const bundleAll = () => {
    for (const entry of entries) bundleHandler(serverless.config.servicePath, undefined, entry);
  };
  this.hooks = {
    'before:package:createDeploymentArtifacts': bundleAll,
    'before:deploy:function:packageFunction': bundleAll,
  };
};
module.exports.bundleHandler = bundleHandler;
