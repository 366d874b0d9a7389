// The keys of an SCF Web function's role. The platform gives them with each request, in headers, because the process
// outlives them; they are for that request alone, so that nobody who could forge such headers touches another's.

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Env } from '../../lib/types';
import type { Run } from '../create-handler';

type RoleKeys = Readonly<{ id: string; secret: string; token: string }>;

const names = { id: 'x-scf-secret-id', secret: 'x-scf-secret-key', token: 'x-scf-session-token' } as const;
const variables = {
  TENCENTCLOUD_SECRETID: 'id',
  TENCENTCLOUD_SECRETKEY: 'secret',
  TENCENTCLOUD_SESSIONTOKEN: 'token',
} as const;

/** What the platform gives: visible ASCII without a comma, which joins repeated headers. A real token has about 600. */
const sane = /^[\x21-\x2b\x2d-\x7e]{4,4096}$/;
const saneRequestId = /^[A-Za-z0-9-]{8,64}$/;

export type RoleDoor = Readonly<{
  /** The environment, in which the keys of a cloud's role are those of the request that is under way. */
  env: Env;
  /** `run`, for requests without the platform's secrets, under the platform's id, with the keys that came with them. */
  take(run: Run): Run;
}>;

/**
 * The door of an SCF Web function. Keys that the operator put into `base` stay, and headers are not looked at for keys
 * then: TENCENTCLOUD_SECRET_ID, which SCF never sets, or TENCENTCLOUD_SECRETID without a session token.
 */
export function roleDoor(base: Env): RoleDoor {
  const current = new AsyncLocalStorage<RoleKeys>();
  const permanent = Boolean(base['TENCENTCLOUD_SECRETID']) && !base['TENCENTCLOUD_SESSIONTOKEN'];
  const own = permanent || Boolean(base['TENCENTCLOUD_SECRET_ID'] || base['TENCENTCLOUD_SECRET_KEY']);
  return {
    env: own ? base : withRole(base, () => current.getStore()),
    take: (run) => (job, budget) => {
      if (job.act !== 'answer') return run(job, budget);
      const { headers } = job.request;
      const id = headers['x-scf-request-id'] ?? '';
      const bare = {
        ...job,
        id: saneRequestId.test(id) ? id : job.id,
        request: { ...job.request, headers: withoutSecrets(headers) },
      };
      const keys = own ? null : roleKeys(headers);
      return keys === null ? run(bare, budget) : current.run(keys, () => run(bare, budget));
    },
  };
}

/** The variables are read anew at each use (lib/s3/credentials.ts), all three within one step. */
function withRole(base: Env, keys: () => RoleKeys | undefined): Env {
  const env = { ...base };
  for (const [name, part] of Object.entries(variables)) {
    Object.defineProperty(env, name, { enumerable: true, get: () => keys()?.[part] ?? base[name] });
  }
  return env;
}

/** All three or none: a part of them would be mixed with what stands in the environment. */
function roleKeys(headers: Readonly<Record<string, string>>): RoleKeys | null {
  const [id = '', secret = '', token = ''] = [headers[names.id], headers[names.secret], headers[names.token]];
  return [id, secret, token].every((text) => sane.test(text)) ? { id, secret, token } : null;
}

/** No log, echo of a signature or answer can tell what is not there. */
function withoutSecrets(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const isSecret = (name: string): boolean => name.startsWith('x-scf-secret-') || name === names.token;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isSecret(name)));
}
