// What the servers that play a service of AWS have in common: they check the signature of each call, answer in the protocol of
// the service, and play its faults.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from './loopback';
import { signedScope } from './signed-http';

/**
 * What happens to a call in place of its answer: the service refuses it because of too many calls, has an error inside, never
 * answers, or the connection ends. `lost`: the service does the work, and the connection ends before the answer.
 */
export type ServiceFault = 'throttle' | 'broken' | 'hang' | 'reset' | 'lost';

/** A refusal of a whole call, with the code of the service. */
export class ServiceError extends Error {
  constructor(
    readonly code: string,
    readonly status = 400,
  ) {
    super(`${code}: the message repeats a value, top-secret`);
  }
}

/** How a service is called, and its answer to a call with a good signature. Throws ServiceError to refuse it. */
export type ServiceOptions = Readonly<{
  service: string;
  region: string;
  protocol: Protocol;
  /** The code of a call that is refused because of too many calls. */
  throttling: string;
  answer(body: string, request: IncomingMessage): string;
}>;

export type AwsService = Readonly<{
  endpoint: URL;
  /** Taken from the front, one for each call; null = none. */
  faults: (ServiceFault | null)[];
  /** The bodies of all calls with a good signature. */
  calls: string[];
  close(): Promise<void>;
}>;

/** The type of a body, and the body of a refusal. */
type Protocol = Readonly<{ type: string; refusal(error: ServiceError): string }>;

/** AWS JSON 1.0 or 1.1. */
export function jsonProtocol(version: '1.0' | '1.1', namespace: string): Protocol {
  return {
    type: `application/x-amz-json-${version}`,
    refusal: ({ code, message }) => JSON.stringify({ __type: `${namespace}#${code}`, message }),
  };
}

/** The query protocol: a form, and answers in XML. */
export const queryProtocol: Protocol = {
  type: 'application/x-www-form-urlencoded',
  refusal: ({ code, message, status }) =>
    `<ErrorResponse><Error><Type>${status < 500 ? 'Sender' : 'Receiver'}</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
};

/** Listens on loopback. */
export async function startAwsService(options: ServiceOptions): Promise<AwsService> {
  const state = { faults: [] as (ServiceFault | null)[], calls: [] as string[] };
  const server = createServer((request, response) => {
    request.setEncoding('utf8');
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => play(options, state, request, body, response));
  });
  const { endpoint, close } = await listenOnLoopback(server);
  return { ...state, endpoint: new URL(endpoint), close };
}

function play(
  options: ServiceOptions,
  { faults, calls }: Pick<AwsService, 'faults' | 'calls'>,
  request: IncomingMessage,
  body: string,
  response: ServerResponse,
): void {
  const { protocol } = options;
  const fault = faults.shift() ?? null;
  if (fault === 'hang') return;
  if (fault === 'reset') return void request.socket.resetAndDestroy();
  try {
    const scope = signedScope(request, body);
    if (scope === null) throw new ServiceError('InvalidSignatureException', 403);
    if (scope.region !== options.region || scope.service !== options.service)
      throw new ServiceError('SignatureDoesNotMatch', 403);
    if (!String(request.headers['content-type']).startsWith(protocol.type) || request.method !== 'POST')
      throw new ServiceError('UnsupportedMediaType', 415);
    calls.push(body);
    if (fault === 'throttle') throw new ServiceError(options.throttling);
    if (fault === 'broken') throw new ServiceError('InternalFailure', 500);
    const answer = options.answer(body, request);
    if (fault === 'lost') return void request.socket.resetAndDestroy();
    reply(response, protocol, 200, answer);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    reply(response, protocol, error.status, protocol.refusal(error));
  }
}

function reply(response: ServerResponse, protocol: Protocol, status: number, body: string): void {
  const type = protocol === queryProtocol ? 'text/xml' : protocol.type;
  response.writeHead(status, { 'content-type': type, 'x-amzn-requestid': '00000000-0000-0000-0000-000000000000' });
  response.end(body);
}
