// The calls to the API of SCF that a deployment needs, over Tencent's SDK, with errors that tell what they mean.
import { Agent, type AgentOptions } from 'node:http';
import type { LookupFunction } from 'node:net';
import { scf } from 'tencentcloud-sdk-nodejs-scf';

export type Client = InstanceType<typeof scf.v20180416.Client>;
export type FunctionState = Awaited<ReturnType<Client['GetFunction']>>;
export type TriggerState = NonNullable<Awaited<ReturnType<Client['ListTriggers']>>['Triggers']>[number];
export type Keys = Readonly<{ secretId: string; secretKey: string; token: string | null }>;

type Request<Action extends keyof Client> = Client[Action] extends (request: infer R, ...rest: never[]) => unknown
  ? R
  : never;
type Reads = 'GetFunction' | 'ListTriggers';
type Writes =
  | 'CreateFunction'
  | 'DeleteFunction'
  | 'UpdateFunctionCode'
  | 'UpdateFunctionConfiguration'
  | 'CreateTrigger'
  | 'UpdateTrigger'
  | 'DeleteTrigger';

export type ScfApi = Readonly<{
  /** null = there is none. */
  getFunction(name: string): Promise<FunctionState | null>;
  listTriggers(name: string): Promise<readonly TriggerState[]>;
  /** Sent once: what it does must not happen twice unseen. */
  change<Action extends Writes>(action: Action, request: Omit<Request<Action>, 'Namespace'>): Promise<void>;
}>;

export type ApiOptions = Readonly<{
  endpoint: URL;
  region: string;
  namespace: string;
  keys: Keys;
  /** Milliseconds for one call; the code may be under way for a while. */
  callMs: number;
  sleep(ms: number): Promise<void>;
}>;

/** A call that failed. `uncertain` = nobody answered, so that it may have been done. */
export class ApiError extends Error {
  constructor(
    readonly action: string,
    readonly code: string | null,
    message: string,
    readonly uncertain: boolean,
  ) {
    super(message);
  }
}

/** Milliseconds before each further try of a call that only reads. */
const pausesMs = [500, 1_000, 2_000];
const pageSize = 100;
/** A function has at most 10 triggers of a type [SCF quotas]. */
const maxPages = 10;

type Calls = Readonly<{
  call<T>(action: string, request: unknown): Promise<T>;
  /** `call`, again after a failure that may pass. */
  read<T>(action: Reads, request: unknown): Promise<T>;
}>;

/** Opens the API. No error holds a key. */
export function openApi(options: ApiOptions): ScfApi {
  const { namespace: Namespace } = options;
  const { call, read } = openCalls(options);
  return {
    async getFunction(FunctionName) {
      try {
        return await read<FunctionState>('GetFunction', { FunctionName, Namespace, ShowCode: 'FALSE' });
      } catch (error) {
        if (error instanceof ApiError && /^ResourceNotFound(\.Function.*)?$/.test(error.code ?? '')) return null;
        throw error;
      }
    },
    async listTriggers(FunctionName) {
      const all: TriggerState[] = [];
      for (let page = 0; page < maxPages; page++) {
        const request = { FunctionName, Namespace, Offset: page * pageSize, Limit: pageSize };
        const { Triggers } = await read<{ Triggers?: TriggerState[] }>('ListTriggers', request);
        all.push(...(Triggers ?? []));
        if ((Triggers ?? []).length < pageSize) break;
      }
      return all;
    },
    async change(action, request) {
      await call(action, { ...request, Namespace });
    },
  };
}

function openCalls(options: ApiOptions): Calls {
  const client = openClient(options);
  const call = async <T>(action: string, request: unknown): Promise<T> => {
    try {
      return (await client.request(action, request as never)) as T;
    } catch (error) {
      throw toApiError(action, error, options.keys);
    }
  };
  const read = async <T>(action: Reads, request: unknown): Promise<T> => {
    for (const pause of pausesMs) {
      try {
        return await call<T>(action, request);
      } catch (error) {
        if (!(error instanceof ApiError) || !mayPass(error)) throw error;
        await options.sleep(pause);
      }
    }
    return call<T>(action, request);
  };
  return { call, read };
}

function openClient({ endpoint, region, keys, callMs }: ApiOptions): Client {
  const { secretId, secretKey, token } = keys;
  // The SDK has seconds for the time limit, and takes what is before the first dot for the service that it signs for.
  const httpProfile = { endpoint: endpoint.host, protocol: `${endpoint.protocol}//`, reqTimeout: callMs / 1000 };
  const isHere = endpoint.protocol === 'http:';
  return new scf.v20180416.Client({
    credential: { secretId, secretKey, ...(token === null ? {} : { token }) },
    region,
    profile: { httpProfile: isHere ? { ...httpProfile, agent: new Agent(toThisMachine) } : httpProfile },
  });
}

/** Names below `localhost` are this machine [RFC 6761 6.3], which not every resolver knows. */
const toThisMachine: AgentOptions & { lookup: LookupFunction } = {
  lookup: (_name, options, done) => {
    if (options.all === true) done(null, [{ address: '127.0.0.1', family: 4 }]);
    else done(null, '127.0.0.1', 4);
  },
};

/** The SDK's error has a code when the API answered, an HTTP status when something before it did, else neither. */
function toApiError(action: string, error: unknown, keys: Keys): ApiError {
  const { code, httpCode, requestId } = error as { code?: string; httpCode?: number; requestId?: string };
  const text = withoutKeys(error instanceof Error ? error.message : String(error), keys);
  if (code) {
    const id = requestId ? ` (request ${requestId})` : '';
    return new ApiError(action, code, `${action}: ${code}: ${text}${id}`, code.startsWith('InternalError'));
  }
  if (httpCode) return new ApiError(action, null, `${action}: HTTP ${httpCode}`, true);
  return new ApiError(action, null, `${action}: no answer: ${text}`, true);
}

/** Whether a call that only reads may do better the next time. */
function mayPass({ code, uncertain }: ApiError): boolean {
  return uncertain || code === 'RequestLimitExceeded' || code === 'FailedOperation';
}

function withoutKeys(text: string, { secretId, secretKey, token }: Keys): string {
  return [secretKey, secretId, token ?? '']
    .filter((part) => part !== '')
    .reduce((cut, part) => cut.replaceAll(part, '***'), text);
}
