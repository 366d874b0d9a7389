// The API of SCF on loopback, as far as a deployment uses it: it checks signatures (TC3-HMAC-SHA256), keeps functions and
// triggers, finishes work only after a few status requests, and makes faults on demand.
import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { fakeKeys } from './fake-s3';
import { listenOnLoopback } from './loopback';

/** Those of fake-s3.ts, because the code may go through a bucket; with a session token. */
export const scfKeys = {
  id: fakeKeys.accessKeyId,
  secret: fakeKeys.secretAccessKey,
  token: 'fakeTokenOfTheTest',
};

type Json = Record<string, unknown>;
type Fault =
  | Readonly<{ kind: 'code'; code: string; done?: boolean }>
  | Readonly<{ kind: 'http'; status: number }>
  | Readonly<{ kind: 'hang' | 'reset'; done: boolean }>;

export type StoredFunction = {
  state: Json;
  code: Json;
  next: { status: string; looks: number } | null;
  triggers: Json[];
};
export type Call = Readonly<{ action: string; body: Json }>;

export type ScfApiServer = Readonly<{
  endpoint: URL;
  calls: Call[];
  functions: Map<string, StoredFunction>;
  /** The fault of the n-th call (from 0) of an action; each happens once. */
  faults: Map<string, Fault>;
  /** Looks until a change is done. */
  settings: { looks: number; createFails: boolean };
  close(): Promise<void>;
}>;

const version = '2018-04-16';
const region = 'ap-guangzhou';

/** Listens on loopback; the name of the endpoint begins with the service, as the SDK needs it. */
export async function scfApi(): Promise<ScfApiServer> {
  const calls: Call[] = [];
  const functions = new Map<string, StoredFunction>();
  const faults = new Map<string, Fault>();
  const settings = { looks: 2, createFails: false };
  const server = createServer((req, res) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of req) chunks.push(chunk as Buffer);
      const payload = Buffer.concat(chunks);
      const action = String(req.headers['x-tc-action']);
      const refusal = refuse(req, payload);
      if (refusal !== null) return reply(res, { Error: refusal });
      const body = JSON.parse(payload.toString('utf8')) as Json;
      const index = calls.filter((call) => call.action === action).length;
      calls.push({ action, body });
      const fault = faults.get(`${action} ${index}`) ?? null;
      const answer = (): Json => act(action, body, functions, settings);
      if (fault === null) return reply(res, answer());
      if (fault.kind === 'http') return void res.writeHead(fault.status).end('bad gateway');
      if (fault.done === true) answer();
      if (fault.kind === 'code')
        return reply(res, { Error: { Code: fault.code, Message: `${scfKeys.secret} cannot be used` } });
      if (fault.kind === 'reset') req.socket.destroy();
    })();
  });
  const { port, close } = await listenOnLoopback(server);
  return {
    endpoint: new URL(`http://scf.localhost:${port}`),
    calls,
    functions,
    faults,
    settings,
    close,
  };
}

function reply(res: ServerResponse, response: Json): void {
  const text = JSON.stringify({ Response: { ...response, RequestId: 'f00d' } });
  res.writeHead(200, { 'content-type': 'application/json' }).end(text);
}

/** [Tencent Cloud API, Signature v3]; the SDK signs the host without its port. */
function refuse({ headers, method }: IncomingMessage, payload: Buffer): Json | null {
  const authorization = headers.authorization ?? '';
  const [, id, date = '', service = '', signed = '', signature] =
    /^TC3-HMAC-SHA256 Credential=([^/]+)\/(\d{4}-\d\d-\d\d)\/([^/]+)\/tc3_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      authorization,
    ) ?? [];
  if (id !== scfKeys.id) return { Code: 'AuthFailure.SecretIdNotFound', Message: `The SecretId ${id} is not found` };
  if (headers['x-tc-token'] !== scfKeys.token) return { Code: 'AuthFailure.TokenFailure', Message: 'Token' };
  const values: Json = { ...headers, host: (headers.host ?? '').replace(/:\d+$/, '') };
  const lines = signed.split(';').map((name) => `${name}:${String(values[name]).trim()}\n`);
  const canonical = [method, '/', '', lines.join(''), signed, sha256(payload)].join('\n');
  const timestamp = String(headers['x-tc-timestamp']);
  const isNow = Math.abs(Number(timestamp) - Date.now() / 1000) < 300;
  const isDated = isNow && new Date(Number(timestamp) * 1000).toISOString().startsWith(date);
  const text = ['TC3-HMAC-SHA256', timestamp, `${date}/${service}/tc3_request`, sha256(canonical)].join('\n');
  const key = [date, service, 'tc3_request'].reduce<Buffer>(
    (last, part) => hmac(last, part),
    Buffer.from(`TC3${scfKeys.secret}`),
  );
  const isSigned = ['content-type', 'host'].every((name) => signed.split(';').includes(name));
  if (!isDated || !isSigned || service !== 'scf' || hmac(key, text).toString('hex') !== signature)
    return { Code: 'AuthFailure.SignatureFailure', Message: 'The signature does not match' };
  if (headers['x-tc-version'] !== version || headers['x-tc-region'] !== region)
    return { Code: 'InvalidParameter', Message: 'version or region' };
  return payload.length > 10_000_000 ? { Code: 'RequestSizeLimitExceeded', Message: '10 MB' } : null;
}

function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

type Store = Map<string, StoredFunction>;
type Rules = ScfApiServer['settings'];

/** What the API answers, and what it does. */
function act(action: string, body: Json, functions: Store, rules: Rules): Json {
  const name = String(body['FunctionName']);
  if (body['Namespace'] !== 'default') return failed('ResourceNotFound.Namespace');
  if (action === 'CreateFunction') return create(name, body, functions, rules);
  const found = functions.get(name);
  if (found === undefined) return failed('ResourceNotFound.Function');
  if (action === 'GetFunction') return lookAt(found, () => functions.delete(name));
  if (action === 'ListTriggers') return { TotalCount: found.triggers.length, Triggers: found.triggers };
  // As the real one does: nothing is changed while something else is under way.
  if (found.next !== null) return failed('FailedOperation.FunctionStatusError');
  return change(action, body, found, rules);
}

function change(action: string, body: Json, found: StoredFunction, { looks }: Rules): Json {
  const { FunctionName: _, Namespace: __, ...rest } = body;
  const working = (status: string): void => {
    found.state['Status'] = status;
    found.next = { status: 'Active', looks };
  };
  switch (action) {
    case 'UpdateFunctionCode':
      found.code = rest;
      working('Updating');
      return {};
    case 'UpdateFunctionConfiguration':
      Object.assign(found.state, rest);
      working('Updating');
      return {};
    case 'DeleteFunction':
      found.next = { status: 'gone', looks };
      found.state['Status'] = 'Deleting';
      return {};
    case 'CreateTrigger':
      return createTrigger(rest, found);
    case 'UpdateTrigger':
      return updateTrigger(rest, found);
    case 'DeleteTrigger': {
      const at = found.triggers.findIndex((other) => isSame(other, rest));
      if (at < 0) return failed('ResourceNotFound.Trigger');
      found.triggers.splice(at, 1);
      return {};
    }
    default:
      return failed('InvalidAction');
  }
}

function create(name: string, body: Json, functions: Store, { looks, createFails }: Rules): Json {
  if (functions.has(name)) return failed('ResourceInUse.Function');
  const { Code, CodeSource, Namespace: _, ...state } = body;
  const status = createFails ? 'CreateFailed' : 'Active';
  functions.set(name, {
    state: { ...state, Status: 'Creating' },
    code: { ...(Code as Json), CodeSource },
    next: { status, looks },
    triggers: [],
  });
  return {};
}

function lookAt(found: StoredFunction, remove: () => void): Json {
  if (found.next !== null && found.next.looks-- <= 0) {
    if (found.next.status === 'gone') {
      remove();
      return failed('ResourceNotFound.Function');
    }
    found.state['Status'] = found.next.status;
    found.next = null;
  }
  return { ...found.state };
}

function createTrigger(rest: Json, found: StoredFunction): Json {
  const description = JSON.parse(String(rest['TriggerDesc'])) as { event?: string; filter?: { Prefix: string } };
  const overlaps = (other: Json): boolean => {
    const { event, filter } = JSON.parse(String(other['TriggerDesc'])) as typeof description;
    const [a, b] = [filter?.Prefix ?? '', description.filter?.Prefix ?? ''];
    return other['Type'] === rest['Type'] && event === description.event && (a.startsWith(b) || b.startsWith(a));
  };
  if (found.triggers.some(overlaps)) return failed('ResourceInUse.Trigger');
  found.triggers.push(stored(rest));
  return { TriggerInfo: {} };
}

function updateTrigger(rest: Json, found: StoredFunction): Json {
  const at = found.triggers.findIndex(
    (other) => other['TriggerName'] === rest['TriggerName'] && other['Type'] === 'http',
  );
  if (at < 0 || rest['Type'] !== 'http') return failed('ResourceNotFound.Trigger');
  found.triggers[at] = stored(rest);
  return {};
}

/** As ListTriggers has it: a URL with its address, the switch as a number. */
function stored(rest: Json): Json {
  const description = JSON.parse(String(rest['TriggerDesc'])) as { NetConfig?: Json };
  if (description.NetConfig !== undefined) {
    description.NetConfig['ExtranetUrl'] = 'https://1250000000-abc.ap-guangzhou.tencentscf.com';
  }
  return { ...rest, TriggerDesc: JSON.stringify(description), Enable: rest['Enable'] === 'OPEN' ? 1 : 0 };
}

function isSame(a: Json, b: Json): boolean {
  const names = ['TriggerName', 'Type', 'TriggerDesc', 'Qualifier'];
  return names.every((name) => a[name] === b[name]);
}

function failed(Code: string): Json {
  return { Error: { Code, Message: `It is ${Code}` } };
}
