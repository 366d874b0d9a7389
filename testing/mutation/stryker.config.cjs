// Mutation testing of one folder of lib/, by hand: CONTRIBUTING.md, "Mutation testing". MUTATE is the folder, one file, or lines of it.
const target = process.env.MUTATE ?? 'lib/tiff';

module.exports = {
  plugins: ['@stryker-mutator/*', './testing/mutation/messages.cjs'],
  testRunner: 'jest',
  jest: { configFile: 'testing/mutation/jest.config.cjs', enableFindRelatedTests: false },
  // Stryker would rewrite the one it finds, with a package of TypeScript that it lacks; swc compiles without one.
  tsconfigFile: 'none',
  coverageAnalysis: 'perTest',
  concurrency: 2,
  mutate: [/\.ts(:\d+-\d+)?$/.test(target) ? target : `${target}/**/*.ts`],
  ignorers: ['messages'],
  // A second biome.json would stop Biome while Stryker runs.
  ignorePatterns: ['biome.json', 'dist', '.build', '.serverless', 'fuzz-findings', 'photos', 'exif-cache'],
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  tempDirName: '.stryker-tmp',
  timeoutMS: 5_000,
};
