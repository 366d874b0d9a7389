// Where the text is that holds the keys of callers, a row a scheme.

import { joinBytes } from '../bytes/join';
import { ProblemError } from '../problem';
import { failure, invalid, maxRingBytes, tooLong } from './key-ring';

type Env = Readonly<Record<string, string | undefined>>;

export type SourceOptions = Readonly<{
  /** Read at each load, for `env:` only. */
  env: Env;
  /** Region of a location that names none (AWS_REGION); null = none. */
  region: string | null;
}>;

/** A place of the text that holds the keys, as messages name it, and what reads it. */
export type Source = Readonly<{ place: string; read: Read }>;

type Read = (signal: AbortSignal) => Promise<string>;
/** What a location says behind its scheme and before its options, and what reads there. */
type Named = Readonly<{ name: string; read: Read }>;

/** A row a scheme: the text after it, as a place. */
const schemes: Readonly<Record<string, (rest: string, options: SourceOptions) => Named>> = {
  env: envSource,
  file: fileSource,
  secretsmanager: (rest, { region }) => secretSource(toRemote('secretsmanager', rest, region)),
  ssm: (rest, { region }) => parameterSource(toRemote('ssm', rest, region)),
};

const forms =
  'env:NAME, file:PATH, secretsmanager:<name or ARN>[?region=..&endpoint=..] or ' +
  'ssm:<name or ARN>[?region=..&endpoint=..]';

/** Milliseconds for a connection and for a try of the SDK: two tries and the pause between fit into `loadMs` (keys.ts). */
const sdkMs = { connect: 800, attempt: 1_300 } as const;
/** Bytes of a reply of AWS: the longest text with each character escaped (6 bytes), and what is around it. */
const maxReplyBytes = 7 * maxRingBytes;

/** What the codes of node:fs mean to who set the path. */
const fileProblems: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'no such file'],
  ['ENOTDIR', 'no such file'],
  ['EACCES', 'no permission to read it'],
  ['EPERM', 'no permission to read it'],
  ['ENXIO', 'it is not a file'],
]);

/** The source at `location`. Throws ProblemError ConfigInvalid for a wrong location, in which nothing of it is repeated. */
export function openSource(location: string, options: SourceOptions): Source {
  const scheme = /^[a-z]+(?=:)/.exec(location)?.[0] ?? '';
  const open = Object.hasOwn(schemes, scheme) ? schemes[scheme] : undefined;
  if (open === undefined) throw invalid(`the location must be ${forms}`);
  const { name, read } = open(location.slice(scheme.length + 1), options);
  return { place: `${scheme}:${name}`, read };
}

function envSource(name: string, { env }: SourceOptions): Named {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw invalid('env: needs the name of an environment variable');
  const read = async () => {
    const text = Object.hasOwn(env, name) ? env[name] : undefined;
    if (text === undefined || text === '') throw invalid('the environment variable is not set');
    return text;
  };
  return { name, read };
}

/** Whom the file lets read is not looked at: secrets mounted by Kubernetes or Docker are open to all in their container. */
function fileSource(path: string): Named {
  // Messages name the path: what may be the keys themselves is none. `~` is for shells.
  if (!/^(?:\.{0,2}\/|[^~{}[\]"':]+$)/.test(path) || /\p{Cc}/u.test(path)) {
    throw invalid('file: needs a path, as /etc/keys.json or keys.json');
  }
  return { name: path, read: () => readFile(path) };
}

async function readFile(path: string): Promise<string> {
  const { constants, open } = await import('node:fs/promises');
  // Without O_NONBLOCK a FIFO would hold a thread until somebody writes.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: { code?: unknown }) => {
    const reason = fileProblems.get(error.code);
    throw reason === undefined ? error : unavailable(reason);
  });
  try {
    if (!(await file.stat()).isFile()) throw invalid('it is not a file');
    // Its size is not asked for: it may grow, and files of /proc say 0.
    return decode(await collect(file.createReadStream({ autoClose: false }), maxRingBytes));
  } finally {
    await file.close();
  }
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
  return joinBytes(parts);
}

/** A client for each read: its credentials are as new as the read, and no connection waits minutes for the next one. */
function secretSource({ name, ...place }: Remote): Named {
  const read = async (abortSignal: AbortSignal) => {
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
  return { name, read };
}

function parameterSource({ name, ...place }: Remote): Named {
  const read = async (abortSignal: AbortSignal) => {
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
  return { name, read };
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

/** The text cannot be read now. */
export function unavailable(reason: string): ProblemError {
  return new ProblemError('KeysUnavailable', `${failure}: ${reason}`);
}
