// What an answer takes from the cache and without it, over a store that is a round trip away; and what many requests for one
// object take at the same time.
import { openBucket, parseLocation } from '../../lib/bucket';
import { openCache, parseCacheLocation } from '../../lib/cache';
import type { CacheSetup, JobDeps, LogLine } from '../../lib/job';
import { defaultLimits } from '../../lib/limits';
import { createKeptAnswers } from '../../lib/read/kept-answers';
import type { ExifCache, Job } from '../../lib/types';
import { createServerRun } from '../../service/server/server-run';
import { jobDeps } from '../../testing/fakes/job-deps';
import { median } from '../../testing/program/median';
import { rangeServer } from '../peers/range-server';

/** Where an answer comes from: the store, the cache, or the memory of the process (verified, or fresh). */
export const sources = ['store', 'cache', 'memory', 'fresh'] as const;
export type Source = (typeof sources)[number];

/** Milliseconds of an answer, the median; what it asked of the store. */
export type Taken = Readonly<{ ms: number; requests: number; bytes: number }>;

export type CachedAnswer = Readonly<{ path: string; from: Readonly<Record<Source, Taken>> }>;

/** Measures each of `paths` in `folder` from each source. */
export async function measureCached(
  folder: string,
  paths: readonly string[],
  delayMs: number,
  rounds: number,
): Promise<readonly CachedAnswer[]> {
  const server = await rangeServer(folder, paths, delayMs);
  try {
    const answers: CachedAnswer[] = [];
    for (const path of paths) {
      const from: Partial<Record<Source, Taken>> = {};
      for (const source of sources) from[source] = await takes(server.endpoint, path, rounds, source);
      answers.push({ path, from: from as Record<Source, Taken> });
    }
    return answers;
  } finally {
    server.close();
  }
}

async function takes(endpoint: string, path: string, rounds: number, source: Source): Promise<Taken> {
  const lines: LogLine[] = [];
  const deps = depsOver(endpoint, 'bench', cacheFor(source), (line) => lines.push(line));
  const run = createServerRun(deps);
  const ms: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const startedAt = performance.now();
    const { answer } = await run(toJob(path), { remainingMs: null });
    if (answer?.status !== 200) throw new Error(`${path}: ${answer?.status}`);
    if (round > 0) ms.push(performance.now() - startedAt);
  }
  const last = lines.at(-1);
  if (last?.['cache'] !== (source === 'store' ? 'miss' : 'hit'))
    throw new Error(`${path}: the log line says cache ${last?.['cache']}`);
  return { ms: median(ms), requests: Number(last['requests']), bytes: Number(last['bytes']) };
}

/** Milliseconds until all requests are answered, the median; GETs and bytes that the store answered for them, at most. */
export type Together = Taken;

/** `requests` requests for `path` at the same time, the object being in no cache before. */
export async function measureTogether(
  folder: string,
  path: string,
  delayMs: number,
  { rounds, requests }: Readonly<{ rounds: number; requests: number }>,
): Promise<Readonly<Record<'none' | 'verify' | 'fresh', Together>>> {
  const server = await rangeServer(folder, [path], delayMs);
  const together = async (kind: 'none' | 'verify' | 'fresh'): Promise<Together> => {
    const taken: Taken[] = [];
    for (let round = 0; round < rounds; round++) {
      const name = `${kind}-${round}`; // the store counts by it
      const cache = kind === 'none' ? null : cacheFor(kind === 'verify' ? 'memory' : 'fresh');
      const run = createServerRun(depsOver(server.endpoint, name, cache, () => undefined));
      const startedAt = performance.now();
      const first = run(toJob(path), { remainingMs: null });
      await new Promise(setImmediate); // its read has begun
      const others = Array.from({ length: requests - 1 }, () => run(toJob(path), { remainingMs: null }));
      for (const { answer } of await Promise.all([first, ...others]))
        if (answer?.status !== 200) throw new Error(`${path}: ${answer?.status}`);
      taken.push({ ms: performance.now() - startedAt, ...server.costOf(name) });
    }
    const most = (of: 'requests' | 'bytes'): number => Math.max(...taken.map((one) => one[of]));
    return { ms: median(taken.map(({ ms }) => ms)), requests: most('requests'), bytes: most('bytes') };
  };
  try {
    return { none: await together('none'), verify: await together('verify'), fresh: await together('fresh') };
  } finally {
    server.close();
  }
}

const storeOptions = { region: null, env: {}, limits: defaultLimits, maxTries: 1 };

/** A cache in memory from which answers come as `source` says. */
function cacheFor(source: Source): CacheSetup {
  const held = openCache(parseCacheLocation('memory:'), storeOptions);
  const emptied: ExifCache = { ...held, get: async () => ({ entry: null, version: null }) };
  const setup = { freshness: 'verify', revision: 'bench', isWatched: () => true, now: () => 1_000 } as const;
  if (source === 'store') return { ...setup, store: emptied };
  if (source === 'cache') return { ...setup, store: held };
  return {
    ...setup,
    store: held,
    answers: createKeptAnswers({ maxBytes: 1e6, freshMs: source === 'fresh' ? 1e9 : 0 }),
  };
}

function depsOver(endpoint: string, bucket: string, cache: CacheSetup | null, log: JobDeps['log']): JobDeps {
  const location = parseLocation(`s3://${bucket}?endpoint=${endpoint}&credentials=none`);
  return jobDeps(openBucket(location, storeOptions), { cache, now: () => new Date(), log });
}

export function toJob(path: string): Job {
  const key = path.split('/').map(encodeURIComponent).join('/');
  const request = { method: 'GET', path: `/${key}`, pathDecoded: false, query: [['exif', null] as const], headers: {} };
  return { id: 'bench', trigger: 'bench', act: 'answer', request };
}
