// Answers for images whose EXIF is not at the start, over a store that is a round trip away: read with the fewest GETs, and read
// ahead.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { openBucket, parseLocation } from '../../lib/bucket';
import { type LogLine, runJob } from '../../lib/job';
import { defaultLimits } from '../../lib/limits';
import { aheadBy } from '../../lib/read/ahead';
import { createForecast } from '../../lib/read/forecast';
import { jobDeps } from '../../testing/fakes/job-deps';
import { median } from '../../testing/program/median';
import { cephClient } from '../../testing/servers/ceph-client';
import { cephInstalled, cephKeys, startCephRgw } from '../../testing/servers/ceph-rgw';
import { toJob } from '../cache/measure';
import { delayedDoor } from '../lambda/delay';
import { rangeServer } from '../peers/range-server';
import { bareGet } from '../store/bare-get';

/** Images of one kind, in one folder and with one suffix. */
export type Kind = Readonly<{ name: string; paths: readonly string[] }>;

/** Milliseconds, and the mean of GETs and bytes of one answer. */
export type AheadRow = Readonly<{ kind: string; way: Way; p50: number; requests: number; bytes: number }>;

export const ways = ['round trip', 'requests', 'latency'] as const;
export type Way = (typeof ways)[number];

/** Objects of a kind that are read before those that count. */
export const learnedObjects = 10;

const bucketName = 'ahead';
const env = { AWS_ACCESS_KEY_ID: cephKeys.accessKeyId, AWS_SECRET_ACCESS_KEY: cephKeys.secretAccessKey };

/** Reads `count` objects of each kind, in turns of all ways. Each request to the store takes `delayMs` longer. */
export async function measureAhead(
  folder: string,
  kinds: readonly Kind[],
  delayMs: number,
  count: number,
): Promise<Readonly<{ store: string; rows: readonly AheadRow[] }>> {
  const kindsHere = kinds
    .map(({ name, paths }) => ({ name, paths: paths.filter((path) => existsSync(join(folder, path))) }))
    .filter(({ paths }) => paths.length > 0);
  const store = await startStore(
    folder,
    kindsHere.flatMap(({ paths }) => paths),
  );
  const door = await delayedDoor(store.port, delayMs);
  try {
    const rows: AheadRow[] = [];
    for (const kind of kindsHere) rows.push(...(await measureKind(kind, door.port, count)));
    return { store: store.name, rows };
  } finally {
    door.close();
    await store.stop();
  }
}

async function startStore(folder: string, paths: readonly string[]) {
  if (!cephInstalled('the real S3 server; a server of ranges is used')) {
    const { endpoint, close } = await rangeServer(folder, paths);
    return { name: 'a server of ranges', port: Number(new URL(endpoint).port), stop: async () => close() };
  }
  const { port, stop } = await startCephRgw();
  const client = cephClient(port);
  await client.send(new CreateBucketCommand({ Bucket: bucketName }));
  for (const path of paths) {
    const bytes = readFileSync(join(folder, path));
    await client.send(new PutObjectCommand({ Bucket: bucketName, Key: path, Body: bytes }));
  }
  client.destroy();
  return { name: 'Ceph', port, stop };
}

/** A read of one object: what it cost. */
type Turn = (path: string) => Promise<Readonly<{ requests: number; bytes: number }>>;

async function measureKind({ name, paths }: Kind, port: number, count: number): Promise<readonly AheadRow[]> {
  const turns: Readonly<Record<Way, Turn>> = {
    'round trip': plainTurn(port),
    requests: answerTurn(port, false),
    latency: answerTurn(port, true),
  };
  const taken = ways.map((way) => ({ way, ms: [] as number[], requests: 0, bytes: 0 }));
  for (let i = 0; i < learnedObjects + count; i++) {
    const path = paths[i % paths.length] ?? '';
    for (const one of taken) {
      const startedAt = performance.now();
      const { requests, bytes } = await turns[one.way](path);
      if (i < learnedObjects) continue;
      one.ms.push(performance.now() - startedAt);
      one.requests += requests / count;
      one.bytes += bytes / count;
    }
  }
  return taken.map(({ way, ms, requests, bytes }) => ({ kind: name, way, p50: median(ms), requests, bytes }));
}

/** The first read of an object, and nothing else. */
function plainTurn(port: number): Turn {
  const gets = new Map<string, ReturnType<typeof bareGet>>();
  return async (path) => {
    const range = `bytes=0-${defaultLimits.firstRead - 1}`;
    const get = gets.get(path) ?? bareGet({ port, bucket: bucketName, key: path }, { Range: range });
    gets.set(path, get);
    const { status, length } = await get();
    if (status !== 206) throw new Error(`${path}: the store answered ${status}`);
    return { requests: 1, bytes: length };
  };
}

/** The answer for an object, by one process. */
function answerTurn(port: number, ahead: boolean): Turn {
  const location = parseLocation(`s3://${bucketName}?endpoint=http://127.0.0.1:${port}&region=us-east-1`);
  const bucket = openBucket(location, { region: null, env, limits: defaultLimits, maxTries: 1 });
  const lines: LogLine[] = [];
  const deps = jobDeps(bucket, {
    now: () => new Date(),
    log: (line) => lines.push(line),
    ...(ahead ? { openAhead: aheadBy(createForecast(defaultLimits.firstRead)) } : {}),
  });
  return async (path) => {
    const { answer } = await runJob(toJob(path), deps, null);
    if (answer?.status !== 200) throw new Error(`${path}: ${answer?.status}`);
    const line = lines.pop();
    return { requests: Number(line?.['requests']), bytes: Number(line?.['bytes']) };
  };
}
