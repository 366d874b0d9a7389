// Says that the process is up, where a setting turns that on: for load balancers and container engines.
import { isReadMethod } from '../../lib/http/answer';
import type { Answer } from '../../lib/types';
import type { Run } from '../create-handler';

const healthPath = '/-/health';

const headers = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
};
const body = '{"status":"ok"}';

/** `run`, but `GET /-/health` is answered here, unsigned and without asking the store. */
export function withHealth(run: Run): Run {
  return (job, budget) => {
    if (job.act !== 'answer') return run(job, budget);
    const { method, path, query } = job.request;
    if (path !== healthPath || query.length > 0 || !isReadMethod(method)) return run(job, budget);
    const answer: Answer = {
      status: 200,
      headers: { ...headers, 'content-length': String(body.length) },
      body: method === 'HEAD' ? '' : body,
    };
    return Promise.resolve({ job, answer, error: null });
  };
}
