// A Lambda Runtime API on loopback [AWS Lambda runtime API 2018-06-01] and the real runtime client that uses it: a function
// runs here as it does there, from its own folder and with its own memory.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { memoryOf } from './started-server';

/** `taskRoot`: the unzipped artifact; `handler`: as in the template, `handler/http.handler`. */
export type FunctionSpec = Readonly<{
  node: string;
  client: string;
  taskRoot: string;
  handler: string;
  env: Readonly<Record<string, string>>;
  /** Of the function; a quarter of it is left to what Node keeps beside the heap. */
  memoryMb: number;
}>;

/** The reply of the function to an event; `ms` since the event was handed over, or for the first one since the process started. */
export type InvokeReply = Readonly<{ kind: 'response' | 'error'; text: string; ms: number }>;

export type RunningFunction = Readonly<{
  invoke(event: unknown): Promise<InvokeReply>;
  /** Bytes, the most there were since the start; null where the system does not tell. */
  peakRss(): number | null;
  pid: number;
  /** All that it wrote. */
  output(): string;
  stop(): Promise<void>;
}>;

type WaitingCall = Readonly<{ resolve: (invoked: InvokeReply) => void; reject: (error: Error) => void; since: number }>;
type Invocation = Readonly<{ id: string; body: string }>;

const path = '/2018-06-01/runtime';
/** The time limit of an event in milliseconds, which the function learns. */
const patience = 30_000;

/** Starts a function. Its first event is waited for as long as any; a function that ends fails all that is asked of it. */
export async function startFunction(spec: FunctionSpec): Promise<RunningFunction> {
  const queue: Invocation[] = [];
  const idle: ((invocation: Invocation) => void)[] = [];
  const waiting = new Map<string, WaitingCall>();
  const server = createServer((req, res) => void serve(req, res, { queue, idle, waiting }));
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const startedAt = performance.now();
  const child = spawnClient(spec, (server.address() as AddressInfo).port);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (part: Buffer) => {
      output += part.toString();
    });
  }
  child.once('exit', (code, signal) => {
    const error = new Error(`the function ended with ${code ?? signal}: ${output.slice(-2000)}`);
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  });
  let isFirst = true;
  return {
    invoke: (event) =>
      new Promise((resolve, reject) => {
        if (child.exitCode !== null || child.signalCode !== null) return reject(new Error(`no function: ${output}`));
        const invocation = { id: randomUUID(), body: JSON.stringify(event) };
        waiting.set(invocation.id, { resolve, reject, since: isFirst ? startedAt : performance.now() });
        isFirst = false;
        const next = idle.shift();
        if (next === undefined) queue.push(invocation);
        else next(invocation);
      }),
    pid: child.pid ?? 0,
    peakRss: () => memoryOf(child.pid ?? 0, 'VmHWM'),
    output: () => output,
    stop: () => stop(child, server),
  };
}

function spawnClient({ node, client, taskRoot, handler, env, memoryMb }: FunctionSpec, port: number): ChildProcess {
  const heap = Math.floor(memoryMb * 0.75);
  return spawn(
    node,
    [`--max-old-space-size=${heap}`, `--max-semi-space-size=${memoryMb <= 256 ? 2 : 8}`, client, handler],
    {
      cwd: taskRoot,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
        LAMBDA_TASK_ROOT: taskRoot,
        _HANDLER: handler,
        AWS_LAMBDA_FUNCTION_NAME: 'bucket-exif',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
        AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/bucket-exif',
        AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
        AWS_EC2_METADATA_DISABLED: 'true',
        AWS_REGION: 'us-east-1',
        ...env,
      },
    },
  );
}

type State = Readonly<{
  queue: Invocation[];
  idle: ((invocation: Invocation) => void)[];
  waiting: Map<string, WaitingCall>;
}>;

async function serve(req: IncomingMessage, res: ServerResponse, { queue, idle, waiting }: State): Promise<void> {
  const url = req.url ?? '';
  if (req.method === 'GET' && url === `${path}/invocation/next`) {
    const give = (invocation: Invocation): void => void res.writeHead(200, headersOf(invocation)).end(invocation.body);
    const next = queue.shift();
    if (next === undefined) idle.push(give);
    else give(next);
    return;
  }
  const text = await readBody(req);
  const arrivedAt = performance.now();
  res.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
  const [, id = '', kind] = /\/invocation\/([^/]+)\/(response|error)$/.exec(url) ?? [];
  const failed = url === `${path}/init/error` ? [...waiting.keys()] : [id];
  for (const key of failed) {
    const found = waiting.get(key);
    waiting.delete(key);
    found?.resolve({ kind: kind === 'response' ? 'response' : 'error', text, ms: arrivedAt - found.since });
  }
}

function headersOf({ id }: Invocation): Record<string, string> {
  return {
    'content-type': 'application/json',
    'lambda-runtime-aws-request-id': id,
    'lambda-runtime-deadline-ms': String(Date.now() + patience),
    'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:000000000000:function:bucket-exif',
    'lambda-runtime-trace-id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700',
  };
}

async function readBody(req: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of req) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

async function stop(child: ChildProcess, server: Server): Promise<void> {
  const ended = child.exitCode === null ? new Promise((resolve) => child.once('close', resolve)) : Promise.resolve();
  child.kill('SIGKILL');
  await ended;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
