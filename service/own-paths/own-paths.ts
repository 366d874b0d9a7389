// The paths of the service itself, when a setting turns them on: the page, the health check, the metrics and the OpenAPI
// description. Requests for objects have a query and these paths have none, so they hide no key.
import { isReadMethod } from '../../lib/http/answer';
import type { Answer, HttpRequest } from '../../lib/types';
import type { Config } from '../config/config';
import type { JobRunner } from '../schedule';
import { healthAnswer } from './health';

/** The answer for one of the service's own paths; null when there is nothing at this path. */
export type OwnAnswer = (request: HttpRequest) => Answer | null;

/** `keys`: the objects that the page offers to try. `metrics`: answers `/-/metrics`, for a server that has metrics. */
export type OwnContent = Readonly<{ keys?: readonly string[]; metrics?: OwnAnswer | undefined }>;

/** `run` with those paths that `config` turns on. */
export function withOwnPaths(
  run: JobRunner,
  { page, health, openapi }: Pick<Config, 'page' | 'health' | 'openapi'>,
  { keys = [], metrics }: OwnContent = {},
): JobRunner {
  const answers: OwnAnswer[] = [
    ...(health ? [healthAnswer] : []),
    ...(metrics === undefined ? [] : [metrics]),
    ...(openapi ? [openapiAnswerOf] : []),
    ...(page ? [pageAnswerOf(keys)] : []),
  ];
  return (job, budget) => {
    if (job.act !== 'answer' || !mayBeOwn(job.request)) return run(job, budget);
    for (const answerOwn of answers) {
      const answer = answerOwn(job.request);
      if (answer !== null) return Promise.resolve({ job, answer: withoutBody(answer, job.request), error: null });
    }
    return run(job, budget);
  };
}

function mayBeOwn({ method, path, query }: HttpRequest): boolean {
  return isReadMethod(method) && query.length === 0 && (path === '/' || path.startsWith('/-/'));
}

/** The files of these answers are loaded at the first request. Not by import(), which would need the name of the compiled file. */
function pageAnswerOf(keys: readonly string[]): OwnAnswer {
  return (request) => {
    const { pageAnswer } = require('./page') as typeof import('./page');
    return pageAnswer(request, new Date(), keys);
  };
}

function openapiAnswerOf(request: HttpRequest): Answer | null {
  if (request.path !== '/-/openapi.json') return null;
  const { openapiAnswer } = require('./openapi') as typeof import('./openapi');
  return openapiAnswer(request, new Date());
}

function withoutBody(answer: Answer, { method }: HttpRequest): Answer {
  return method === 'HEAD' ? { ...answer, body: '' } : answer;
}
