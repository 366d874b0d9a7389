// One job: the promises and types that only a type-aware linter sees. Style and format are Biome's.
import tseslint from 'typescript-eslint';

export default tseslint.config({
  files: [
    'handler/**/*.ts',
    'service/**/*.ts',
    'lib/**/*.ts',
    'bin/**/*.ts',
    'check/**/*.ts',
    'bench/**/*.ts',
    'deploy/**/*.ts',
    'examples/**/*.ts',
    'test/**/*.ts',
    'testing/**/*.ts',
    'samples/**/*.ts',
    'page/**/*.ts',
  ],
  languageOptions: {
    parser: tseslint.parser,
    parserOptions: { project: ['./tsconfig.test.json', './tsconfig.page.json'], tsconfigRootDir: import.meta.dirname },
  },
  plugins: { '@typescript-eslint': tseslint.plugin },
  rules: {
    '@typescript-eslint/no-floating-promises': 'error',
    '@typescript-eslint/no-misused-promises': 'error',
    '@typescript-eslint/await-thenable': 'error',
    '@typescript-eslint/return-await': ['error', 'in-try-catch'],
    '@typescript-eslint/no-unnecessary-condition': 'off',
    '@typescript-eslint/switch-exhaustiveness-check': 'error',
  },
});
