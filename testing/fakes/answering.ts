// Runs a request from its job to its answer, over a bucket that counts its reads.
import { type JobDeps, type LogLine, runJob } from '../../lib/job';
import { splitQuery } from '../../lib/trigger/query';
import type { Answer } from '../../lib/types';
import { type CountingBucket, countingBucket, type Version } from './counting-bucket';
import { jobDeps } from './job-deps';

export type Ask = Readonly<{
  query?: string;
  method?: string;
  headers?: Readonly<Record<string, string>>;
  /** Whether the entry point passes bytes on unchanged. */
  compress?: boolean;
}>;

export type AnsweringFunction = Readonly<{
  counting: CountingBucket;
  lines: readonly LogLine[];
  /** The answer, and how many requests the bucket got for it. */
  ask(ask?: Ask): Promise<Answer & { reads: number }>;
}>;

/** `version` is the version of the only object; null = the object does not exist. */
export function answering(version: Version | null, given: Partial<JobDeps> = {}): AnsweringFunction {
  const counting = countingBucket(() => version);
  const lines: LogLine[] = [];
  const deps = jobDeps(counting.bucket, {
    now: () => new Date(Date.UTC(2026, 0, 2, 3, 4, 5)),
    log: (line) => void lines.push(line),
    ...given,
  });
  return {
    counting,
    lines,
    async ask({ query = 'exif', method = 'GET', headers = {}, compress = true } = {}) {
      const before = counting.requests.length;
      const request = { method, path: '/a.jpg', pathDecoded: false, query: splitQuery(query), headers };
      const { answer } = await runJob({ id: 'id-1', trigger: 'test', act: 'answer', request, compress }, deps, null);
      if (answer === null) throw new Error('a request was not answered');
      return { ...answer, reads: counting.requests.length - before };
    },
  };
}
