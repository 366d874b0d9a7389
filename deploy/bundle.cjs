// Serverless plugin: makes each compiled handler one file before it is zipped. Finding sixty small files is half of a cold
// start; packages stay where they are, so that what is loaded on first use still is.
const { join } = require('node:path');
const { buildSync } = require('esbuild');

/** Replaces `handler/http.js` below `folder` by itself and all of ours that it imports. */
function bundleHandler(folder, outfile = join(folder, 'handler', 'http.js')) {
  buildSync({
    entryPoints: [join(folder, 'handler', 'http.js')],
    outfile,
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
  this.hooks = {
    'before:package:createDeploymentArtifacts': () => bundleHandler(serverless.config.servicePath),
    'before:deploy:function:packageFunction': () => bundleHandler(serverless.config.servicePath),
  };
};
module.exports.bundleHandler = bundleHandler;
