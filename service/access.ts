// Config -> who may read what.
import type { Access } from '../lib/auth';
import { openKeys, staticKeys } from '../lib/auth/keys';
import { isPublic } from '../lib/auth/public';
import { regionOf } from '../lib/bucket';
import type { Routes } from '../lib/http/request';
import { ProblemError } from '../lib/problem';
import type { Config, Place } from './config/config';
import { invalid } from './config/setting';
import { writeLog } from './log';

/** Who may read from `places`. Throws ProblemError `ConfigInvalid` when the keys cannot be read from where they are said to be. */
export function createAccess({ auth, region, env }: Config, places: readonly Place[], { hosts }: Routes): Access {
  const { callers, publicParts, scopeRegion, rules } = auth;
  const report = ({ code, message }: ProblemError): void => writeLog({ level: 'error', code, problem: message });
  const note = (text: string): void => writeLog({ level: 'info', code: 'OK', note: text });
  const options = { env, region, ttlMs: auth.keysTtlMs, now: () => new Date(), report, note };
  return {
    callers,
    isPublic: (ref) => isPublic(publicParts, ref),
    keys:
      auth.keys === null
        ? staticKeys({ keys: new Map(), rounds: 1 })
        : named(() => openKeys(String(auth.keys), options)),
    hosts,
    regions: new Map(places.map(({ text, location }) => [text, regionOf(location, region)])),
    scopeRegion,
    rules,
  };
}

/** What `open` makes; what is wrong is said by the setting's name. */
function named(open: () => Access['keys']): Access['keys'] {
  const rename = (error: unknown): never => {
    if (!(error instanceof ProblemError) || error.code !== 'ConfigInvalid') throw error;
    throw invalid('EXIF_KEYS', `is no use. ${error.message}`);
  };
  try {
    const keys = open();
    return () => keys().catch(rename);
  } catch (error) {
    return rename(error);
  }
}
