// `serverless invoke local`: what it says of wrong settings, and several events after one compilation.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type InvokeOptions, invokeHooks } from '../../deploy/aws/invoke';
import { DeployError } from '../../deploy/check';

const root = join(__dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'bucket-exif-invoke-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** All that serverless prints for a command line, in an environment without settings but `env`. */
async function serverless(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const program = join(root, 'node_modules', 'serverless', 'bin', 'serverless.js');
  const child = spawn(process.execPath, [program, ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], HOME: folder, SLS_TELEMETRY_DISABLED: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  const [code] = await once(child, 'close');
  return { code, text };
}

const invoke = ['invoke', 'local', '-f', 'http', '--path', 'events/alb.json'];

test('without a bucket it says what to set, before it compiles and without a stack trace', async () => {
  const { code, text } = await serverless(invoke);
  expect(code).toBe(1);
  expect(text).toContain('No bucket is given: add --param bucket=<name> for a bucket at S3, or set EXIF_BUCKET');
  expect(text).not.toMatch(/^ +at |Compiling/m);
}, 120_000);

test.each([
  [['--param', 'bucket=s3://photos'], '--param bucket must be the name of a bucket'],
  [['--param', 'bukcet=photos'], '--param bukcet is not a known parameter'],
  [['--param', 'bucket=photos', '--param', 'memory=1'], '--param memory must be a whole number'],
])(
  'the reason why %j is refused is printed once',
  async (params, reason) => {
    const { code, text } = await serverless([...invoke, ...params]);
    expect(code).toBe(1);
    expect(text.split(reason)).toHaveLength(2);
    expect(text).not.toMatch(/^ +at /m);
  },
  120_000,
);

let handlers = 0;

/** Runs the plugin over a compiled handler with this text, beside what serverless itself does; the order of all that was done. */
async function runPlugin(options: InvokeOptions, handler: string): Promise<readonly string[]> {
  const compiled = join(folder, '.build');
  mkdirSync(compiled, { recursive: true });
  const name = `handler-${++handlers}`; // a module of that name is loaded once
  writeFileSync(join(compiled, `${name}.js`), handler);
  const done: string[] = [];
  const serverlessHooks: Record<string, { hook(): unknown }[]> = {
    'before:invoke:local:loadEnvVars': [
      { hook: () => Object.assign(options, { functionObj: { handler: `${name}.handler` } }) },
    ],
    'before:invoke:local:invoke': [{ hook: () => done.push('compile') }],
    'invoke:local:invoke': [{ hook: () => done.push(`run ${options.function} ${options.path}`) }],
    'after:invoke:local:invoke': [],
  };
  const hooks = invokeHooks(
    {
      config: { servicePath: compiled },
      serviceDir: compiled,
      service: { provider: { environment: { EXIF_BUCKET: './samples' } } },
      pluginManager: { hooks: serverlessHooks },
    },
    options,
    (line) => void done.push(line),
  );
  for (const [name, hook] of Object.entries(hooks)) serverlessHooks[name]?.push({ hook });
  for (const hooks of Object.values(serverlessHooks)) for (const { hook } of hooks) await hook();
  return done;
}

const good = 'exports.handler = () => null;';

test('further events are run after one compilation, each under its own headline', async () => {
  const more = ['upload:events/s3-put.json', 'batch:/elsewhere/s3-batch-1.json'];
  expect(await runPlugin({ function: 'http', path: 'events/alb.json', more }, good)).toEqual([
    'compile',
    '== http alb.json',
    'run http events/alb.json',
    '== upload s3-put.json',
    `run upload ${join(folder, 'events', 's3-put.json')}`,
    '== batch s3-batch-1.json',
    'run batch /elsewhere/s3-batch-1.json',
  ]);
});

test('one event is run as serverless runs it, without a headline', async () => {
  const done = await runPlugin({ function: 'http', path: 'events/alb.json' }, good);
  expect(done).toEqual(['compile', 'run http events/alb.json']);
});

test('settings that the handler refuses are a clear line; another error stays as it is', async () => {
  const wrong = "throw Object.assign(new Error('EXIF_DROP must be'), { code: 'ConfigInvalid' });";
  const refused = runPlugin({ function: 'http' }, wrong);
  await expect(refused).rejects.toThrow(new DeployError('The function cannot start: EXIF_DROP must be'));
  await expect(runPlugin({ function: 'http' }, "throw new TypeError('bug');")).rejects.toThrow(TypeError);
});

test.each(['events/alb.json', 'http', ':x', 'http:'])('--more %s is refused', async (text) => {
  await expect(runPlugin({ function: 'http', more: [text] }, good)).rejects.toThrow('--more must be <function>:<file>');
});
