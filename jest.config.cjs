// The tests in three projects, by the ending of a file's name; CONTRIBUTING.md ("Tests") says what each covers.
const sources = ['bench', 'bin', 'check', 'deploy', 'handler', 'lib', 'page', 'samples', 'service', 'test', 'testing'];

const shared = {
  rootDir: __dirname,
  // Tests run in a context of their own, in which each look at a global is slow: these are made local to every module.
  sandboxInjectedGlobals: 'Array BigInt DataView JSON Map Math Number Object Set String Uint8Array'.split(' '),
  testEnvironment: `${__dirname}/testing/jest/environment.cjs`,
  // Only these folders: files that the examples of the docs make (photos/, exif-cache/) are no part of the tests.
  roots: sources.map((folder) => `<rootDir>/${folder}`),
  modulePathIgnorePatterns: ['<rootDir>/.build', '<rootDir>/dist', '<rootDir>/.serverless'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
    // Packages that have only ES modules, which jest cannot load.
    '/node_modules/hyparquet.*\\.js$': ['@swc/jest', { jsc: { target: 'es2022' }, module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: ['/node_modules/(?!hyparquet)'],
};

/** A project: all tests with this ending. */
const project = (name, ending, options = {}) => ({
  ...shared,
  displayName: name,
  testMatch: [`<rootDir>/test/**/*.${ending}.ts`],
  ...options,
});

const projects = [
  project('unit', 'test'),
  project('stress', 'stress'),
  project('system', 'system', {
    globalSetup: '<rootDir>/testing/jest/set-up-system.cjs',
    globalTeardown: '<rootDir>/testing/jest/tear-down-system.cjs',
  }),
];

// `npm run test:lambda` only: it needs the zip of `npm run package`.
if (process.argv.join(' ').includes('--selectProjects lambda')) projects.push(project('lambda', 'lambda'));

module.exports = { maxWorkers: '100%', testTimeout: 30_000, projects };
