// Puts the page in front of the objects, where a setting turns it on.
import { isReadMethod } from '../../lib/http/answer';
import type { HttpRequest } from '../../lib/types';
import type { Run } from '../create-handler';

/** Where the page's own files are. */
const ownPath = '/-/page/';

/** `run`, but `GET /` and the page's files are answered here. `keys` are the objects that the page offers to look at. */
export function withPage(run: Run, keys: readonly string[]): Run {
  return async (job, budget) => {
    if (job.act !== 'answer' || !isForPage(job.request)) return run(job, budget);
    // Not by import(): what is not TypeScript's own would need the compiled name.
    const { pageAnswer } = require('./page') as typeof import('./page');
    const answer = await pageAnswer(job.request, new Date(), keys);
    return answer === null ? run(job, budget) : { job, answer, error: null };
  };
}

function isForPage({ method, path, query }: HttpRequest): boolean {
  return isReadMethod(method) && query.length === 0 && (path === '/' || path.startsWith(ownPath));
}
