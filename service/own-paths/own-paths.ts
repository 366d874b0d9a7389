// The paths of the service itself, when a setting turns them on: the page and the health check. Requests for objects have a
// query and these paths have none, so they hide no key.
import { isReadMethod } from '../../lib/http/answer';
import type { Answer, HttpRequest } from '../../lib/types';
import type { Config } from '../config/config';
import type { JobRunner } from '../schedule';
import { healthAnswer } from './health';

/** The answer for one of the service's own paths; null when there is nothing at this path. */
type OwnAnswer = (request: HttpRequest) => Answer | null;

/** `run` with the page and the health check of `config`. `keys`: the objects that the page offers to try. */
export function withOwnPaths(
  run: JobRunner,
  { page, health }: Pick<Config, 'page' | 'health'>,
  keys: readonly string[],
): JobRunner {
  const answers: OwnAnswer[] = [...(health ? [healthAnswer] : []), ...(page ? [pageAnswerOf(keys)] : [])];
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

/** Loaded at the first request for the page. It does not use import(), which would need the name of the compiled file. */
function pageAnswerOf(keys: readonly string[]): OwnAnswer {
  return (request) => {
    const { pageAnswer } = require('./page') as typeof import('./page');
    return pageAnswer(request, new Date(), keys);
  };
}

function withoutBody(answer: Answer, { method }: HttpRequest): Answer {
  return method === 'HEAD' ? { ...answer, body: '' } : answer;
}
