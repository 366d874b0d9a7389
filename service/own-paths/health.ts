// The health check, for load balancers and container engines: it says that the process runs.
import type { Answer, HttpRequest } from '../../lib/types';

const body = '{"status":"ok"}';

const headers = {
  'content-type': 'application/json',
  'content-length': String(body.length),
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
};

/** The answer to `/-/health`, without a request to the store; null for any other path. */
export function healthAnswer({ path }: HttpRequest): Answer | null {
  return path === '/-/health' ? { status: 200, headers, body } : null;
}
