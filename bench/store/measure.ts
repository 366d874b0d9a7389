// What one read of a store costs this process, beside the least that such a request costs.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { openBucket, parseLocation } from '../../lib/bucket';
import { openCache } from '../../lib/cache';
import type { BodyPlan } from '../../lib/io/http-exchange';
import { type JobDeps, runJob } from '../../lib/job';
import { defaultLimits } from '../../lib/limits';
import { createKeptAnswers } from '../../lib/read/kept-answers';
import { s3Client } from '../../lib/s3/client';
import { credentialSource } from '../../lib/s3/credentials';
import type { ObjectRef } from '../../lib/types';
import { jobDeps } from '../../testing/fakes/job-deps';
import { median } from '../../testing/program/median';
import { cephClient } from '../../testing/servers/ceph-client';
import { cephInstalled, cephKeys, startCephRgw } from '../../testing/servers/ceph-rgw';
import { startServerProcess } from '../../testing/servers/started-server';
import { pictures } from '../pictures';
import { bareGet, type StoredObject } from './bare-get';

/** Microseconds of CPU for one request, the median of the rounds. */
export type StoreCosts = Readonly<{ store: string; micros: Readonly<Record<Contestant, number>> }>;

export const contestants = ['bare GET', 'our GET', 'answer', 'bare 304', 'our 304', 'verified hit'] as const;
export type Contestant = (typeof contestants)[number];

type Read = () => Promise<void>;

/** Measures rounds of `requests` requests, one after the other; the contestants take turns. */
export async function measureStore(
  corpus: string,
  samples: string,
  rounds: number,
  requests: number,
): Promise<StoreCosts> {
  const { name, stop, ...object } = await startStore(corpus, samples);
  try {
    const reads = await readsOf(object);
    const micros = Object.fromEntries(contestants.map((contestant) => [contestant, [] as number[]]));
    for (let round = -1; round < rounds; round++) {
      for (const contestant of contestants) {
        const before = process.cpuUsage();
        for (let done = 0; done < requests; done++) await reads[contestant]();
        const { user, system } = process.cpuUsage(before);
        if (round >= 0) micros[contestant]?.push((user + system) / requests); // the first round warms up
      }
    }
    const medians = contestants.map((contestant) => [contestant, median(micros[contestant] ?? [])]);
    return { store: name, micros: Object.fromEntries(medians) };
  } finally {
    await stop();
  }
}

const bucket = 'photos';
const key = 'jpeg';

async function startStore(corpus: string, samples: string) {
  const [picture] = pictures;
  const file = [join(corpus, picture?.corpus ?? ''), join(samples, picture?.sample ?? '')].find(existsSync) ?? '';
  if (!cephInstalled('the real S3 server; a fixed one is used')) {
    const server = await startServerProcess(['bench/store/fixed-store.js', file], []);
    return { name: 'a fixed server', port: Number(new URL(server.origin).port), bucket, key, stop: server.stop };
  }
  const { port, stop } = await startCephRgw();
  const client = cephClient(port);
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: readFileSync(file) }));
  client.destroy();
  return { name: 'Ceph', port, bucket, key, stop };
}

async function readsOf(object: StoredObject): Promise<Readonly<Record<Contestant, Read>>> {
  const firstRead = { start: 0, end: defaultLimits.firstRead };
  const Range = `bytes=0-${firstRead.end - 1}`;
  const get = bareGet(object, { Range });
  const { etag, length } = await get();
  const getIfChanged = bareGet(object, { Range, 'If-None-Match': etag });
  const env = { AWS_ACCESS_KEY_ID: cephKeys.accessKeyId, AWS_SECRET_ACCESS_KEY: cephKeys.secretAccessKey };
  const store = { region: 'us-east-1', env, limits: defaultLimits, maxTries: 2 };
  const endpoint = `http://127.0.0.1:${object.port}`;
  const ours = openBucket(parseLocation(`s3://${bucket}?endpoint=${endpoint}`), store);
  const send = s3Client({
    bucket,
    endpoint: new URL(endpoint),
    region: 'us-east-1',
    pathStyle: true,
    credentials: credentialSource(env, 'other'),
    tryMs: defaultLimits.tryMs,
    maxTries: 2,
  });
  const conditional = {
    method: 'GET',
    key,
    headers: { Range, 'If-None-Match': etag },
    body: null,
    doing: 'read',
    plan: (): BodyPlan => ({ start: 0, end: 0, rest: 'any' }),
    read: ({ status }: Readonly<{ status: number }>) => ({ value: status }),
  } as const;
  const { signal } = new AbortController();
  const ref: ObjectRef = { bucketId: 'b', bucket, key };
  const deps = jobDeps(ours, { now: () => new Date() });
  const cached = jobDeps(ours, {
    now: () => new Date(),
    cache: {
      store: openCache({ kind: 'memory', maxBytes: 1e6 }, store),
      answers: createKeptAnswers({ maxBytes: 1e6, freshMs: 0 }),
      freshness: 'verify',
      revision: 'bench',
      isWatched: () => false,
    },
  });
  await answer(cached, 'miss');
  return {
    'bare GET': async () => check('bare GET', 206, (await get()).status),
    'our GET': async () => check('our GET', length, (await ours.fetch(ref, firstRead, null, signal))?.bytes.length),
    answer: () => answer(deps, 'off'),
    'bare 304': async () => check('bare 304', 304, (await getIfChanged()).status),
    'our 304': async () => check('our 304', 304, await send<BodyPlan, number>(conditional, signal)),
    'verified hit': () => answer(cached, 'hit'),
  };
}

/** Answers `?exif` for the object, as a server does. */
async function answer(deps: JobDeps, cache: string): Promise<void> {
  const request = { method: 'GET', path: `/${key}`, pathDecoded: false, query: [['exif', null] as const], headers: {} };
  const outcome = await runJob({ id: 'bench', trigger: 'bench', act: 'answer', request }, deps, null);
  check('the answer', `200 ${cache}`, `${outcome.answer?.status} ${outcome.summary?.cache}`);
}

function check(what: string, expected: unknown, found: unknown): void {
  if (found !== expected) throw new Error(`${what}: ${found}, not ${expected}`);
}
