// The target of requests for many objects: any body gets one line for each of its keys, in their order, or an error.
import { runBatch } from '../../lib/batch/run-batch';
import type { AnswerJob } from '../../lib/job';
import { ProblemError } from '../../lib/problem';
import type { Bucket } from '../../lib/types';
import { buildPng, idat, iend, ihdr } from '../../testing/build/png';
import { jobDeps } from '../../testing/fakes/job-deps';
import type { Target } from './target';

const png = buildPng([ihdr(1, 1), idat(), iend]);
/** Has an image under every key that does not begin with `n`. */
const bucket: Bucket = {
  fetch: async ({ key }, { start, end }) => {
    if (key.startsWith('n')) throw new ProblemError('NoSuchKey', 'Cannot read an object that does not exist');
    return { bytes: png.subarray(start, end), stat: { size: png.length, etag: '"1"', lastModified: null } };
  },
};
const deps = jobDeps(bucket);

const bodies: readonly unknown[] = [
  { keys: ['a.png', 'none.png', 'a.png'] },
  { keys: ['照片 %2F.png', '', '\ud800', 'x'.repeat(1025)], view: 'exif/style/flat/only/Make,GPSLatitude' },
  { keys: ['a'], view: 'x-oss-process=image/info' },
  { keys: ['a'], view: 'imageInfo' },
  { keys: ['a'], view: 'exif/thumbnail' },
];

export function batchTarget(): Target {
  return {
    name: 'batch',
    kind: 'json',
    weight: 1,
    maxLength: 4096,
    seeds: () => bodies.map((body) => new TextEncoder().encode(JSON.stringify(body))),
    run: judgeBody,
    examine: judgeBody,
  };
}

async function judgeBody(body: Uint8Array): Promise<readonly string[]> {
  const request = { method: 'POST', path: '/-/batch', pathDecoded: false, query: [], headers: {}, body };
  const job: AnswerJob = { id: 'fuzz', trigger: 'fuzz', act: 'answer', request };
  const budget = { remainingMs: null, arrival: { waitedMs: 0, gone: null }, sink: null };
  const { answer, error } = await runBatch(job, deps, budget);
  if (answer?.status !== 200) return error instanceof ProblemError ? [] : [`failed with ${error}`];
  const lines = JSON.parse(String(answer.body)) as readonly { key: string; status: number }[];
  const { keys } = JSON.parse(new TextDecoder().decode(body)) as { keys: readonly string[] };
  const wrong = lines.filter(({ status }) => ![200, 400, 404].includes(status)).map(({ status }) => `status ${status}`);
  const isInOrder = lines.length === keys.length && lines.every(({ key }, at) => key === keys[at]);
  return isInOrder ? wrong : [...wrong, 'the lines are not those of the keys'];
}
