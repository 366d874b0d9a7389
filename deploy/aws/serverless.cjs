// The file that serverless.yml loads: the plugin and the variables of serverless.ts. Serverless loads it before anything is
// compiled, so esbuild bundles the TypeScript in memory, which takes a tenth of a second.
const { join } = require('node:path');
const { buildSync } = require('esbuild');

const { outputFiles } = buildSync({
  entryPoints: [join(__dirname, 'serverless.ts')],
  bundle: true,
  packages: 'external',
  platform: 'node',
  write: false,
  logLevel: 'error',
});
module._compile(outputFiles[0].text, __filename);

const { Plugin, variables } = module.exports;
module.exports = { default: Plugin, ...variables };
