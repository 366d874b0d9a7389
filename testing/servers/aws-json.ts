// The part of Secrets Manager and Parameter Store that reads a value: the AWS JSON 1.1 protocol, with signatures checked
// over what arrived.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { RequestSigner } from 'aws4';
import { listenOnLoopback } from './loopback';

export const awsKeys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'aws/secret+access/key' };

/** A call that came with a good signature. */
export type AwsCall = Readonly<{ target: string; region: string; input: Readonly<Record<string, unknown>> }>;

/** Spoils a call in place of an answer; `answer` gives the right one after all. */
export type Fault = (response: ServerResponse, answer: () => void) => void;

export type AwsJson = Readonly<{
  endpoint: string;
  /** By name or ARN; bytes are a SecretBinary. */
  secrets: Map<string, string | Uint8Array>;
  parameters: Map<string, string>;
  /** Taken from the front, one a call. */
  faults: Fault[];
  calls: AwsCall[];
  close(): Promise<void>;
}>;

/** Listens on loopback. */
export async function awsJson(): Promise<AwsJson> {
  const state = { secrets: new Map(), parameters: new Map(), faults: [] as Fault[], calls: [] as AwsCall[] };
  const server = createServer((request, response) => {
    request.setEncoding('utf8');
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const region = signedRegion(request, body);
      if (region === null) return reply(response, 400, { __type: 'InvalidSignatureException' });
      const target = String(request.headers['x-amz-target']);
      const input = JSON.parse(body);
      state.calls.push({ target, region, input });
      const answer = () => answerCall(response, state, target, input);
      const fault = state.faults.shift();
      return fault === undefined ? answer() : fault(response, answer);
    });
  });
  return { ...state, ...(await listenOnLoopback(server)) };
}

/** Refuses as the services do: `type` may carry a namespace, `message` names who asked. */
export function refuse(status: number, type: string): Fault {
  return (response) => reply(response, status, { __type: type, message: 'User: arn:aws:iam::123456789012:user/me' });
}

/** Answers after `ms`. */
export function delay(ms: number): Fault {
  return (response, answer) => {
    const timer = setTimeout(answer, ms);
    response.on('close', () => clearTimeout(timer));
  };
}

/** Starts to answer and never goes on. */
export const stall: Fault = (response) => {
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
  response.write('{"SecretString":"');
};

/** Sends an answer that never ends, until the caller leaves; `sent` gets the number of bytes. */
export function flood(sent: (bytes: number) => void): Fault {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    const chunk = 'a'.repeat(64 * 1024);
    const more = () => {
      do sent(chunk.length);
      while (response.write(chunk));
    };
    response.on('drain', more);
    response.write('{"SecretString":"');
    more();
  };
}

function answerCall(
  response: ServerResponse,
  { secrets, parameters }: Pick<AwsJson, 'secrets' | 'parameters'>,
  target: string,
  input: Readonly<Record<string, unknown>>,
): void {
  if (target === 'secretsmanager.GetSecretValue') {
    const value = secrets.get(String(input['SecretId']));
    if (value === undefined) return reply(response, 400, { __type: 'ResourceNotFoundException' });
    const body = typeof value === 'string' ? { SecretString: value } : { SecretBinary: toBase64(value) };
    return reply(response, 200, { Name: input['SecretId'], VersionId: '1', ...body });
  }
  if (target !== 'AmazonSSM.GetParameter') return reply(response, 400, { __type: 'UnknownOperationException' });
  const value = parameters.get(String(input['Name']));
  if (value === undefined) return reply(response, 400, { __type: 'ParameterNotFound' });
  // Without the flag a SecureString comes as it is stored.
  const Value = input['WithDecryption'] === true ? value : toBase64(value);
  return reply(response, 200, { Parameter: { Name: input['Name'], Type: 'SecureString', Value } });
}

function toBase64(value: string | Uint8Array): string {
  return Buffer.from(value as string).toString('base64');
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(body));
}

/** Region of the scope; null when the signature is not the one of `awsKeys` over this call. */
function signedRegion(request: IncomingMessage, body: string): string | null {
  const authorization = request.headers.authorization ?? '';
  const [, region = '', service = ''] = /Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\//.exec(authorization) ?? [];
  const signed = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(';') ?? [];
  const headers = Object.fromEntries(signed.map((name) => [name, String(request.headers[name])]));
  const asked = { method: request.method ?? '', path: request.url ?? '', service, region, headers, body };
  // aws4 would add this one to what is signed.
  const extraHeadersToIgnore = signed.includes('content-length') ? {} : { 'content-length': true };
  const { headers: expected } = new RequestSigner({ ...asked, ...{ extraHeadersToIgnore } }, awsKeys).sign();
  return expected?.['Authorization'] === authorization ? region : null;
}
