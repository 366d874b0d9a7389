// The paths of the service itself, when a setting turns them on: the page, the health check, the metrics and the OpenAPI
// description. Requests for objects have a query and these paths have none, so they hide no key.
import { isReadMethod } from '../../lib/http/answer';
import type { Answer, HttpRequest, Job, Outcome } from '../../lib/types';
import type { Config } from '../config/config';
import type { JobRunner } from '../schedule';
import { healthAnswer } from './health';
import type { SiteFacts } from './page';

/** The answer for one of the service's own paths; null when there is nothing at this path. */
export type OwnAnswer = (request: HttpRequest) => Answer | null;
/** The same, for an answer that other processes contribute to. */
export type SharedAnswer = (request: HttpRequest) => Answer | Promise<Answer> | null;

/**
 * `site`: what the page offers. `metrics`: answers `/-/metrics`, for a server that has metrics. `docs`: answers paths below
 * `/-/docs/`.
 */
export type OwnContent = Readonly<{
  site?: Pick<SiteFacts, 'keys' | 'list'>;
  metrics?: SharedAnswer | undefined;
  docs?: OwnAnswer | null;
}>;

const nothing = { keys: [], list: false } as const;

/** `run` with those paths that `config` turns on. */
export function withOwnPaths(
  run: JobRunner,
  { page, health, openapi }: Pick<Config, 'page' | 'health' | 'openapi'>,
  { site = nothing, metrics, docs = null }: OwnContent = {},
): JobRunner {
  const answers: SharedAnswer[] = [
    ...(health ? [healthAnswer] : []),
    ...(metrics === undefined ? [] : [metrics]),
    ...(openapi ? [openapiAnswerOf] : []),
    ...(page ? [pageAnswerOf({ ...site, docs: docs !== null, openapi })] : []),
    ...(docs === null ? [] : [docs]),
  ];
  return (job, budget) => {
    if (job.act !== 'answer' || !mayBeOwn(job.request)) return run(job, budget);
    for (const answerOwn of answers) {
      const answer = answerOwn(job.request);
      if (answer !== null) return toOutcome(job, answer);
    }
    return run(job, budget);
  };
}

function mayBeOwn({ method, path, query }: HttpRequest): boolean {
  return isReadMethod(method) && query.length === 0 && (path === '/' || path.startsWith('/-/'));
}

/** The files of these answers are loaded at the first request. Not by import(), which would need the name of the compiled file. */
function pageAnswerOf(site: SiteFacts): OwnAnswer {
  return (request) => {
    const { pageAnswer } = require('./page') as typeof import('./page');
    return pageAnswer(request, new Date(), site);
  };
}

function openapiAnswerOf(request: HttpRequest): Answer | null {
  if (request.path !== '/-/openapi.json') return null;
  const { openapiAnswer } = require('./openapi') as typeof import('./openapi');
  return openapiAnswer(request, new Date());
}

type AnswerJob = Extract<Job, { act: 'answer' }>;

async function toOutcome(job: AnswerJob, answer: Answer | Promise<Answer>): Promise<Outcome> {
  return { job, answer: withoutBody(await answer, job.request), error: null };
}

function withoutBody(answer: Answer, { method }: HttpRequest): Answer {
  return method === 'HEAD' ? { ...answer, body: '' } : answer;
}
