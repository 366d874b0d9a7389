// Config -> who may read what.
import type { Access } from '../lib/auth';
import { openKeys } from '../lib/auth/keys';
import { isPublic } from '../lib/auth/public';
import { regionOf } from '../lib/bucket';
import type { Routes } from '../lib/request';
import type { Config, Place } from './config';
import { writeLog } from './log';

/** Who may read from `places`. Throws ProblemError `ConfigInvalid` when the keys cannot be read from where they are said to be. */
export function createAccess({ auth, region, env }: Config, places: readonly Place[], { hosts }: Routes): Access {
  const { callers, publicParts, scopeRegion, rules } = auth;
  const report = (problem: Error): void =>
    writeLog({ level: 'error', code: 'KeysUnavailable', problem: problem.message });
  const none = async () => ({ keys: new Map(), rounds: 1 });
  return {
    callers,
    isPublic: (ref) => isPublic(publicParts, ref),
    keys:
      auth.keys === null
        ? none
        : openKeys(auth.keys, { env, region, ttlMs: auth.keysTtlMs, now: () => new Date(), report }),
    hosts,
    regions: new Map(places.map(({ text, location }) => [text, regionOf(location, region)])),
    scopeRegion,
    rules,
  };
}
