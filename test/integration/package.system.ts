// The package as npm publishes it, installed into an empty project without the network, and used as a library and as a command.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(__dirname, '..', '..');
const sample = join(root, 'samples', 'gps.jpg');
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const quiet = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts'];
type PackResult = Readonly<{ filename: string; files: readonly Readonly<{ path: string }>[] }>;

let project: string;
let packed: PackResult;

/** The environment of a user without credentials and without a profile. */
const plainEnv = () => ({
  PATH: process.env['PATH'],
  HOME: project,
  npm_config_update_notifier: 'false',
  AWS_EC2_METADATA_DISABLED: 'true',
});

/** Runs a program in the empty project. */
async function run(program: string, args: readonly string[], env: Record<string, string> = {}, cwd = project) {
  const options = { cwd, env: { ...plainEnv(), ...env } };
  return promisify(execFile)(program, [...args], options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code: code as number, stdout: String(stdout), stderr: String(stderr) }),
  );
}

/** The output of a program that succeeds. */
async function outputOf(program: string, args: readonly string[], cwd = project): Promise<string> {
  const { code, stdout, stderr } = await run(program, args, {}, cwd);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${stdout}\n${stderr}`);
  return stdout;
}

/** Runs the installed command. */
const command = (args: readonly string[], env: Record<string, string> = {}) =>
  run(process.execPath, [join(project, 'node_modules', '.bin', 'bucket-exif'), ...args], env);

/** Calls `use` with the address of the installed server, for its samples. Returns the log. */
async function whileServing(use: (address: string) => Promise<void>): Promise<string> {
  const program = join(project, 'node_modules', '.bin', 'bucket-exif');
  const server = spawn(process.execPath, [program, 'serve', '--port', '0'], { env: plainEnv() });
  let log = '';
  server.stdout.setEncoding('utf8').on('data', (part: string) => {
    log += part;
  });
  const ended = once(server, 'close');
  try {
    let greeting = '';
    for await (const part of server.stderr.setEncoding('utf8')) {
      greeting += part;
      if (greeting.includes('\nTry:')) break;
    }
    expect(greeting).not.toContain('No demonstration images');
    await use(/http:\/\/127\.0\.0\.1:\d+/.exec(greeting)?.[0] ?? '');
  } finally {
    server.kill();
    await ended;
  }
  return log;
}

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'bucket-exif-package-'));
  // `prepack` builds, which the tests of this kind have done, and writes the declarations.
  await outputOf(process.execPath, [join(root, 'bin', 'declarations.mjs')]);
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', project];
  [packed] = JSON.parse(await outputOf('npm', pack, root)) as [PackResult];
  await writeFile(join(project, 'package.json'), '{"name":"empty","version":"1.0.0","private":true}');
  await outputOf('npm', ['install', ...quiet, `./${packed.filename}`]);
}, 120_000);
afterAll(() => rm(project, { recursive: true, force: true }));

describe('what is installed', () => {
  test('is one package', async () => {
    const names = await readdir(join(project, 'node_modules'));
    expect(names.filter((name) => !name.startsWith('.'))).toEqual(['bucket-exif']);
  });

  test('takes less than 2 MB on the disk, with the writer of Parquet and the map of reports', async () => {
    const paths = await readdir(join(project, 'node_modules'), { recursive: true });
    const sizes = await Promise.all(paths.map((path) => lstat(join(project, 'node_modules', path))));
    // A file takes whole blocks of 4 KiB on most file systems.
    const onDisk = sizes.reduce((sum, { size }) => sum + Math.ceil(size / 4096) * 4096, 0);
    expect(onDisk).toBeLessThan(2_000_000);
  });

  test('has what is needed to run, and nothing else', () => {
    const paths = packed.files.map(({ path }) => path);
    const expected = [
      ...[
        'package.json',
        'LICENSE',
        'README.md',
        'CHANGELOG.md',
        'dist/page/index.html.gz',
        'dist/npm/openapi.json.gz',
        'samples/gps.jpg',
      ],
      ...['index.js', 'index.mjs', 'index.d.ts', 'index.d.mts', 'bucket-exif.js', 'licences.txt'].map(
        (name) => `dist/npm/${name}`,
      ),
      ...['index.mjs', 'index.d.mts', 'metadata.mjs', 'metadata.d.mts'].map((name) => `dist/npm/browser/${name}`),
    ];
    expect(paths).toEqual(expect.arrayContaining(expected));
    const others = paths.filter((path) => !expected.includes(path));
    const parts = [
      /^dist\/page\/.+\.gz$/,
      /^dist\/npm\/(part-\w+\.js|types\/.+\.d\.ts|browser\/.+\.(mjs|d\.mts))$/,
      /^dist\/npm\/(land\.txt|report\.css)$/,
      /^samples\/.+\.(jpg|png|avif)$/,
    ];
    expect(others.filter((path) => !parts.some((part) => part.test(path)))).toEqual([]);
  });

  test('names the licences of the code that is in it', () => {
    const text = readFileSync(join(project, 'node_modules', 'bucket-exif', 'dist', 'npm', 'licences.txt'), 'utf8');
    for (const name of ['exifr', 'hyparquet', 'hyparquet-writer', 'ngeohash', 'csv-stringify'])
      expect(text).toMatch(new RegExp(`^${name} \\d`, 'm'));
  });
});

const uses = `
async function use({ parse, readExif, render, fromFile, ProblemError }) {
  const file = await readExif(fromFile(process.argv[2]));
  const words = JSON.parse(await render(file, 'readable'));
  const flat = await parse(require('node:fs').readFileSync(process.argv[2]));
  const code = await parse('missing.jpg').catch((e) => (e instanceof ProblemError ? e.code : String(e)));
  console.log(JSON.stringify([file.container, words.Exif.MeteringMode, flat.make, code]));
}
`;
const used = ['jpeg', 'Pattern', 'Example Camera Co.', 'NoSuchKey'];

describe('the library', () => {
  test('CommonJS requires it', async () => {
    await writeFile(join(project, 'use.cjs'), `${uses} use(require('bucket-exif'));`);
    expect(JSON.parse(await outputOf(process.execPath, ['use.cjs', sample]))).toEqual(used);
  });

  test('an ES module imports it, by name; both are one copy', async () => {
    const names = 'parse, readExif, render, fromFile, ProblemError';
    const text = `import { createRequire } from 'node:module';
      import { ${names} } from 'bucket-exif';
      const require = createRequire(import.meta.url);
      if (require('bucket-exif').ProblemError !== ProblemError) throw new Error('two copies');
      ${uses} await use({ ${names} });`;
    await writeFile(join(project, 'use.mjs'), text);
    expect(JSON.parse(await outputOf(process.execPath, ['use.mjs', sample]))).toEqual(used);
  });

  test('internal modules cannot be imported by their path', async () => {
    const inside = `try { require('bucket-exif/dist/npm/bucket-exif.js'); } catch ({ code }) { console.log(code); }`;
    expect(await outputOf(process.execPath, ['-e', inside])).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED\n');
  });

  // The entries for browsers are only ES modules.
  test.each([
    ['the main entry', ['--exclude-entrypoints', './browser', './browser/metadata']],
    ['the entries for browsers', ['--entrypoints', './browser', './browser/metadata', '--profile', 'esm-only']],
  ])(
    'the types of %s have none of the faults that @arethetypeswrong/cli finds',
    async (_name, options) => {
      const attw = join(root, 'node_modules', '@arethetypeswrong', 'cli', 'dist', 'index.js');
      const checked = await run(process.execPath, [attw, packed.filename, '--format', 'json', ...options]);
      expect(checked).toMatchObject({ code: 0 });
    },
    60_000,
  );
});

const typedUse = `
import { type ExifRecord, fromBucket, fromFile, fromUrl, ProblemError, parse, type ReadCost, readExif, render, type Source } from 'bucket-exif';
export async function use(blob: Blob): Promise<string> {
  const sources: readonly Source[] = ['a.jpg', fromFile('a.jpg'), new Uint8Array(9), blob, new URL('https://host/a.jpg'), await fetch('a.jpg')];
  const photos = fromBucket('s3://photos?region=eu-west-1', { AWS_REGION: 'eu-west-1' });
  const cost: ReadCost = { requests: 0, bytes: 0 };
  try {
    const record: ExifRecord = await readExif(sources[0] ?? photos('a.jpg'), { drop: ['gps'], limits: { requests: 3 }, signal: AbortSignal.timeout(9), cost });
    // @ts-expect-error a record has no such member: its type is not any
    record.nothing;
    // @ts-expect-error no such style
    await render(record, 'Cos');
    const [entry] = record.document?.entries ?? [];
    return entry?.ifd === 'GPS' ? record.container : await render(record, 'cos');
  } catch (error) {
    // @ts-expect-error no such code
    if (error instanceof ProblemError && error.code === 'Nonsense') return '';
    return error instanceof ProblemError && error.code === 'NotAnImage' ? error.message : '';
  }
}
`;

test.each([
  ['node16', 'use.cts'],
  ['node16', 'use.mts'],
  ['bundler', 'use.ts'],
])(
  'it compiles without the types of Node: %s, %s',
  async (moduleResolution, file) => {
    const folder = join(project, `types-${file}`);
    await mkdir(folder);
    await writeFile(join(folder, file), typedUse);
    const compilerOptions = {
      strict: true,
      noEmit: true,
      target: 'es2022',
      lib: ['es2023', 'dom'],
      types: [],
      skipDefaultLibCheck: true,
      module: moduleResolution === 'bundler' ? 'esnext' : moduleResolution,
      moduleResolution,
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [file] }));
    await outputOf(process.execPath, [tsc, '-p', folder]);
  },
  120_000,
);

describe('the command', () => {
  test('npx runs it, with its own options', async () => {
    const npx = (...args: string[]) => outputOf('npx', ['--offline', '--', 'bucket-exif', ...args]);
    expect(JSON.parse(await npx(sample, '--style', 'cos')).Make.val).toBe('Example Camera Co.');
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(await npx('--version')).toBe(`${version}\n`);
  });

  test('prints a table', async () => {
    const { stdout } = await command([sample, '--table']);
    expect(stdout).toMatch(/MeteringMode +Pattern/);
  });

  test('finds files by a pattern, and prints CSV', async () => {
    const { stdout } = await command([join(root, 'samples', 'gp*.jpg'), '--csv', '--only', 'Make']);
    expect(stdout).toMatch(/,Example Camera Co\./);
  });

  test('serves the samples and the page', async () => {
    await whileServing(async (address) => {
      const answer = await fetch(`${address}/gps.jpg?exif/style/flat`);
      expect(await answer.json()).toMatchObject({ make: 'Example Camera Co.' });
      expect(await (await fetch(address)).text()).toContain('<title>');
    });
  });

  test('says which program its help is about', async () => {
    expect((await command(['serve', '--help'])).stdout).toContain('Usage: bucket-exif serve [options]');
  });
});

describe('a package that is not installed is named, with the command that installs it', () => {
  test('AWS profiles', async () => {
    expect(await command(['s3://photos/a.jpg?region=eu-west-1'], { AWS_PROFILE: 'work' })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        'an AWS profile or role needs the package @aws-sdk/credential-provider-node: npm install @aws-sdk/credential-provider-node',
      ),
    });
  });

  test.each([
    ['ssm:/keys', '@aws-sdk/client-ssm'],
    ['secretsmanager:keys', '@aws-sdk/client-secrets-manager'],
  ])('keys at %s', async (EXIF_KEYS, name) => {
    const { code, stderr } = await command(['serve', '--port', '0'], { EXIF_KEYS, AWS_REGION: 'eu-west-1' });
    expect([code, stderr]).toEqual([2, expect.stringContaining(`needs the package ${name}: npm install ${name}`)]);
  });

  test('sharp', async () => {
    const log = await whileServing(async (address) => {
      const { status } = await fetch(`${address}/turned.jpg?exif/thumbnail/orient`);
      expect(status).toBe(501);
    });
    expect(log).toContain('turning a thumbnail needs the package sharp: npm install sharp');
  });
});
