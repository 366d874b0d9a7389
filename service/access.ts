// Makes access control from the settings.
import type { Access } from '../lib/auth';
import { openKeys, staticKeys } from '../lib/auth/keys';
import { isPublic } from '../lib/auth/public';
import { regionOf } from '../lib/bucket';
import type { Routes } from '../lib/http/request';
import { ProblemError } from '../lib/problem';
import type { BucketPlace } from './config/bucket-settings';
import type { Config } from './config/config';
import { settingUnusable } from './config/setting';
import { writeLog } from './write-log';

/** Access control for `places`. Throws ProblemError `ConfigInvalid` when no region is known for the keys. */
export function createAccess(
  { auth, region, env, log }: Config,
  places: readonly BucketPlace[],
  { hosts }: Routes,
): Access {
  const { callers, publicParts, scopeRegion, rules, keys } = auth;
  const report = ({ code, message }: ProblemError): void => writeLog({ level: 'error', code, problem: message }, log);
  const note = (text: string): void => writeLog({ level: 'info', code: 'OK', note: text }, log);
  const warn = (text: string): void => writeLog({ level: 'warn', code: 'OK', note: text }, log);
  const options = { env, region, ttlMs: auth.keysTtlMs, now: () => new Date(), report, note, warn };
  return {
    callers,
    isPublic: (ref) => isPublic(publicParts, ref),
    keys: keys === null ? staticKeys({ keys: new Map(), rounds: 1 }) : withSettingName(() => openKeys(keys, options)),
    hosts,
    regions: new Map(places.map(({ text, location }) => [text, regionOf(location, region)])),
    scopeRegion,
    rules,
  };
}

/** The keys that `open` returns. Errors in the content of the keys get the name of the setting. */
function withSettingName(open: () => Access['keys']): Access['keys'] {
  const rename = (error: unknown): never => {
    throw error instanceof ProblemError && error.code === 'ConfigInvalid' ? settingUnusable('EXIF_KEYS', error) : error;
  };
  try {
    const keys = open();
    return () => {
      const ring = keys();
      return ring instanceof Promise ? ring.catch(rename) : ring;
    };
  } catch (error) {
    return rename(error);
  }
}
