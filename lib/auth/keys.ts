// Where the keys of callers come from, and how long a read of them holds.

import { ProblemError } from '../problem';
import type { KeyRing } from './claim';
import { maxRingBytes, parseKeyRing, tooLong } from './key-ring';

type Env = Readonly<Record<string, string | undefined>>;

export type KeyOptions = Readonly<{
  /** Read at each load, for `env:` only. */
  env: Env;
  /** Region of a location that names none (AWS_REGION); null = none. */
  region: string | null;
  /** Milliseconds that a read of the keys holds. */
  ttlMs: number;
  now: () => Date;
  /** Told when keys cannot be read again and the last good ones still hold. */
  report: (problem: ProblemError) => void;
}>;

/** Milliseconds for one read: all tries of the SDK, and less than a caller waits (`totalMs`); a real one takes under 0.5 s. */
const loadMs = 3_000;
/** Milliseconds for a connection and for a try of the SDK: two tries and the pause between fit into `loadMs`. */
const sdkMs = { connect: 800, attempt: 1_300 } as const;
/** Milliseconds between reads of a source that fails. */
const retryMs = 10_000;
/** Times to live after which keys that could not be read again hold no more. */
const staleTtls = 10;
/** Bytes of a reply of AWS: the longest text with each character escaped (6 bytes), and what is around it. */
const maxReplyBytes = 7 * maxRingBytes;

/** Reads the text that holds the keys. */
type Read = (signal: AbortSignal) => Promise<string>;

/** A row a scheme: the text after it, as a way to read. */
const schemes: Readonly<Record<string, (rest: string, options: KeyOptions) => Read>> = {
  env: envRead,
  file: fileRead,
  secretsmanager: (rest, { region }) => secretRead(toRemote('secretsmanager', rest, region)),
  ssm: (rest, { region }) => parameterRead(toRemote('ssm', rest, region)),
};

const forms =
  'env:NAME, file:/path, file:./path, secretsmanager:<name or ARN>[?region=..&endpoint=..] or ' +
  'ssm:<name or ARN>[?region=..&endpoint=..]';

/**
 * A function that answers the keys at `location`: read at its first call and again `ttlMs` after, one read for all who
 * wait; so a key that is taken out is dead after `ttlMs`. When a later read fails, the last good keys hold and
 * `report` is told, up to ten times `ttlMs`. Timers that stand still while a function is frozen change none of this.
 *
 * Throws ProblemError ConfigInvalid for a wrong location at once. The answer rejects with ConfigInvalid (first read,
 * wrong content) or KeysUnavailable; the next call tries again. No message holds a secret or a piece of the content.
 */
export function openKeys(location: string, options: KeyOptions): () => Promise<KeyRing> {
  const scheme = /^[a-z]+(?=:)/.exec(location)?.[0] ?? '';
  const open = Object.hasOwn(schemes, scheme) ? schemes[scheme] : undefined;
  if (open === undefined) throw invalid(`the location must be ${forms}`);
  const read = open(location.slice(scheme.length + 1), options);
  return cached(scheme, () => load(read), options);
}

/** Keys that never change. */
export function staticKeys(ring: KeyRing): () => Promise<KeyRing> {
  return async () => ring;
}

function cached(scheme: string, load: () => Promise<KeyRing>, { ttlMs, now, report }: KeyOptions) {
  let good: Readonly<{ ring: KeyRing; at: number }> | null = null;
  let failedAt = Number.NEGATIVE_INFINITY;
  let loading: Promise<KeyRing> | null = null;
  const clock = (): number => now().getTime();
  /** A clock that was set back says nothing of what was before. */
  const isYounger = (at: number, ms: number): boolean => clock() >= at && clock() - at < ms;

  const refresh = async (): Promise<KeyRing> => {
    const at = clock();
    try {
      const ring = await load();
      // The process was frozen on the way: the reply is as old as that.
      if (!isYounger(at, 2 * loadMs)) throw unavailable('the reply is out of date');
      good = { ring, at };
      failedAt = Number.NEGATIVE_INFINITY;
      return ring;
    } catch (error) {
      const problem = toProblem(scheme, error);
      failedAt = clock();
      if (good === null) throw problem;
      if (!isYounger(good.at, staleTtls * ttlMs)) throw unavailable(`too old by now; ${problem.message}`);
      report(problem);
      return good.ring;
    }
  };

  return async (): Promise<KeyRing> => {
    if (good !== null && isYounger(good.at, ttlMs)) return good.ring;
    const paused = isYounger(failedAt, retryMs);
    if (good !== null && paused && isYounger(good.at, staleTtls * ttlMs)) return good.ring;
    loading ??= refresh().finally(() => {
      loading = null;
    });
    return loading;
  };
}

async function load(read: Read): Promise<KeyRing> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(unavailable(`it took over ${loadMs} ms`));
      controller.abort();
    }, loadMs);
  });
  try {
    return parseKeyRing(await Promise.race([late, read(controller.signal)]));
  } finally {
    clearTimeout(timer);
  }
}

function envRead(name: string, { env }: KeyOptions): Read {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw invalid('env: needs the name of an environment variable');
  return async () => {
    const text = Object.hasOwn(env, name) ? env[name] : undefined;
    if (text === undefined || text === '') throw invalid(`environment variable ${name} is not set`);
    return text;
  };
}

/** Whom the file lets read is not looked at: secrets mounted by Kubernetes or Docker are open to all in their container. */
function fileRead(path: string): Read {
  if (!/^\.{0,2}\//.test(path) || path.includes('\0')) throw invalid('file: needs a path that begins with / or ./');
  return async () => {
    const { constants, open } = await import('node:fs/promises');
    // Without O_NONBLOCK a FIFO would hold a thread until somebody writes.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!(await file.stat()).isFile()) throw invalid('file: names something that is not a file');
      // Its size is not asked for: it may grow, and files of /proc say 0.
      return decode(await collect(file.createReadStream({ autoClose: false }), maxRingBytes));
    } finally {
      await file.close();
    }
  };
}

function decode(bytes: Uint8Array): string {
  if (bytes.length > maxRingBytes) throw tooLong();
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid('they are not UTF-8');
  }
}

/** The bytes of a stream, cut where they are more than `most`: nobody reads on to the end of what is refused. */
async function collect(stream: AsyncIterable<Uint8Array>, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of stream) {
    parts.push(part);
    length += part.length;
    if (length > most) break;
  }
  const bytes = new Uint8Array(length);
  for (const part of parts.reverse()) {
    length -= part.length;
    bytes.set(part, length);
  }
  return bytes;
}

/** A client for each read: its credentials are as new as the read, and no connection waits minutes for the next one. */
function secretRead({ name, ...place }: Remote): Read {
  return async (abortSignal) => {
    const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
    const client = new SecretsManagerClient(clientOf(place));
    try {
      const { SecretString: text } = await client.send(new GetSecretValueCommand({ SecretId: name }), { abortSignal });
      if (text === undefined) throw invalid('the secret is binary: store it as text (SecretString)');
      return text;
    } finally {
      client.destroy();
    }
  };
}

function parameterRead({ name, ...place }: Remote): Read {
  return async (abortSignal) => {
    const { GetParameterCommand, SSMClient } = await import('@aws-sdk/client-ssm');
    const client = new SSMClient(clientOf(place));
    try {
      const command = new GetParameterCommand({ Name: name, WithDecryption: true });
      const { Parameter: parameter } = await client.send(command, { abortSignal });
      if (parameter?.Value === undefined) throw invalid('the parameter has no value');
      return parameter.Value;
    } finally {
      client.destroy();
    }
  };
}

function clientOf({ region, endpoint }: Omit<Remote, 'name'>) {
  return {
    region,
    ...(endpoint === null ? {} : { endpoint }),
    maxAttempts: 2,
    requestHandler: {
      connectionTimeout: sdkMs.connect,
      requestTimeout: sdkMs.attempt,
      throwOnRequestTimeout: true,
    },
    streamCollector: (stream: AsyncIterable<Uint8Array>) => collect(stream, maxReplyBytes),
  };
}

/** Something at AWS. `endpoint` null = AWS's own for the region. */
type Remote = Readonly<{ name: string; region: string; endpoint: string | null }>;

function toRemote(service: string, rest: string, fallback: string | null): Remote {
  const at = rest.search(/\?|$/);
  const name = rest.slice(0, at);
  const options = toOptions(rest.slice(at), ['region', 'endpoint']);
  if (!/^[A-Za-z0-9/_+=.@!:-]{1,2048}$/.test(name)) throw invalid(`${service}: needs a name or an ARN`);
  const arn = /^arn:[a-z0-9-]+:([a-z0-9-]+):([a-z0-9-]+):\d{12}:./.exec(name);
  if (name.startsWith('arn:') && arn?.[1] !== service) throw invalid(`the ARN is none of ${service}`);
  const endpoint = toEndpoint(options.get('endpoint'));
  // A service that is not AWS's own rarely has regions.
  const region = options.get('region') ?? arn?.[2] ?? fallback ?? (endpoint === null ? null : 'us-east-1');
  if (region === null) throw invalid(`${service}: add ?region=.. or set AWS_REGION`);
  // It becomes part of a host name and of the signature.
  if (!/^[a-z0-9-]{1,32}$/.test(region)) throw invalid('region may hold only a-z, 0-9 and -');
  return { name, region, endpoint };
}

/** `query` begins with its `?`, or is empty. Nothing is decoded: no allowed value needs an escape. */
function toOptions(query: string, allowed: readonly string[]): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const pair of query === '' ? [] : query.slice(1).split('&')) {
    const at = pair.search(/=|$/);
    const name = pair.slice(0, at);
    if (!allowed.includes(name)) throw invalid(`an option is unknown; allowed are ${allowed.join(', ')}`);
    if (options.has(name)) throw invalid(`option ${name} stands twice`);
    options.set(name, pair.slice(at + 1));
  }
  return options;
}

function toEndpoint(text: string | undefined): string | null {
  if (text === undefined) return null;
  // Written out: URL would take `http:host`, `\` for `/` and a user name.
  if (!/^https?:\/\/([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:\d{1,5})?$/.test(text) || !URL.canParse(text)) {
    throw invalid('endpoint must be http://host[:port] or https://host[:port]');
  }
  return text;
}

/** Only the name of an error goes on: its text may quote identities, its members the reply with the secrets. */
function toProblem(scheme: string, error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const { name, code } = error as Readonly<Record<string, unknown>>;
  const text = String(name === 'Error' ? (code ?? name) : name);
  // The name of a service's error is text from the wire.
  return unavailable(`${scheme}: ${/^[\w.-]{1,64}$/.test(text) ? text : 'unknown error'}`);
}

function unavailable(reason: string): ProblemError {
  return new ProblemError('KeysUnavailable', `Cannot read the keys: ${reason}`);
}

function invalid(reason: string): ProblemError {
  return new ProblemError('ConfigInvalid', `Cannot read the keys: ${reason}`);
}
