import { isExcluded } from '../../lib/bytes/etag';
import type { JobDeps, LogLine } from '../../lib/job';
import { splitQuery } from '../../lib/trigger/query';
import type { Answer, Bucket, HttpRequest, Job, ObjectRef, Outcome } from '../../lib/types';
import { jobDeps } from '../../testing/fakes/job-deps';

/** A grey PNG of one pixel up to its IDAT, which is all that is read: no EXIF. */
export const png = Uint8Array.from([
  ...[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0,
  ],
  ...[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82],
]);

export type World = { deps: JobDeps; lines: LogLine[]; refs: ObjectRef[] };

export function world(fetch?: Bucket['fetch']): World {
  const lines: LogLine[] = [];
  const refs: ObjectRef[] = [];
  const bucket: Bucket = {
    fetch: async (ref, range, condition, signal) => {
      refs.push(ref);
      if (fetch !== undefined) return fetch(ref, range, condition, signal);
      return {
        bytes: png.subarray(range.start, range.end),
        stat: { size: png.length, etag: '"1"', lastModified: null },
      };
    },
  };
  const deps = jobDeps(bucket, { log: (line) => void lines.push(line) });
  return { deps, lines, refs };
}

export function job(path: string, query = 'exif', more: Partial<HttpRequest> = {}): Job {
  const request = { method: 'GET', path, pathDecoded: false, query: splitQuery(query), headers: {}, ...more };
  return { id: 'id-1', trigger: 'test', act: 'answer', request };
}

export async function run(work: Promise<Outcome>): Promise<Answer> {
  const { answer } = await work;
  if (answer === null) throw new Error('a request was not answered');
  return answer;
}

/** The object, unless its one version is held. */
export const conditional: Bucket['fetch'] = async (_ref, range, condition) =>
  isExcluded(condition, '"1"') || isExcluded(condition, '"t"')
    ? null
    : { bytes: png.subarray(range.start, range.end), stat: { size: png.length, etag: '"1"', lastModified: null } };
