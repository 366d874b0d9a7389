// The keys of the role of an SCF Web function. They expire while the process runs, so the platform sends them in headers of
// each request. They are used for that request only: a client that could forge the headers cannot change other requests.

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Env } from '../../lib/types';
import type { JobRunner } from '../schedule';

type RoleKeys = Readonly<{ id: string; secret: string; token: string }>;

const names = { id: 'x-scf-secret-id', secret: 'x-scf-secret-key', token: 'x-scf-session-token' } as const;
const variables = {
  TENCENTCLOUD_SECRETID: 'id',
  TENCENTCLOUD_SECRETKEY: 'secret',
  TENCENTCLOUD_SESSIONTOKEN: 'token',
} as const;

/** A key or token: visible ASCII without a comma, which joins repeated headers. A real token has about 600 characters. */
const sane = /^[\x21-\x2b\x2d-\x7e]{4,4096}$/;
const saneRequestId = /^[A-Za-z0-9-]{8,64}$/;

export type RequestRole = Readonly<{
  /** The environment. While a request runs, the keys of the role in it are those of that request. */
  env: Env;
  /** `run` with these keys, under the platform's request id. The request that it gets has none of the secret headers. */
  wrap(run: JobRunner): JobRunner;
}>;

/**
 * Takes the keys of the role from the headers of each request. When the operator set keys in `base`, those are used and the
 * headers are ignored: TENCENTCLOUD_SECRET_ID, which SCF never sets, or TENCENTCLOUD_SECRETID without a session token.
 */
export function requestRole(base: Env): RequestRole {
  const current = new AsyncLocalStorage<RoleKeys>();
  const permanent = Boolean(base['TENCENTCLOUD_SECRETID']) && !base['TENCENTCLOUD_SESSIONTOKEN'];
  const own = permanent || Boolean(base['TENCENTCLOUD_SECRET_ID'] || base['TENCENTCLOUD_SECRET_KEY']);
  return {
    env: own ? base : withRole(base, () => current.getStore()),
    wrap: (run) => (job, budget) => {
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

/** The variables are read at each use (lib/s3/credentials.ts), all three without a pause between them. */
function withRole(base: Env, keys: () => RoleKeys | undefined): Env {
  const env = { ...base };
  for (const [name, part] of Object.entries(variables)) {
    Object.defineProperty(env, name, { enumerable: true, get: () => keys()?.[part] ?? base[name] });
  }
  return env;
}

/** All three, or null: a part of them would be mixed with variables of the environment. */
function roleKeys(headers: Readonly<Record<string, string>>): RoleKeys | null {
  const [id = '', secret = '', token = ''] = [headers[names.id], headers[names.secret], headers[names.token]];
  return [id, secret, token].every((text) => sane.test(text)) ? { id, secret, token } : null;
}

/** The headers without the secrets, so that these cannot get into a log, an answer or the echo of a signature. */
function withoutSecrets(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const isSecret = (name: string): boolean => name.startsWith('x-scf-secret-') || name === names.token;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isSecret(name)));
}
