// The parts of `npm run bench` about the start of the servers: the container and SCF Web function, and `npm start`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { sign } from 'aws4';
import { containerFiles } from '../../deploy/artifact/container';
import { projectRoot, writeFiles } from '../../deploy/artifact/files';
import { formatTable } from '../../testing/program/table';
import { fakeKeys, fakeS3 } from '../../testing/servers/fake-s3';
import { rawServer } from '../../testing/servers/raw-s3';
import { measureStarts, type Started } from './first-answer';

type Settings = Readonly<{ quick: boolean; samples: string }>;

const root = projectRoot(__dirname);
const bare = join(__dirname, '..', 'load', 'bare-server.js');
const caller = { accessKeyId: 'AKIDCALLER', secretAccessKey: 'caller/secret+key' };
const bucket = 'photos';
const key = 'gps.jpg';
const host = 'exif.example.com';

/** A signed request for the object. */
function signedRequest() {
  const path = `/${key}?exif`;
  const { headers } = sign({ host, path, service: 's3', region: 'us-east-1' }, caller);
  return { path, headers: headers as Record<string, string> };
}

/** What is shipped in the container and in the zip for SCF, over a store on loopback. */
export async function benchWebInit({ quick, samples }: Settings): Promise<void> {
  const store = await rawServer(fakeS3(bucket, new Map([[key, readFileSync(join(samples, key))]])));
  const folder = mkdtempSync(join(tmpdir(), 'bucket-exif-web-'));
  const env = {
    HOST: '127.0.0.1',
    PORT: '0',
    AWS_ACCESS_KEY_ID: fakeKeys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: fakeKeys.secretAccessKey,
    AWS_SESSION_TOKEN: '',
    EXIF_HOSTS: `${host}=s3://${bucket}?region=us-east-1&endpoint=${store.endpoint.origin}&style=path`,
    EXIF_KEYS: 'env:CALLERS',
    CALLERS: JSON.stringify({ [caller.accessKeyId]: caller.secretAccessKey }),
  };
  try {
    writeFiles(containerFiles(root), folder);
    const program = (name: string, file: string) =>
      ({ name, command: [process.execPath, file], env, request: signedRequest() }) as const;
    const times = quick ? 5 : 15;
    execFileSync(process.execPath, [join(root, 'dist', 'deploy', 'artifact', 'code-cache.js'), folder]);
    const started = await measureStarts(
      [
        program('empty node:http server', bare),
        program('with the code cache (container, SCF with --code-cache)', join(folder, 'handler', 'start.js')),
        program('without it (SCF by default)', join(folder, 'handler', 'web.js')),
      ],
      times,
    );
    print(
      `From the start of the container's program to its first answer, a signed GET: median of ${times}`,
      25,
      started,
    );
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `npm start` as the README has it, not for the first time, and its program without npm. */
export async function benchStartInit({ quick, samples }: Settings): Promise<void> {
  const cache = mkdtempSync(join(tmpdir(), 'bucket-exif-start-'));
  const path = `${dirname(realpathSync(process.execPath))}${delimiter}${process.env['PATH'] ?? ''}`;
  const env = { XDG_CACHE_HOME: cache, PATH: path, npm_config_update_notifier: 'false' };
  const free = ['--port', '0'];
  const request = { path: `/${key}?exif`, headers: {} };
  try {
    const times = quick ? 3 : 15;
    const started = await measureStarts(
      [
        { name: 'empty Node process', command: [process.execPath, '-e', '0'], request: null },
        {
          name: 'bin/start.cjs',
          command: [process.execPath, join(root, 'bin', 'start.cjs'), ...free],
          env,
          request,
        },
        {
          name: 'npm start',
          command: ['npm', '--prefix', root, 'start', '--', ...free],
          env,
          request,
        },
      ],
      times,
    );
    print(`From the start of the process to the first answer over ${samples}: median of ${times}`, 300, started);
    const [empty, start, whole] = started.map(({ ms }) => ms);
    const npm = (whole ?? 0) - (start ?? 0);
    console.log(`npm itself: ${npm.toFixed(0)} ms; an empty process: ${empty?.toFixed(0)} ms\n`);
  } finally {
    rmSync(cache, { recursive: true, force: true });
  }
}

function print(title: string, limit: number, started: readonly Started[]): void {
  const rows = started.map(({ name, ms, over, cpu, cpuOver }) => [
    name,
    ms.toFixed(1),
    over.toFixed(1),
    ...[cpu, cpuOver].map((value) => (Number.isNaN(value) ? '-' : value.toFixed(1))),
  ]);
  console.log(`${title}, taking turns; load ${loadavg()[0]?.toFixed(1)}; to reach: ${limit} ms over the first row`);
  console.log(formatTable([['', 'ms', 'over', 'CPU ms', 'over'], ...rows]));
  console.log('');
}
