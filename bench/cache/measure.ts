// What an answer takes from the cache and without it, over a store that is a round trip away.
import { openBucket, parseLocation } from '../../lib/bucket';
import { openCache, parseCacheLocation } from '../../lib/cache';
import { type JobDeps, type LogLine, runJob } from '../../lib/job';
import { defaultLimits } from '../../lib/limits';
import type { ExifCache, Job } from '../../lib/types';
import { jobDeps } from '../../testing/fakes/job-deps';
import { median } from '../../testing/program/median';
import { rangeServer } from '../peers/range-server';

/** Milliseconds, medians; what one answer asked of the store. */
export type CachedAnswer = Readonly<{
  path: string;
  miss: Readonly<{ ms: number; requests: number; bytes: number }>;
  hit: Readonly<{ ms: number; requests: number; bytes: number }>;
}>;

/** Measures each of `paths` in `folder`: read from the store, and from a cache in memory that verifies its entry. */
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
      const miss = await times(server.endpoint, path, rounds, false);
      const hit = await times(server.endpoint, path, rounds, true);
      answers.push({ path, miss, hit });
    }
    return answers;
  } finally {
    server.close();
  }
}

async function times(endpoint: string, path: string, rounds: number, warm: boolean) {
  const lines: LogLine[] = [];
  const held = openCache(parseCacheLocation('memory:'), storeOptions);
  const emptied: ExifCache = { ...held, get: async () => ({ entry: null, version: null }) };
  const deps = depsOver(endpoint, warm ? held : emptied, lines);
  const ms: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const startedAt = performance.now();
    const { answer } = await runJob(toJob(path), deps, null);
    if (answer?.status !== 200) throw new Error(`${path}: ${answer?.status}`);
    if (round > 0) ms.push(performance.now() - startedAt);
  }
  const last = lines.at(-1);
  if (last?.['cache'] !== (warm ? 'hit' : 'miss'))
    throw new Error(`${path}: the log line says cache ${last?.['cache']}`);
  return { ms: median(ms), requests: Number(last['requests']), bytes: Number(last['bytes']) };
}

const storeOptions = { region: null, env: {}, limits: defaultLimits, maxTries: 1 };

function depsOver(endpoint: string, store: ExifCache, lines: LogLine[]): JobDeps {
  const location = parseLocation(`s3://bench?endpoint=${endpoint}&credentials=none`);
  return jobDeps(openBucket(location, storeOptions), {
    cache: { store, freshness: 'verify', revision: 'bench', isWatched: () => true },
    now: () => new Date(),
    log: (line) => lines.push(line),
  });
}

/** A request for `?exif` of an object. */
export function toJob(path: string): Job {
  const key = path.split('/').map(encodeURIComponent).join('/');
  const request = { method: 'GET', path: `/${key}`, pathDecoded: false, query: [['exif', null] as const], headers: {} };
  return { id: 'bench', trigger: 'bench', act: 'answer', request };
}
