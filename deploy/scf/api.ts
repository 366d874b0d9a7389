// The calls to the API of SCF that a deployment needs, through Tencent's SDK. They also wait, because the API goes on working
// after its answer.
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
type WriteAction =
  | `${'Create' | 'Update' | 'Delete'}Trigger`
  | `${'Create' | 'Delete'}Function`
  | `UpdateFunction${FunctionPart}`;
type FunctionPart = 'Code' | 'Configuration';

export type ScfApi = Readonly<{
  /** null = there is no such function. */
  getFunction(name: string): Promise<FunctionState | null>;
  listTriggers(name: string): Promise<readonly TriggerState[]>;
  /** Sent only once, because a change must not be made twice. */
  change<Action extends WriteAction>(action: Action, request: Omit<Request<Action>, 'Namespace'>): Promise<void>;
}>;

export type ApiOptions = Readonly<{
  endpoint: URL;
  region: string;
  namespace: string;
  keys: Keys;
  /** Milliseconds for one call. It may send the code. */
  callMs: number;
  sleep(ms: number): Promise<void>;
}>;

/** A call that failed. `uncertain` = there was no answer of the API, so the change may have been made. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly code: string | null,
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

/** Opens the API. No error contains a key. */
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

/**
 * `call` sends a request; `read` repeats it after a failure that may be temporary, so it is only for calls that change nothing.
 */
function openCalls(options: ApiOptions) {
  const client = openClient(options);
  const call = async <T>(action: string, request: unknown): Promise<T> => {
    try {
      return (await client.request(action, request as never)) as T;
    } catch (error) {
      throw toApiError(action, error, options.keys);
    }
  };
  const read = async <T>(action: 'GetFunction' | 'ListTriggers', request: unknown): Promise<T> => {
    for (const pause of pausesMs) {
      try {
        return await call<T>(action, request);
      } catch (error) {
        if (!(error instanceof ApiError) || !isTemporary(error)) throw error;
        await options.sleep(pause);
      }
    }
    return call<T>(action, request);
  };
  return { call, read };
}

function openClient({ endpoint, region, keys, callMs }: ApiOptions): Client {
  const { secretId, secretKey, token } = keys;
  // The SDK takes seconds, and signs for the service that is named before the first dot of the host.
  const httpProfile = { endpoint: endpoint.host, protocol: `${endpoint.protocol}//`, reqTimeout: callMs / 1000 };
  const isLocal = endpoint.protocol === 'http:';
  return new scf.v20180416.Client({
    credential: { secretId, secretKey, ...(token === null ? {} : { token }) },
    region,
    profile: { httpProfile: isLocal ? { ...httpProfile, agent: new Agent(toThisMachine) } : httpProfile },
  });
}

/** Names that end in `.localhost` mean this machine [RFC 6761 6.3], but not every resolver knows that. */
const toThisMachine: AgentOptions & { lookup: LookupFunction } = {
  lookup: (_name, options, done) => {
    if (options.all === true) done(null, [{ address: '127.0.0.1', family: 4 }]);
    else done(null, '127.0.0.1', 4);
  },
};

/** The SDK's error has a code when the API answered, an HTTP status when a gateway answered, and otherwise neither. */
function toApiError(action: string, error: unknown, keys: Keys): ApiError {
  const { code, httpCode, requestId } = error as { code?: string; httpCode?: number; requestId?: string };
  const text = withoutKeys(error instanceof Error ? error.message : String(error), keys);
  if (code) {
    const id = requestId ? ` (request ${requestId})` : '';
    return new ApiError(`${action}: ${code}: ${text}${id}`, code, code.startsWith('InternalError'));
  }
  if (httpCode) return new ApiError(`${action}: HTTP ${httpCode}`, null, true);
  return new ApiError(`${action}: no answer: ${text}`, null, true);
}

/** Whether a call that only reads may succeed the next time. */
function isTemporary({ code, uncertain }: ApiError): boolean {
  return uncertain || code === 'RequestLimitExceeded' || code === 'FailedOperation';
}

function withoutKeys(text: string, { secretId, secretKey, token }: Keys): string {
  return [secretKey, secretId, token ?? '']
    .filter((part) => part !== '')
    .reduce((cut, part) => cut.replaceAll(part, '***'), text);
}

export type PollOptions = Readonly<{
  /** Milliseconds between two calls that read the state. */
  pollMs: number;
  /** Milliseconds after which waiting fails. */
  limitMs: number;
  sleep(ms: number): Promise<void>;
  /** Called after each read that found the function not ready. */
  progress(status: string, ms: number): void;
}>;

/** States that do not change by waiting. */
const failed = new Set(['CreateFailed', 'UpdateFailed', 'PublishFailed', 'DeleteFailed']);

/** Waits until a function is active. Throws Error when it failed, was deleted, or takes longer than `limitMs`. */
export async function untilActive(api: ScfApi, name: string, patience: PollOptions): Promise<void> {
  await until(api, name, patience, (state) => {
    if (state === null) throw new Error(`Function ${name} was deleted during the deployment`);
    const status = state.Status ?? 'unknown';
    if (failed.has(status)) throw new Error(`Function ${name} is ${status}: ${reasonsOf(state)}`);
    return status === 'Active';
  });
}

/** Waits until a function is deleted. Throws Error when that takes longer than `limitMs`. */
export async function untilGone(api: ScfApi, name: string, patience: PollOptions): Promise<void> {
  await until(api, name, patience, (state) => state === null);
}

async function until(
  api: ScfApi,
  name: string,
  { pollMs, limitMs, sleep, progress }: PollOptions,
  isDone: (state: FunctionState | null) => boolean,
): Promise<void> {
  let status = 'unknown';
  for (let read = 0; read < Math.max(1, Math.ceil(limitMs / pollMs)); read++) {
    if (read > 0) await sleep(pollMs);
    const state = await api.getFunction(name);
    if (isDone(state)) return;
    status = state?.Status ?? 'unknown';
    progress(status, (read + 1) * pollMs);
  }
  throw new Error(`Function ${name} is still ${status} after ${Math.round(limitMs / 1000)} s`);
}

function reasonsOf({ StatusReasons, StatusDesc }: FunctionState): string {
  const reasons = (StatusReasons ?? []).map(({ ErrorMessage }) => ErrorMessage).filter(Boolean);
  return [...reasons, StatusDesc].filter(Boolean).join('; ') || 'the API gave no reason';
}
