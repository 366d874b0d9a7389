// The verifier under test: the steps of lib/job.ts from a request to its verdict, with every object private.

import { createHmac } from 'node:crypto';
import { type Access, authorize } from '../../lib/auth';
import type { KeyRing } from '../../lib/auth/scheme';
import { isReadMethod } from '../../lib/http/answer';
import { toOperation } from '../../lib/http/operation';
import { hostName, toObjectRef } from '../../lib/http/request';
import { ProblemError } from '../../lib/problem';
import { defaultStyle } from '../../lib/style';
import type { HttpRequest } from '../../lib/types';
import type { Verdict } from './harness';
import type { Rules } from './rules';

/** `operationOf`: another way to read the query, to check that a mistake in it is found. */
export function toVerdict(
  rules: Rules,
  operationOf = (request: HttpRequest): string => toOperation(request, defaultStyle).name,
): Verdict {
  const access = toAccess(rules);
  const route = { bucketId: 'photos', bucket: 'photos' };
  const routes = { hosts: new Map([...rules.hosts].map((host) => [host, route])), fallback: route };
  return async (request) => {
    try {
      if (!isReadMethod(request.method)) throw new ProblemError('MethodNotAllowed', 'Cannot answer this method');
      const ref = toObjectRef(request, routes);
      const operation = operationOf(request);
      const caller = await authorize({ request, ref, operation, host: hostName(request) }, access, rules.now);
      return { key: ref.key, keyId: caller?.keyId ?? null };
    } catch (error) {
      if (error instanceof ProblemError) return { code: error.code };
      throw error;
    }
  };
}

function toAccess({ skew, region, hosts, keys, unsignedOperation }: Rules): Access {
  const ring = toRing(keys);
  return {
    callers: 'signed',
    isPublic: () => false,
    keys: () => Promise.resolve(ring),
    hosts: new Map([...hosts].map((host) => [host, { bucketId: 'photos' }])),
    regions: new Map([['photos', region]]),
    scopeRegion: null,
    rules: { skew, maxLifetime: null, unsignedOperation, unsignedHost: false, hideKeys: false, echo: false },
  };
}

function toRing(keys: Rules['keys']): KeyRing {
  const entries = keys.map(({ id, secret }) => {
    const hmac = (hash: string, text: string, prefix = ''): Uint8Array =>
      createHmac(hash, `${prefix}${secret}`).update(text).digest();
    return [id, { id, secrets: [hmac], policy: null }] as const;
  });
  return { keys: new Map(entries), rounds: 1 };
}
