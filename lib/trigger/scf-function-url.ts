// SCF event function behind its Function URL.

import { httpTrigger, proxyReply } from './http-trigger';
import { readScfEvent } from './scf-event';

/**
 * Tells itself by `httpMethod` and `path` without `requestContext`. The caller's address is left out: no document says
 * that `x-scf-remote-addr` cannot be forged.
 */
export const scfFunctionUrl = httpTrigger({
  name: 'scf-function-url',
  read: (event) => {
    const found = readScfEvent(event);
    if (found === null || (found.context !== undefined && found.context !== null)) return null;
    return { id: found.request.headers['x-scf-request-id'], request: found.request };
  },
  reply: proxyReply,
});
