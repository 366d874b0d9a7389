// Runs the whole job for one file, as a request from outside would, and judges the answer.
import { directoryBucket } from '../../lib/bucket/directory';
import { type JobDeps, type LogLine, runJob } from '../../lib/job';
import { defaultLimits, maxAnswerBytes } from '../../lib/limits';
import { defaultStyle } from '../../lib/style';
import type { Bucket, Job } from '../../lib/types';
import { everyone } from '../../test/build/access';

/** One file's answer. `wrong` is empty when nothing is to be said against it. */
export type FileOutcome = Readonly<{
  key: string;
  code: string;
  ms: number;
  requests: number;
  wrong: readonly string[];
}>;

/** Runs one file below `root`. */
export type FileRunner = (root: string, key: string) => Promise<FileOutcome>;

/** Answers for files read through the directory bucket with the deployed limits. */
export function fileRunner(): FileRunner {
  const lines: LogLine[] = [];
  const buckets = new Map<string, Bucket>();
  const deps: JobDeps = {
    routes: { hosts: new Map(), fallback: { bucketId: 'hostile', bucket: 'hostile' } },
    hostHeader: null,
    access: everyone,
    buckets,
    named: new Map(),
    cache: null,
    limits: defaultLimits,
    dropGroups: [],
    answers: { cacheControl: 'no-cache', corsOrigins: [], variant: '' },
    defaultStyle,
    showReads: false,
    now: () => new Date(0),
    log: (line) => lines.push(line),
  };
  return async (root, key) => {
    buckets.set('hostile', directoryBucket(root));
    const startedAt = performance.now();
    const { answer } = await runJob(toJob(key), deps, null);
    if (answer === null) throw new Error('a request was not answered');
    const ms = performance.now() - startedAt;
    const line = lines.splice(0).at(-1);
    const code = String(line?.['code'] ?? 'no log line');
    const internal = answer.status === 500 || code === 'InternalError' ? [`internal error: ${line?.['problem']}`] : [];
    return {
      key,
      code,
      ms,
      requests: Number(line?.['requests'] ?? 0),
      wrong: [...internal, ...judgeBody(String(answer.body))],
    };
  };
}

/** What is wrong with a body: no JSON, or longer than an answer may be. */
export function judgeBody(body: string): readonly string[] {
  const wrong: string[] = [];
  const length = Buffer.byteLength(body);
  if (length > maxAnswerBytes) wrong.push(`a body of ${length} bytes`);
  if (!body.isWellFormed()) wrong.push('a body that is no well-formed Unicode');
  try {
    JSON.parse(body);
  } catch {
    wrong.push('a body that is no JSON');
  }
  return wrong;
}

function toJob(key: string): Job {
  const path = `/${key.split('/').map(encodeURIComponent).join('/')}`;
  const headers = { host: '127.0.0.1', accept: 'application/json' };
  const request = { method: 'GET', path, pathDecoded: false, query: [['exif', null]] as const, headers };
  return { id: 'hostile', door: 'bench', act: 'answer', request };
}
