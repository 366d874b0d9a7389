// The reads of a store that are compared, timed in a process of their own. The build bundles it, as it bundles `npm start`: so
// the heap and the code are those of a server, without what only the bench needs.
//   node dist/bench/store/reads.js BUCKET KEY ROUNDS REQUESTS PORT...
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
import { cephKeys } from '../../testing/servers/ceph-rgw';
import { bareGet, type StoredObject } from './bare-get';

const contestants = ['bare GET', 'our GET', 'answer', 'bare 304', 'our 304', 'verified hit'] as const;
type Contestant = (typeof contestants)[number];

/** Microseconds of CPU for one request of each, the median of the rounds. */
export type Micros = Readonly<Record<Contestant, number>>;

type Read = () => Promise<void>;

/**
 * Requests of each contestant before the first round, over the first store and over each later one. The processor time of V8's
 * compilers counts, too: the cost of an answer falls until about 7,000 answers, and then stays.
 */
const warmUps = { first: 8000, later: 500 };

/** Prints the microseconds of CPU for one request of each contestant over the store at each port, as JSON. */
async function run([bucket = '', key = '', rounds = '', requests = '', ...ports]: readonly string[]): Promise<void> {
  const all: Micros[] = [];
  for (const port of ports) {
    const reads = await readsOf({ port: Number(port), bucket, key });
    const warmUp = all.length === 0 ? warmUps.first : warmUps.later;
    all.push(await timeReads(reads, { warmUp, rounds: Number(rounds), requests: Number(requests) }));
  }
  console.log(JSON.stringify(all));
  process.exit(); // connections are kept open
}

type Timing = Readonly<{ warmUp: number; rounds: number; requests: number }>;

/** Rounds of `requests` requests, one after the other; the contestants take turns. */
async function timeReads(
  reads: Readonly<Record<Contestant, Read>>,
  { warmUp, rounds, requests }: Timing,
): Promise<Micros> {
  const timeOf = async (read: Read, count: number): Promise<number> => {
    const before = process.cpuUsage();
    for (let done = 0; done < count; done++) await read();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / count;
  };
  for (const contestant of contestants) await timeOf(reads[contestant], warmUp);
  const micros = contestants.map(() => [] as number[]);
  for (let round = 0; round < rounds; round++) {
    for (const [i, contestant] of contestants.entries()) micros[i]?.push(await timeOf(reads[contestant], requests));
  }
  return Object.fromEntries(contestants.map((contestant, i) => [contestant, median(micros[i] ?? [])])) as Micros;
}

async function readsOf(object: StoredObject): Promise<Readonly<Record<Contestant, Read>>> {
  const firstRead = { start: 0, end: defaultLimits.firstRead };
  const Range = `bytes=0-${firstRead.end - 1}`;
  const get = bareGet(object, { Range });
  const { etag, length } = await get();
  const getIfChanged = bareGet(object, { Range, 'If-None-Match': etag });
  const { bucket, key } = object;
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
      now: () => 1_000,
    },
  });
  await answer(cached, key, 'miss');
  return {
    'bare GET': async () => check('bare GET', 206, (await get()).status),
    'our GET': async () => check('our GET', length, (await ours.fetch(ref, firstRead, null, signal))?.bytes.length),
    answer: () => answer(deps, key, 'off'),
    'bare 304': async () => check('bare 304', 304, (await getIfChanged()).status),
    'our 304': async () => check('our 304', 304, await send<BodyPlan, number>(conditional, signal)),
    'verified hit': () => answer(cached, key, 'hit'),
  };
}

/** Answers `?exif` for the object, as a server does. */
async function answer(deps: JobDeps, key: string, cache: string): Promise<void> {
  const request = { method: 'GET', path: `/${key}`, pathDecoded: false, query: [['exif', null] as const], headers: {} };
  const outcome = await runJob({ id: 'bench', trigger: 'bench', act: 'answer', request }, deps, null);
  check('the answer', `200 ${cache}`, `${outcome.answer?.status} ${outcome.summary?.cache}`);
}

function check(what: string, expected: unknown, found: unknown): void {
  if (found !== expected) throw new Error(`${what}: ${found}, not ${expected}`);
}

if (require.main === module) void run(process.argv.slice(2));
