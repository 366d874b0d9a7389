// What the clients of the AWS SDK have in common: how they are configured, opened on first use, and what their errors say.
import { ProblemError } from '../problem';
import type { StoreDeps } from './client-options';
import { type Cloud, credentialSource } from './credentials';
import { anyRegion } from './location';
import type { Credentials } from './sign';

/** Where a service is, and how its requests are signed and tried. */
export type AwsPlace = Readonly<{
  region: string;
  /** null = AWS, by region. */
  endpoint: URL | null;
  credentials: () => Credentials | Promise<Credentials>;
  /** Milliseconds for one try. */
  tryMs: number;
  maxTries: number;
}>;

/**
 * The place of a location; another endpoint than AWS needs no region. Throws ProblemError ConfigInvalid, which names `what`, when
 * no region is known.
 */
export function awsPlaceOf(
  what: string,
  location: Readonly<{ region: string | null; endpoint: URL | null }>,
  { env, limits, maxTries, ...deps }: StoreDeps,
): AwsPlace {
  const { endpoint } = location;
  const region = location.region ?? deps.region ?? (endpoint === null ? null : anyRegion);
  if (region === null) throw new ProblemError('ConfigInvalid', `Cannot open ${what}: add ?region=.. or set AWS_REGION`);
  const cloud: Cloud = endpoint === null ? 'aws' : 'other';
  return { region, endpoint, credentials: credentialSource(env, cloud), tryMs: limits.tryMs, maxTries };
}

/** The configuration of a client of the SDK. */
export function clientConfig({ region, endpoint, credentials, tryMs, maxTries }: AwsPlace) {
  return {
    region,
    ...(endpoint === null ? {} : { endpoint: endpoint.href }),
    credentials: async () => {
      const { sessionToken, ...keys } = await credentials();
      // They expire at once, so that the SDK asks for them at each request: they rotate.
      return { ...keys, ...(sessionToken === null ? {} : { sessionToken }), expiration: new Date() };
    },
    maxAttempts: maxTries,
    requestHandler: { connectionTimeout: tryMs, requestTimeout: tryMs, throwOnRequestTimeout: true },
  };
}

/** A function that returns what `open` resolves to. `open` is called on first use, and again after it has failed. */
export function openOnce<Opened>(open: () => Promise<Opened>): () => Promise<Opened> {
  let opening: Promise<Opened> | null = null;
  return async () => {
    opening ??= open();
    try {
      return await opening;
    } catch (cause) {
      opening = null;
      throw cause;
    }
  };
}

/**
 * Why a request of the SDK failed, for a message. An error of the SDK contains the request with its signature, and its text may
 * repeat values: only its name is used, or the text of a ProblemError.
 */
export function sdkReason(error: unknown): string {
  return error instanceof ProblemError ? error.message : nameOfError(error);
}

/** The name of an error of the SDK, such as `ThrottlingException`. */
export function nameOfError(error: unknown): string {
  return safeCode(typeof error === 'object' && error !== null && 'name' in error ? error.name : null);
}

/** A code of an error from an answer, when it looks like one: anything else could be a value. */
export function safeCode(code: unknown): string {
  return typeof code === 'string' && /^[A-Za-z.]{1,64}$/.test(code) ? code : 'unknown error';
}
