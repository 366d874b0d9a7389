// Clients of the AWS SDK, for tasks that the small client in lib/s3 does not do: large objects, batch jobs.

import type { S3Client } from '@aws-sdk/client-s3';
import type { S3ControlClient } from '@aws-sdk/client-s3-control';
import { ifMissing } from '../../lib/io/optional-package';
import { type ProblemCode, ProblemError } from '../../lib/problem';
import { type Cloud, credentialSource } from '../../lib/s3/credentials';
import { type CosLocation, type S3Location, s3PlaceOf } from '../../lib/s3/location';
import type { Env } from '../../lib/types';

/** What a client needs in addition to the location: a region when the location has none, and the source of credentials. */
export type ClientContext = Readonly<{ env: Env; region: string | null }>;

/** Tries of one request. The SDK chooses the pauses between them. */
const maxAttempts = 5;

/** A client for the bucket at `location`. Throws ProblemError `ConfigInvalid` when no region is known. */
export async function openStore(location: S3Location | CosLocation, { env, region }: ClientContext): Promise<S3Client> {
  const { S3Client } = await import('@aws-sdk/client-s3').catch(orPackage('@aws-sdk/client-s3'));
  const { place, cloud } = s3PlaceOf(location, region);
  const client = new S3Client({
    region: place.region,
    ...(place.endpoint === null ? {} : { endpoint: place.endpoint.origin }),
    forcePathStyle: place.pathStyle,
    ...(location.signed ? { credentials: identity(env, cloud) } : unsigned),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: patience,
    maxAttempts,
  });
  client.middlewareStack.add(
    (next) => (args) => {
      Object.assign((args.request as { headers: Record<string, string> }).headers, place.headers);
      return next(args);
    },
    { step: 'build', name: 'headersOfPlace' },
  );
  return client;
}

/** A client of S3 Control in `region`; `endpoint` replaces AWS when it is set. */
export async function openControl(env: Env, region: string, endpoint: URL | null): Promise<S3ControlClient> {
  const { S3ControlClient } = await import('@aws-sdk/client-s3-control').catch(orPackage('@aws-sdk/client-s3-control'));
  const client = new S3ControlClient({
    region,
    credentials: identity(env, endpoint === null ? 'aws' : 'other'),
    requestHandler: patience,
    maxAttempts,
  });
  if (endpoint !== null) {
    // The SDK puts the account before the host of an endpoint. With 127.0.0.1 the result would not be an address.
    client.middlewareStack.add(
      (next) => (args) => {
        Object.assign(args.request as object, place(endpoint));
        (args.request as { headers: Record<string, string> }).headers['host'] = endpoint.host;
        return next(args);
      },
      { step: 'build', priority: 'low', name: 'toEndpoint' },
    );
  }
  return client;
}

function orPackage(name: string) {
  return ifMissing(name, 'A job of S3 Batch Operations', (text) => new ProblemError('ConfigInvalid', text));
}

function place({ protocol, hostname, port }: URL): object {
  return { protocol, hostname, port: port === '' ? undefined : Number(port) };
}

const patience = { connectionTimeout: 5_000, requestTimeout: 30_000 } as const;

/** Sends requests without a signature, for public buckets. */
const unsigned = {
  credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
  signer: { sign: async <T>(request: T): Promise<T> => request },
};

function identity(env: Env, cloud: Cloud) {
  const source = credentialSource(env, cloud);
  return async () => {
    const { sessionToken, ...keys } = await source();
    return { ...keys, ...(sessionToken === null ? {} : { sessionToken }) };
  };
}

/** An error of the SDK as a problem. It has only the name and the status, because the text may repeat the request. */
export function storeProblem(error: unknown, doing: string): ProblemError {
  if (error instanceof ProblemError) return error;
  const { name, status } = describe(error);
  const text = `Cannot ${doing}: ${status === null ? '' : `the store answered ${status} `}${name}`;
  return new ProblemError(codeOf(name, status), text);
}

function describe(error: unknown): Readonly<{ name: string; status: number | null }> {
  if (typeof error !== 'object' || error === null) return { name: 'unknown error', status: null };
  const { name, code, $metadata } = error as Readonly<Record<string, unknown>>;
  const status = (($metadata ?? {}) as Readonly<{ httpStatusCode?: unknown }>).httpStatusCode;
  const isName = typeof name === 'string' && name !== 'Error' && /^[\w.]{1,64}$/.test(name);
  return {
    name: isName ? name : typeof code === 'string' ? code : 'unknown error',
    status: typeof status === 'number' && status >= 300 ? status : null,
  };
}

function codeOf(name: string, status: number | null): ProblemCode {
  if (name === 'NoSuchBucket') return 'NoSuchBucket';
  if (status === 404) return 'NoSuchKey';
  if (status === 401 || status === 403) return 'AccessDenied';
  if (status !== null && status < 500 && status !== 429) return 'BucketMisconfigured';
  return 'BucketFault';
}
