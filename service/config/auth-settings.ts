// The settings of who may ask.

import type { Rules } from '../../lib/auth';
import type { SchemeName } from '../../lib/auth/claim';
import { type PublicPart, parsePublic } from '../../lib/auth/public';
import { ProblemError } from '../../lib/problem';
import type { Env } from '../../lib/types';
import { invalid, list, oneOf, readNumber } from './setting';

export type AuthConfig = Readonly<{
  callers: 'signed' | 'platform';
  publicParts: readonly PublicPart[];
  /** Where the keys are; null = there are none. */
  keys: string | null;
  keysTtlMs: number;
  scopeRegion: string | null;
  hostHeader: string | null;
  rules: Rules;
}>;

/** Every setting of this file, by its environment name. */
export const authSettingNames = [
  'EXIF_CALLERS',
  'EXIF_PUBLIC',
  'EXIF_KEYS',
  'EXIF_KEYS_TTL',
  'EXIF_CLOCK_SKEW',
  'EXIF_MAX_LIFETIME',
  'EXIF_UNSIGNED_OPERATION',
  'EXIF_UNSIGNED_HOST',
  'EXIF_SCOPE_REGION',
  'EXIF_HOST_HEADER',
  'EXIF_HIDE_KEYS',
  'EXIF_ECHO_SIGNED',
] as const;

/** Reads them; throws ProblemError `ConfigInvalid` for the first that is wrong. */
export function readAuth(env: Env): AuthConfig {
  const callers = oneOf(env, 'EXIF_CALLERS', ['signed', 'platform']) ?? 'signed';
  const publicParts = readPublic(env['EXIF_PUBLIC'] ?? '');
  const keys = env['EXIF_KEYS'] || null;
  if (callers === 'platform' && keys !== null) {
    throw invalid('EXIF_CALLERS', 'is platform: then no signature is checked. Unset it, or unset EXIF_KEYS');
  }
  return {
    callers,
    publicParts,
    keys,
    keysTtlMs: (readNumber(env, 'EXIF_KEYS_TTL', 1, 86_400) ?? 300) * 1000,
    scopeRegion: matching(env, 'EXIF_SCOPE_REGION', /^[a-z0-9-]{1,32}$/, 'a region such as eu-west-1'),
    hostHeader: matching(
      env,
      'EXIF_HOST_HEADER',
      /^[a-z0-9-]{1,64}$/,
      'a header name in lower case, such as x-forwarded-host',
    ),
    rules: {
      skew: readNumber(env, 'EXIF_CLOCK_SKEW', 0, 86_400) ?? 900,
      maxLifetime: readNumber(env, 'EXIF_MAX_LIFETIME', 1, 3_155_760_000),
      unsignedOperation: readSchemes(env['EXIF_UNSIGNED_OPERATION'] || 'cos'),
      unsignedHost: oneOf(env, 'EXIF_UNSIGNED_HOST', ['cos']) !== null,
      hideKeys: oneOf(env, 'EXIF_HIDE_KEYS', ['1']) !== null,
      echo: oneOf(env, 'EXIF_ECHO_SIGNED', ['1']) !== null,
    },
  };
}

/**
 * Throws ProblemError `ConfigInvalid` for settings that cannot be meant with these buckets: one from which nobody could
 * ever read, a public one that is not there, signatures good for any bucket where there are several.
 */
export function checkAccess({ callers, keys, publicParts, rules }: AuthConfig, buckets: readonly string[]): void {
  const stranger = publicParts.find(({ bucket }) => bucket !== null && !buckets.includes(bucket))?.bucket;
  if (stranger != null) {
    throw invalid('EXIF_PUBLIC', `names bucket ${JSON.stringify(stranger)}, but the buckets are ${buckets.join(', ')}`);
  }
  if (rules.unsignedHost && buckets.length > 1) {
    throw invalid(
      'EXIF_UNSIGNED_HOST',
      'makes a signature good for every bucket: it must not be set with more than one',
    );
  }
  if (callers === 'platform' || keys !== null) return;
  const closed = buckets.find((name) => !publicParts.some(({ bucket }) => bucket === null || bucket === name));
  if (closed !== undefined) {
    throw invalid(
      'EXIF_KEYS',
      `is not set, and bucket ${closed} is private: name the keys that may sign (env:NAME, file:PATH, secretsmanager:NAME, ` +
        `ssm:NAME), make it public with EXIF_PUBLIC=${closed}/* (npm start and bucket-exif serve: or --public), or let the platform check the callers with EXIF_CALLERS=platform`,
    );
  }
}

function readPublic(text: string): readonly PublicPart[] {
  try {
    return parsePublic(text);
  } catch (cause) {
    throw invalid('EXIF_PUBLIC', cause instanceof ProblemError ? cause.message : 'cannot be read');
  }
}

/** Schemes that may leave the operation unsigned; `none` for none. */
function readSchemes(text: string): ReadonlySet<SchemeName> {
  const isScheme = (name: string): name is SchemeName => name === 'cos' || name === 'sigv4';
  const names = text === 'none' ? [] : list(text);
  if (!names.every(isScheme)) throw invalid('EXIF_UNSIGNED_OPERATION', 'must be none, cos, sigv4 or cos,sigv4');
  return new Set(names.filter(isScheme));
}

function matching(env: Env, setting: string, pattern: RegExp, what: string): string | null {
  const text = env[setting] ?? '';
  if (text !== '' && !pattern.test(text)) throw invalid(setting, `must be ${what}`);
  return text || null;
}
