// What a function loads before it answers, and with its first answers: a cold start waits for all of it.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '../../..');

/** The function's entry with TypeScript compiled on the way, and what of it is loaded after each request. */
const script = `
  const { transformSync } = require('@swc/core');
  const { readFileSync } = require('node:fs');
  require.extensions['.ts'] = (module, path) => module._compile(transformSync(readFileSync(path, 'utf8'), {
    filename: path, swcrc: false, jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' },
  }).code, path);
  const { handler } = require('./handler/http.ts');
  const loaded = () => Object.keys(require.cache)
    .map((path) => path.replaceAll('\\\\', '/'))
    .flatMap((path) => /\\/(node_modules\\/(?:exifr|sharp)|lib\\/(?:style\\/.+|read\\/thumbnail.*)\\.ts|service\\/own-paths\\/page\\.ts)/.exec(path)?.[1] ?? []);
  const event = require('./events/function-url.json');
  const ask = (query) => handler({ ...event, rawPath: '/gps.jpg', rawQueryString: query }, {});
  (async () => {
    const said = { start: loaded() };
    for (const query of ['exif', 'exif/style/typed', 'imageInfo']) {
      const { statusCode } = await ask(query);
      said[query] = [statusCode, ...loaded()];
    }
    process.stdout.write(JSON.stringify(said) + '\\n');
  })();
`;

test('a style is loaded when it is first asked for, the default at the start', () => {
  const output = execFileSync(process.execPath, ['-e', script], {
    cwd: root,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], EXIF_BUCKET: 'directory:samples', EXIF_PUBLIC: '*', EXIF_PAGE: '1' },
  });
  // The lines before are the log.
  const said = JSON.parse(output.trim().split('\n').at(-1) ?? '');
  const start = said.start.toSorted();
  expect(start).toEqual([
    'lib/style/cos.ts',
    'lib/style/index.ts',
    'lib/style/only.ts',
    'lib/style/text/json-writer.ts',
    'lib/style/text/plain-text.ts',
    'lib/style/text/write-plain.ts',
  ]);
  expect(said.exif.toSorted()).toEqual([200, ...start].toSorted());
  expect(said['exif/style/typed']).toEqual(expect.arrayContaining([200, 'lib/style/typed.ts']));
  expect(said['exif/style/typed']).not.toContain('lib/style/readable.ts');
  expect(said['exif/style/typed']).not.toContain('lib/style/image-info.ts');
  expect(said.imageInfo).toEqual(expect.arrayContaining([200, 'lib/style/image-info.ts']));
});
