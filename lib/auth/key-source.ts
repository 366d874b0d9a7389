// Reads the text with the keys of callers from the place that a location names.

import { joinBytes } from '../bytes/join';
import { errorCode, fileErrorText } from '../io/error-code';
import { ifMissing } from '../io/optional-package';
import { ProblemError } from '../problem';
import { anyRegion } from '../s3/location';
import type { Env } from '../types';
import type { KeyLocation, RemoteLocation } from './key-location';
import { failure, keysInvalid, maxRingBytes, tooLong } from './key-ring';

export type KeySourceOptions = Readonly<{
  /** Read at each load, for `env:` only. */
  env: Env;
  /** Region of a location that names none (AWS_REGION); null = none. */
  region: string | null;
}>;

/** A place that has the text with the keys: its name for messages, and a function that reads it. */
export type KeySource = Readonly<{ place: string; read: (signal: AbortSignal) => Promise<string> }>;

/** Milliseconds for a connection and for a try of the SDK: two tries and the pause between them fit in `loadMs` (keys.ts). */
const sdkMs = { connect: 800, attempt: 1_300 } as const;
/** Bytes of a reply of AWS: the longest text with each character escaped (6 bytes), and some JSON around it. */
const maxReplyBytes = 7 * maxRingBytes;

/** The source at `location`. Throws ProblemError ConfigInvalid when no region is known. */
export function openKeySource(location: KeyLocation, { env, region }: KeySourceOptions): KeySource {
  const place = `${location.kind}:${location.name}`;
  if (location.kind === 'env') return { place, read: async () => readVariable(env, location.name) };
  // The permissions of the file are not checked: in a container, files that Kubernetes or Docker mount are readable by
  // everybody.
  if (location.kind === 'file') return { place, read: () => readFile(location.name) };
  const client = clientOptions(location, region);
  const readRemote = location.kind === 'ssm' ? readParameter : readSecret;
  return { place, read: (signal) => readRemote(location.name, client, signal) };
}

function readVariable(env: Env, name: string): string {
  const text = Object.hasOwn(env, name) ? env[name] : undefined;
  if (text === undefined || text === '') throw keysInvalid('the environment variable is not set');
  return text;
}

async function readFile(path: string): Promise<string> {
  const { constants, open } = await import('node:fs/promises');
  // Without O_NONBLOCK the open of a FIFO would block a thread until another process writes.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    throw unavailable(errorCode(error) === 'ENXIO' ? 'it is not a file' : fileErrorText(error));
  });
  try {
    if (!(await file.stat()).isFile()) throw keysInvalid('it is not a file');
    // Not by its size: the file may grow, and files of /proc have size 0.
    return decode(await readAtMost(file.createReadStream({ autoClose: false }), maxRingBytes));
  } finally {
    await file.close();
  }
}

function decode(bytes: Uint8Array): string {
  if (bytes.length > maxRingBytes) throw tooLong();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw keysInvalid('they are not UTF-8');
  }
}

/** The bytes of a stream. It stops reading when there are more than `most`: such a text is refused anyway. */
async function readAtMost(stream: AsyncIterable<Uint8Array>, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stream) {
    parts.push(part);
    length += part.length;
    if (length > most) break;
  }
  return joinBytes(parts);
}

/** Options of an AWS client. */
type ClientOptions = ReturnType<typeof clientOptions>;

/** Reads a secret. Each read has a new client: credentials are current, and no connection stays open for minutes. */
async function readSecret(name: string, options: ClientOptions, abortSignal: AbortSignal): Promise<string> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager').catch(
    ifMissing('@aws-sdk/client-secrets-manager', 'secretsmanager:', keysInvalid),
  );
  const client = new SecretsManagerClient(options);
  try {
    const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: name }), { abortSignal });
    if (text === undefined) throw keysInvalid('the secret is binary: store it as text (SecretString)');
    return text;
  } finally {
    client.destroy();
  }
}

/** The same for a parameter. */
async function readParameter(name: string, options: ClientOptions, abortSignal: AbortSignal): Promise<string> {
  const { GetParameterCommand, SSMClient } = await import('@aws-sdk/client-ssm').catch(
    ifMissing('@aws-sdk/client-ssm', 'ssm:', keysInvalid),
  );
  const client = new SSMClient(options);
  try {
    const command = new GetParameterCommand({ Name: name, WithDecryption: true });
    const { Parameter: parameter } = await client.send(command, { abortSignal });
    if (parameter?.Value === undefined) throw keysInvalid('the parameter has no value');
    return parameter.Value;
  } finally {
    client.destroy();
  }
}

function clientOptions({ kind, region, endpoint }: RemoteLocation, defaultRegion: string | null) {
  const known = region ?? defaultRegion ?? (endpoint === null ? null : anyRegion);
  if (known === null) throw keysInvalid(`${kind}: add ?region=.. or set AWS_REGION`);
  return {
    region: known,
    ...(endpoint === null ? {} : { endpoint: endpoint.origin }),
    maxAttempts: 2,
    requestHandler: {
      connectionTimeout: sdkMs.connect,
      requestTimeout: sdkMs.attempt,
      throwOnRequestTimeout: true,
    },
    streamCollector: (stream: AsyncIterable<Uint8Array>) => readAtMost(stream, maxReplyBytes),
  };
}

/** The text cannot be read now. */
export function unavailable(reason: string): ProblemError {
  return new ProblemError('KeysUnavailable', `${failure}: ${reason}`);
}
