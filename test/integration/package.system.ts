// The package as npm publishes it, installed into an empty project and used as a library and as a command.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const root = join(__dirname, '..', '..');
const sample = join(root, 'samples', 'gps.jpg');
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
type PackResult = Readonly<{ filename: string; size: number; files: readonly Readonly<{ path: string }>[] }>;

let project: string;
let packed: PackResult;

/** Runs a program in the empty project; its output. A failure is thrown with all that it said. */
async function inProject(program: string, args: readonly string[], cwd = project): Promise<string> {
  const env = { PATH: process.env['PATH'], HOME: project, npm_config_update_notifier: 'false' };
  const { stdout } = await promisify(execFile)(program, [...args], { cwd, env }).catch((error: unknown) => {
    const { stdout: out, stderr: err } = error as { stdout: string; stderr: string };
    throw new Error(`${program} ${args.join(' ')} failed:\n${out}\n${err}`);
  });
  return stdout;
}

/** What the package needs when it runs, as it is installed here: the network is not asked. */
async function putDependencies(): Promise<void> {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: true; devOptional?: true; optional?: true }>;
  };
  const needed = Object.entries(lock.packages).filter(
    ([path, { dev, devOptional, optional }]) =>
      path.startsWith('node_modules/') && !dev && !devOptional && !optional && existsSync(join(root, path)),
  );
  for (const [path] of needed) {
    if (path.lastIndexOf('node_modules/') > 0) continue; // comes with the package that it is in
    await mkdir(dirname(join(project, path)), { recursive: true });
    await cp(join(root, path), join(project, path), { recursive: true });
  }
}

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'bucket-exif-package-'));
  // `prepack` builds: here the compiled files are there, all but the declarations.
  await inProject(process.execPath, [tsc, '-p', join(root, 'tsconfig.package.json')]);
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', project];
  [packed] = JSON.parse(await inProject('npm', pack, root)) as [PackResult];
  await writeFile(join(project, 'package.json'), '{"name":"empty","version":"1.0.0","private":true}');
  await putDependencies();
  const quiet = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts', '--omit=optional'];
  await inProject('npm', ['install', ...quiet, `./${packed.filename}`]);
}, 120_000);
afterAll(() => rm(project, { recursive: true, force: true }));

test('it has what is needed to run, and nothing else', () => {
  const paths = packed.files.map(({ path }) => path);
  const folders =
    /^(dist\/(bin|handler|lib|page|service)\/|docs\/|samples\/|(package\.json|LICENSE|README\.md|CHANGELOG\.md)$)/;
  expect(paths.filter((path) => !folders.test(path))).toEqual([]);
  expect(paths.filter((path) => /\.(test|map|tsbuildinfo)\b|\.ts$(?<!\.d\.ts)/.test(path))).toEqual([]);
  for (const path of [
    'dist/bin/bucket-exif.js',
    'dist/lib/index.js',
    'dist/lib/index.d.ts',
    'samples/gps.jpg',
    'LICENSE',
  ])
    expect(paths).toContain(path);
  expect(packed.size).toBeLessThan(600_000);
});

const uses = `
async function use({ readExif, render, fromFile, ProblemError, styleNames }) {
  const record = await readExif(fromFile(process.argv[2]));
  const json = JSON.parse(await render(record, 'cos'));
  const code = await readExif(fromFile('missing.jpg')).catch((e) => (e instanceof ProblemError ? e.code : String(e)));
  console.log(JSON.stringify([record.container, json.Make.val, code, styleNames.includes('cos')]));
}
`;
const used = ['jpeg', 'Example Camera Co.', 'NoSuchKey', true];

test('CommonJS requires it', async () => {
  await writeFile(join(project, 'use.cjs'), `${uses} use(require('bucket-exif'));`);
  expect(JSON.parse(await inProject(process.execPath, ['use.cjs', sample]))).toEqual(used);
});

test('an ES module imports it, by name', async () => {
  const names = 'readExif, render, fromFile, ProblemError, styleNames';
  const text = `import { ${names} } from 'bucket-exif'; ${uses} await use({ ${names} });`;
  await writeFile(join(project, 'use.mjs'), text);
  expect(JSON.parse(await inProject(process.execPath, ['use.mjs', sample]))).toEqual(used);
});

test('it compiles with TypeScript without the types of Node', async () => {
  await writeFile(
    join(project, 'use.ts'),
    `import { type ExifRecord, fromBucket, fromFile, fromUrl, ProblemError, parse, type ReadCost, readExif, render, type Source } from 'bucket-exif';
export async function use(blob: Blob): Promise<string> {
  const sources: readonly Source[] = ['a.jpg', fromFile('a.jpg'), new Uint8Array(9), blob, new URL('https://host/a.jpg'), await fetch('a.jpg')];
  const photos = fromBucket('s3://photos?region=eu-west-1', { AWS_REGION: 'eu-west-1' });
  const cost: ReadCost = { requests: 0, bytes: 0 };
  try {
    const record: ExifRecord = await readExif(sources[0] ?? photos('a.jpg'), { drop: ['gps'], limits: { requests: 3 }, signal: AbortSignal.timeout(9), cost });
    // @ts-expect-error a record has no such member: it is no any
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
`,
  );
  for (const [module, resolution] of [
    ['node16', 'node16'],
    ['esnext', 'bundler'],
  ]) {
    const compilerOptions = {
      strict: true,
      noEmit: true,
      target: 'es2022',
      lib: ['es2023', 'dom'],
      types: [],
      skipDefaultLibCheck: true,
    };
    const config = { compilerOptions: { ...compilerOptions, module, moduleResolution: resolution }, files: ['use.ts'] };
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify(config));
    await inProject(process.execPath, [tsc]);
  }
}, 120_000);

test('npx runs its command, with its own options', async () => {
  const npx = (...args: string[]) => inProject('npx', ['--offline', '--', 'bucket-exif', ...args]);
  expect(JSON.parse(await npx(sample, '--style', 'cos')).Make.val).toBe('Example Camera Co.');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(await npx('--version')).toBe(`${version}\n`);
});

test('internal modules cannot be imported by their path', async () => {
  const inside = `try { require('bucket-exif/dist/lib/read/record.js'); } catch ({ code }) { console.log(code); }`;
  expect(await inProject(process.execPath, ['-e', inside])).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED\n');
});
