// The credentials for a store: from the current environment, else from the AWS credential chain.

import { withinMs } from '../io/deadline';
import { ifMissing } from '../io/optional-package';
import { ProblemError } from '../problem';
import type { Env } from '../types';
import type { Credentials } from './sign';

/** The cloud whose credentials a store accepts; `other` is any S3-compatible endpoint. */
export type Cloud = 'aws' | 'tencent' | 'other';

/** The AWS chain (profile, SSO, process, web identity, container, instance): a function that renews credentials itself. */
export type Chain = () => Promise<Readonly<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }>>;

/** The variables of one pair of keys and of its token. The first token that is set is used. */
export type KeyNames = Readonly<{ id: string; secret: string; tokens: readonly string[] }>;

const aws: KeyNames = { id: 'AWS_ACCESS_KEY_ID', secret: 'AWS_SECRET_ACCESS_KEY', tokens: ['AWS_SESSION_TOKEN'] };

/** The variables in which SCF puts the keys of a function's role. */
export const tencentRoleNames: KeyNames = {
  id: 'TENCENTCLOUD_SECRETID',
  secret: 'TENCENTCLOUD_SECRETKEY',
  tokens: ['TENCENTCLOUD_SESSIONTOKEN'],
};

/** The names that Tencent's SDKs and Terraform read. No platform sets these: a user did. */
export const tencentOwnNames: KeyNames = {
  id: 'TENCENTCLOUD_SECRET_ID',
  secret: 'TENCENTCLOUD_SECRET_KEY',
  tokens: ['TENCENTCLOUD_SECURITY_TOKEN', 'TENCENTCLOUD_SESSION_TOKEN'],
};

/**
 * The variables with keys for each cloud. The first pair that is set is used, and never mixed with another pair. AWS uses only
 * its own variables. Of Tencent's, those that a user sets come before those that SCF sets by itself. COS also uses permanent
 * keys in `AWS_` variables, because only a user sets these; the keys of a function's own role, with a token, are always in the
 * environment.
 */
const sources: Readonly<Record<Cloud, readonly Readonly<{ names: KeyNames; temporary: boolean }>[]>> = {
  aws: [{ names: aws, temporary: true }],
  tencent: [
    { names: tencentOwnNames, temporary: true },
    { names: tencentRoleNames, temporary: true },
    { names: aws, temporary: false },
  ],
  other: [
    { names: aws, temporary: true },
    { names: tencentOwnNames, temporary: true },
    { names: tencentRoleNames, temporary: true },
  ],
};

/** The variables that messages recommend. */
const advised: Readonly<Record<Cloud, KeyNames>> = { aws, tencent: tencentRoleNames, other: aws };

/** Milliseconds for the whole chain, below the time of a request; a real one answers in under a second. */
const chainMs = 2_500;

/**
 * A function that finds credentials. Each call reads `env` again, because credentials rotate; the chain is loaded when it is
 * first needed. Throws ProblemError BucketMisconfigured without credentials; the message names variables and no value.
 */
export function credentialSource(
  env: Env,
  cloud: Cloud,
  loadChain: () => Promise<Chain> = loadAwsChain,
): () => Credentials | Promise<Credentials> {
  let chain: Promise<Chain> | null = null;
  const fromChain = async (): Promise<Credentials> => {
    chain ??= loadChain();
    try {
      const { accessKeyId, secretAccessKey, sessionToken } = await (await chain)();
      return { accessKeyId, secretAccessKey, sessionToken: sessionToken ?? null };
    } catch (cause) {
      chain = null;
      throw cause;
    }
  };
  return () => {
    const found = fromEnv(env, cloud);
    if (found !== null) return found;
    if (cloud === 'tencent') throw missing(cloud, 'none in the environment');
    return within(chainMs, cloud, fromChain());
  };
}

function fromEnv(env: Env, cloud: Cloud): Credentials | null {
  const half = (name: string): ProblemError => missing(cloud, `${name} is not set`);
  for (const { names, temporary } of sources[cloud]) {
    const found = readPair(env, names, half);
    if (found !== null && (found.sessionToken === null || temporary)) return found;
  }
  return null;
}

/** The keys under `names`; null when neither variable is set. With only one set, throws `half` of the other's name. */
export function readPair(
  env: Env,
  { id, secret, tokens }: KeyNames,
  half: (name: string) => Error,
): Credentials | null {
  const [accessKeyId, secretAccessKey] = [env[id], env[secret]];
  if (!accessKeyId && !secretAccessKey) return null;
  if (!accessKeyId || !secretAccessKey) throw half(accessKeyId ? secret : id);
  const sessionToken = tokens.map((name) => env[name]).find((token) => Boolean(token)) ?? null;
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** The keys of `work`. Throws ProblemError BucketMisconfigured when it fails or takes too long. */
async function within(ms: number, cloud: Cloud, work: Promise<Credentials>): Promise<Credentials> {
  try {
    return await withinMs(ms, work, () => {
      throw missing(cloud, `the AWS credential chain took over ${ms} ms`);
    });
  } catch (error) {
    // Errors of the chain may quote files and commands: only their name is used.
    throw error instanceof ProblemError ? error : missing(cloud, errorName(error));
  }
}

function errorName(error: unknown): string {
  const name = typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : '';
  return /^[A-Za-z.]{1,64}$/.test(name) ? name : 'unknown error';
}

function missing(cloud: Cloud, reason: string): ProblemError {
  const names = advised[cloud];
  const chain = cloud === 'tencent' ? '' : ', use an AWS profile or role';
  return new ProblemError(
    'BucketMisconfigured',
    `Cannot find credentials: set ${names.id} and ${names.secret}${chain}, or add credentials=none to the location of a public bucket (${reason})`,
  );
}

/** Loaded when needed: it makes the start slower, and functions in the cloud do not need it. */
async function loadAwsChain(): Promise<Chain> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node').catch(
    ifMissing('@aws-sdk/credential-provider-node', 'an AWS profile or role', (text) => missing('aws', text)),
  );
  // Instance metadata gets one short try: on a laptop its address does not answer.
  return defaultProvider({ timeout: 500, maxRetries: 0 });
}
