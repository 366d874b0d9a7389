// A place in which the blocks of the pages run: a folder with images, a server over them at the address that the pages show, and
// commands `npm`, `npx` and `bucket-exif` that start the built programs of this project.
import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listenOnLoopback } from '../../testing/servers/loopback';
import { type RunningServer, serveCommand, startServerProcess } from '../../testing/servers/started-server';
import { root } from './markdown';

/** The end of a program: all that it wrote, and its exit code. */
export type Ended = Readonly<{ output: string; code: number }>;

export type Stage = Readonly<{
  /** A new folder with images, in which one block runs. */
  newFolder(): string;
  /** A text with the addresses of the pages replaced by those of the stage. */
  adapt(text: string): string;
  /** Runs a program in a folder. */
  run(program: string, args: readonly string[], folder: string): Promise<Ended>;
  /** The lists of arguments, and the environments, of all programs that a script of bash would start. Starts none. */
  record(script: string, folder: string): Promise<readonly Started[]>;
  close(): Promise<void>;
}>;

/** A program that a script would start. */
export type Started = Readonly<{ argv: readonly string[]; env: Readonly<Record<string, string>> }>;

/** The settings with which the server of the stage runs: all that the pages turn on. */
const settings = {
  EXIF_HEALTH: '1',
  EXIF_METRICS: 'prometheus',
  EXIF_OPENAPI: '1',
  EXIF_PAGE: '1',
  EXIF_SHOW_READS: '1',
};
/** An address that refuses connections. */
const nowhere = 'http://127.0.0.1:9';
/** Milliseconds for one block. */
const patience = 60_000;

/** The commands of the stage. `npm run x` is what package.json says, without its build. `npm test` only lists the tests. */
const commands: Readonly<Record<string, string>> = {
  'bucket-exif': `case $1 in
  serve) shift; exec node '${root}/test/docs/serve-once.mjs' "$@" ;;
  backfill) shift; exec node '${root}/dist/bin/backfill.js' "$@" ;;
  *) exec node '${root}/dist/bin/bucket-exif.js' "$@" ;;
esac`,
  npx: `[ "$1" = bucket-exif ] || { echo "npx $1 cannot run here" >&2; exit 1; }
shift; exec bucket-exif "$@"`,
  npm: `case $1 in
  start) shift; [ "$1" != -- ] || shift; exec node '${root}/test/docs/serve-once.mjs' "$@" ;;
  test) cd '${root}' && exec $(node -p "require('./package.json').scripts.test.replace(/^jest/, 'node_modules/.bin/jest')") --listTests ;;
  run) name=$2; shift 2; [ "$1" != -- ] || shift
    program=$(node -p "require('${root}/package.json').scripts['$name'].replace(/^.*&& /, '').replace(/(dist|bin)\\//, '${root}/$&')")
    exec $program "$@" ;;
  *) echo "npm $1 cannot run here" >&2; exit 1 ;;
esac`,
};

/** Programs that would change something outside, or take minutes. A block with one of them must say that it is not run. */
const refused = ['aws', 'docker', 'gh', 'git', 'kubectl', 'pip', 'terraform'];

/** Makes each program of a script leave a record instead of starting: no program is on the PATH. */
const recorder = `PATH=/nonexistent
command_not_found_handle() {
  local name
  printf '%s\\001' "$@" >>"$RECORD"; printf '\\002' >>"$RECORD"
  for name in \${!EXIF_*} KEYS; do printf '%s=%s\\001' "$name" "\${!name}" >>"$RECORD"; done
  printf '\\003' >>"$RECORD"
}
`;

export async function openStage(): Promise<Stage> {
  const top = mkdtempSync(join(tmpdir(), 'bucket-exif-docs-'));
  symlinkSync(join(root, 'node_modules'), join(top, 'node_modules'));
  const work = join(top, 'work');
  mkdirSync(join(work, 'node_modules'), { recursive: true });
  symlinkSync(root, join(work, 'node_modules', 'bucket-exif'));
  mkdirSync(join(top, 'bin'));
  const refusals = refused.map((name): [string, string] => [name, `echo "${name} cannot run here" >&2; exit 1`]);
  for (const [name, text] of [...Object.entries(commands), ...refusals]) {
    writeFileSync(join(top, 'bin', name), `#!/bin/bash\n${text}\n`);
    chmodSync(join(top, 'bin', name), 0o755);
  }
  const images = makeImages(join(top, 'images'));
  const server = await startServer(join(images, 'photos'));
  const web = await listenOnLoopback(webServer(images));
  // Nothing outside this machine is reached.
  const proxies = { HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere, http_proxy: nowhere, https_proxy: nowhere };
  const env = {
    ...proxies,
    NO_PROXY: '127.0.0.1,localhost',
    no_proxy: '127.0.0.1,localhost',
    HOME: top,
    LANG: 'C.UTF-8',
    PATH: `${join(top, 'bin')}:${process.env['PATH']}`,
  };
  let count = 0;
  return {
    newFolder() {
      count += 1;
      const folder = join(work, String(count));
      cpSync(images, folder, { recursive: true });
      return folder;
    },
    adapt: (text) =>
      text
        .replaceAll('http://127.0.0.1:9000', server.origin)
        .replaceAll('127.0.0.1:9000', server.origin.slice(7))
        .replaceAll('https://example.com/', `${web.endpoint}/`),
    run: (program, args, folder) => run(program, args, { cwd: folder, env: { ...env, PWD: folder } }),
    async record(script, folder) {
      const file = join(folder, '.record');
      writeFileSync(file, '');
      const recorded = { ...env, RECORD: file };
      const { output, code } = await run('bash', ['-c', recorder + script], { cwd: folder, env: recorded });
      if (code !== 0 && code !== 127) throw new Error(output);
      return readRecord(readFileSync(file, 'utf8'));
    },
    async close() {
      await server.stop();
      await web.close();
      rmSync(top, { recursive: true });
    },
  };
}

/** The images that the pages name, as far as their commands read them. */
function makeImages(folder: string): string {
  cpSync(join(root, 'samples'), join(folder, 'photos'), { recursive: true });
  const gps = join(root, 'samples', 'gps.jpg');
  for (const name of [
    'photo.jpg',
    'a.jpg',
    'a.cr3',
    '-a.jpg',
    'photos/a.jpg',
    'photos/2024/a.jpg',
    'photos/shared/a.jpg',
  ])
    cpSync(gps, join(folder, name));
  return folder;
}

const startServer = (bucket: string): Promise<RunningServer> =>
  startServerProcess(
    [...serveCommand, '--bucket', bucket, '--public', '--cache', 'none'],
    [],
    settings,
    join(root, 'dist'),
  );

/** A web server for the files of a folder, with ranges. */
function webServer(folder: string) {
  return createServer((request, response) => {
    const bytes = readFileSync(join(folder, decodeURIComponent(request.url ?? '')));
    const [, start = '0', end = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const part = bytes.subarray(Number(start), end === '' ? undefined : Number(end) + 1);
    response.setHeader('etag', '"1"');
    response.setHeader('content-range', `bytes ${start}-${Number(start) + part.length - 1}/${bytes.length}`);
    response.statusCode = request.headers.range === undefined ? 200 : 206;
    response.end(part);
  });
}

function run(
  program: string,
  args: readonly string[],
  options: Readonly<{ cwd: string; env: object }>,
): Promise<Ended> {
  return new Promise((resolve) => {
    const all = { ...options, env: { ...options.env } as NodeJS.ProcessEnv, timeout: patience };
    const child = execFile(program, [...args], all, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ output: stdout + stderr, code });
    });
    child.stdin?.end();
  });
}

function readRecord(text: string): readonly Started[] {
  return text
    .split('\u0003')
    .slice(0, -1)
    .map((part) => {
      const [words = '', variables = ''] = part.split('\u0002');
      const pairs = variables.split('\u0001').filter((pair) => pair !== '' && !pair.endsWith('='));
      const env = Object.fromEntries(pairs.map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
      return { argv: words.split('\u0001').slice(0, -1), env };
    });
}
