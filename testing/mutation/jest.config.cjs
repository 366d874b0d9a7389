// The unit tests of the folder that testing/mutation/stryker.config.cjs changes.
const { projects } = require('../../jest.config.cjs');

const folder = (process.env.MUTATE ?? 'lib/tiff').replace(/\/[^/]+\.ts(:.*)?$/, '');

module.exports = { ...projects[0], testMatch: [`<rootDir>/test/${folder}/**/*.test.ts`] };
