// The settings of access control.

import type { Rules } from '../../lib/auth';
import { type KeyLocation, parseKeyLocation } from '../../lib/auth/key-location';
import { type PublicPart, parsePublic } from '../../lib/auth/public';
import type { SchemeName } from '../../lib/auth/scheme';
import type { Env } from '../../lib/types';
import { locationOf, readChoice, readNumber, settingInvalid, settingUnusable, splitList, switchedOn } from './setting';

export type AuthConfig = Readonly<{
  callers: 'signed' | 'platform';
  publicParts: readonly PublicPart[];
  /** The location of the keys; null = there are no keys. */
  keys: KeyLocation | null;
  keysTtlMs: number;
  scopeRegion: string | null;
  hostHeader: string | null;
  rules: Rules;
}>;

/** Every setting of this file, by the name of its environment variable. */
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

/** Reads the settings of this file. Throws ProblemError `ConfigInvalid` for the first one that is wrong. */
export function readAuth(env: Env): AuthConfig {
  const callers = readChoice(env, 'EXIF_CALLERS', ['signed', 'platform']) ?? 'signed';
  const publicParts = readPublic(env['EXIF_PUBLIC'] ?? '');
  const keys = readKeyLocation(env['EXIF_KEYS'] ?? '');
  if (callers === 'platform' && keys !== null) {
    throw settingInvalid(
      'EXIF_CALLERS',
      'is platform, so no signature is checked and EXIF_KEYS has no effect: unset EXIF_KEYS or EXIF_CALLERS',
    );
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
      unsignedHost: readChoice(env, 'EXIF_UNSIGNED_HOST', ['cos']) !== null,
      hideKeys: switchedOn(env, 'EXIF_HIDE_KEYS'),
      echo: switchedOn(env, 'EXIF_ECHO_SIGNED'),
    },
  };
}

/**
 * Throws ProblemError `ConfigInvalid` for settings that make no sense with these buckets: a bucket that nobody could ever
 * read, a public bucket that is not configured, and signatures that are valid for all of several buckets.
 */
export function checkAccess({ callers, keys, publicParts, rules }: AuthConfig, buckets: readonly string[]): void {
  const unknown = publicParts.find(({ bucket }) => bucket !== null && !buckets.includes(bucket))?.bucket;
  if (unknown != null) {
    throw settingInvalid(
      'EXIF_PUBLIC',
      `names bucket ${JSON.stringify(unknown)}, which is not configured; the buckets are ${buckets.join(', ')}`,
    );
  }
  if (rules.unsignedHost && buckets.length > 1) {
    throw settingInvalid(
      'EXIF_UNSIGNED_HOST',
      'would make a signature valid for every bucket: unset it, or configure only one bucket',
    );
  }
  if (callers === 'platform' || keys !== null) return;
  const closed = buckets.find((name) => !publicParts.some(({ bucket }) => bucket === null || bucket === name));
  if (closed !== undefined) {
    throw settingInvalid(
      'EXIF_KEYS',
      `is not set, and bucket ${closed} is private, so nobody could read it. Set EXIF_KEYS to where the keys are (env:NAME, ` +
        `file:PATH, secretsmanager:NAME or ssm:NAME), or make the bucket public with EXIF_PUBLIC=${closed}/* (npm start and ` +
        'bucket-exif serve: or --public), or let the platform check the callers with EXIF_CALLERS=platform',
    );
  }
}

function readKeyLocation(text: string): KeyLocation | null {
  return text === '' ? null : locationOf('EXIF_KEYS', text, parseKeyLocation);
}

function readPublic(text: string): readonly PublicPart[] {
  try {
    return parsePublic(text);
  } catch (cause) {
    throw settingUnusable('EXIF_PUBLIC', cause);
  }
}

/** The schemes in which the operation may be unsigned; the text `none` means no scheme. */
function readSchemes(text: string): ReadonlySet<SchemeName> {
  const isScheme = (name: string): name is SchemeName => name === 'cos' || name === 'sigv4';
  const names = text === 'none' ? [] : splitList(text);
  if (!names.every(isScheme)) throw settingInvalid('EXIF_UNSIGNED_OPERATION', 'must be none, cos, sigv4 or cos,sigv4');
  return new Set(names.filter(isScheme));
}

function matching(env: Env, setting: string, pattern: RegExp, what: string): string | null {
  const text = env[setting] ?? '';
  if (text !== '' && !pattern.test(text)) throw settingInvalid(setting, `must be ${what}`);
  return text || null;
}
