// The right answers, read from memory, and how an image is read when nothing goes wrong.
import { type JobDeps, type LogLine, runJob } from '../../lib/job';
import { defaultLimits, type Limits } from '../../lib/limits';
import { splitQuery } from '../../lib/trigger/query';
import type { Answer, Bucket, ByteRange } from '../../lib/types';
import { jobDeps } from '../../testing/fakes/job-deps';
import { buildImage, firstRead, type ImageName, type Version, versions } from './images';
import type { Part } from './kind';
import type { ViewName } from './scenario';

/** The bytes, the ETag and the date of a version of an image. */
export function partOf(image: ImageName, version: Version, range: ByteRange): Part {
  const at = versions.indexOf(version);
  const object = imageBytes(image, version);
  const end = Math.min(range.end, object.length);
  const lastModified = new Date(Date.UTC(2026, 0, 1 + at));
  return { object, range: { start: range.start, end }, etag: `"${image.replace(' ', '-')}-${at}"`, lastModified };
}

const built = new Map<string, Uint8Array>();

function imageBytes(image: ImageName, version: Version): Uint8Array {
  const name = `${image} ${version}`;
  const bytes = built.get(name) ?? buildImage(image, version);
  built.set(name, bytes);
  return bytes;
}

/** The answer to a request, and its log line. */
export type Exchange = Readonly<{ answer: Answer; line: LogLine }>;

/** Requests a view of an object through the whole job. */
export async function askJob(key: string, view: ViewName, deps: JobDeps): Promise<Exchange> {
  const lines: LogLine[] = [];
  const request = { method: 'GET', path: `/${key}`, pathDecoded: false, query: splitQuery(view), headers: {} };
  const job = { id: 'id-1', trigger: 'faults', act: 'answer', request } as const;
  const { answer } = await runJob(job, { ...deps, log: (line) => void lines.push(line) }, null);
  const [line] = lines;
  if (answer === null || line === undefined || lines.length > 1)
    throw new Error('a job must end in one answer and one line');
  return { answer, line };
}

/** All that a job needs, with one bucket. */
export function depsOf(bucket: Bucket, limits: Partial<Limits> = {}): JobDeps {
  return jobDeps(bucket, { limits: { ...defaultLimits, firstRead, ...limits } });
}

/** The right answer about a version, the reads it takes, and how many of them go out together at most. */
export type RightAnswer = Readonly<{ answer: Answer; reads: readonly ByteRange[]; together: number }>;

const rights = new Map<string, Promise<RightAnswer>>();

export function rightAnswer(image: ImageName, version: Version, view: ViewName): Promise<RightAnswer> {
  const name = `${image} ${version} ${view}`;
  const right = rights.get(name) ?? readRight(image, version, view);
  rights.set(name, right);
  return right;
}

async function readRight(image: ImageName, version: Version, view: ViewName): Promise<RightAnswer> {
  const reads: ByteRange[] = [];
  let [open, together] = [0, 0];
  const bucket: Bucket = {
    async fetch(_ref, range) {
      reads.push(range);
      together = Math.max(together, ++open);
      await new Promise(setImmediate);
      open--;
      const { object, etag, lastModified, range: cut } = partOf(image, version, range);
      const bytes = object.subarray(cut.start, cut.end);
      return { bytes, stat: { size: object.length, etag, lastModified } };
    },
  };
  const { answer } = await askJob('key', view, depsOf(bucket));
  if (answer.status !== 200) throw new Error(`the ${image} must be readable, but its answer is ${answer.status}`);
  return { answer, reads, together };
}
