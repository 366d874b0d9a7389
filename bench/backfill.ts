// npm run backfill over a bucket on loopback and over a folder, at two sizes: objects a second, and the memory of its
// process, which must not grow with the bucket.
//   node dist/bench/backfill.js [objects]
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildJpeg, exifSegment, frameHeader } from '../testing/build/jpeg';
import { ascii, buildTiff } from '../testing/build/tiff';
import { program, runMain, UsageError } from '../testing/program/program';
import { formatTable } from '../testing/program/table';
import { listingS3 } from '../testing/servers/listing-s3';
import { serverEnv } from '../testing/servers/signed-http';

const image = buildJpeg([exifSegment(buildTiff({ fields: [ascii(0x010f, 'Example')] })), frameHeader(16, 16)]);

const help = 'Usage: node dist/bench/backfill.js [objects, default 20000]';

runMain(
  program({
    name: 'backfill',
    help,
    options: {},
    positionals: true,
    async run(_options, [text = '20000']) {
      const most = Number(text);
      if (!Number.isSafeInteger(most) || most < 1)
        throw new UsageError(`objects must be a whole number, got "${text}"`);
      const rows: (readonly string[])[] = [['bucket', 'objects', 'seconds', 'objects/s', 'MiB at half', 'MiB peak']];
      for (const count of [Math.ceil(most / 4), most]) rows.push(await overBucket(count));
      for (const count of [Math.ceil(most / 4), most]) rows.push(await overFolder(count));
      console.log(formatTable(rows));
      return 0;
    },
  }),
);

function nameOf(i: number): string {
  return `${String(Math.floor(i / 1000)).padStart(4, '0')}/${String(i).padStart(8, '0')}.jpg`;
}

async function overBucket(count: number): Promise<readonly string[]> {
  const keys = Array.from({ length: count }, (_, i) => nameOf(i));
  const server = await listingS3({ keys, bytesOf: () => image });
  try {
    return ['S3 on loopback', ...(await measure(server.location, count))];
  } finally {
    await server.close();
  }
}

async function overFolder(count: number): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'backfill-images-'));
  try {
    for (let i = 0; i < count; i++) {
      if (i % 1000 === 0) await mkdir(join(folder, nameOf(i).slice(0, 4)));
      await writeFile(join(folder, nameOf(i)), image);
    }
    return ['folder', ...(await measure(folder, count))];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Runs it once with a new cache; memory is what Linux reports for the process. */
async function measure(bucket: string, count: number): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'backfill-'));
  const startedAt = performance.now();
  const env = { PATH: process.env['PATH'], INIT_CWD: folder, ...serverEnv };
  const args = [
    join(__dirname, '..', 'bin', 'backfill.js'),
    '--bucket',
    bucket,
    '--cache',
    'cache',
    '--state',
    's.json',
  ];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  let half = 0;
  let most = 0;
  const timer = setInterval(() => {
    const now = readMemory(child.pid ?? 0);
    most = Math.max(most, now);
    const done = doneOf(join(folder, 's.json'));
    if (done > 0 && done <= count / 2) half = now;
  }, 100);
  const [code] = await once(child, 'close');
  clearInterval(timer);
  await rm(folder, { recursive: true });
  if (code !== 0) throw new Error(`backfill ended with ${code}`);
  const seconds = (performance.now() - startedAt) / 1000;
  return [String(count), seconds.toFixed(1), String(Math.round(count / seconds)), half.toFixed(0), most.toFixed(0)];
}

/** MiB in memory; 0 after the process ended, and on systems without /proc. */
function readMemory(pid: number): number {
  try {
    const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kib ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Objects that the state file says are done. */
function doneOf(path: string): number {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).state.tally.done;
  } catch {
    return 0;
  }
}
