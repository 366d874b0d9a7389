// A load that costs little CPU itself, in a separate process: fixed bytes over kept-alive connections, and of each answer only its
// status and length are read. Prints the counts as JSON.
// `body`: sent by POST; null = GET.
//   node light-load.js '{"origin":"http://127.0.0.1:1","paths":["/a"],"headers":{},"body":null,"connections":4,"pauseMs":0,"seconds":1}'
import { connect, type Socket } from 'node:net';

export type LightPlan = Readonly<{
  origin: string;
  paths: readonly string[];
  headers: Readonly<Record<string, string>>;
  body: string | null;
  connections: number;
  /**
   * Milliseconds for which the load sleeps after each turn of its event loop, so that it reads several answers at once, which
   * costs less. The connections must be enough that the server has work in this time.
   */
  pauseMs: number;
  seconds: number;
}>;
/** `ok`: answers with status 200. `cpuMicros`: CPU of this process for an answer. `bytes`: of an answer. */
export type LightResult = Readonly<{ ok: number; failed: number; perSecond: number; cpuMicros: number; bytes: number }>;

const headEnd = '\r\n\r\n';
const lastChunk = '\r\n0\r\n\r\n';

/** The status of the answer that `bytes` begins with, and its length; null when it is not complete. In chunks: `bytes` is all. */
export function wholeAnswer(bytes: Buffer): Readonly<{ isOk: boolean; length: number }> | null {
  const end = bytes.indexOf(headEnd);
  if (end < 0) return null;
  const head = bytes.toString('latin1', 0, end);
  const isOk = head.startsWith('HTTP/1.1 200 ');
  if (/\r\ntransfer-encoding: chunked/i.test(head)) {
    const isWhole = bytes.toString('latin1', bytes.length - lastChunk.length) === lastChunk;
    return isWhole ? { isOk, length: bytes.length } : null;
  }
  const [, size = 'NaN'] = /\r\ncontent-length: (\d+)/i.exec(head) ?? [];
  const length = end + headEnd.length + Number(size);
  if (Number.isNaN(length)) throw new Error('an answer has no length');
  return bytes.length < length ? null : { isOk, length };
}

/** What all connections read into: each looks at its bytes at once. */
const received = Buffer.alloc(64 * 1024);

/** Sends one request after the other on one connection, until `count` returns false. */
function sendAll(
  at: Readonly<{ host: string; port: number }>,
  requests: readonly Buffer[],
  first: number,
  count: (isOk: boolean, length: number) => boolean,
): Socket {
  let number = first;
  /** What has arrived of an answer that is not complete. */
  let begun: Buffer | null = null;
  const next = (): void => void socket.write(requests[number++ % requests.length] ?? '');
  const read = (length: number): boolean => {
    const chunk = received.subarray(0, length);
    const bytes = begun === null ? chunk : Buffer.concat([begun, chunk]);
    const answer = wholeAnswer(bytes);
    begun = answer === null ? Buffer.from(bytes) : null;
    if (answer === null) return true;
    if (count(answer.isOk, answer.length)) next();
    else socket.destroy();
    return true;
  };
  const socket = connect({ ...at, noDelay: true, onread: { buffer: received, callback: read } });
  return socket.once('connect', next).resume();
}

/** A function that lets this process sleep for `ms` at the end of the turn of the event loop in which it is called. */
function sleepAfterTurn(ms: number): () => void {
  const never = new Int32Array(new SharedArrayBuffer(4));
  let isDue = ms === 0;
  return () => {
    if (isDue) return;
    isDue = true;
    setImmediate(() => {
      isDue = false;
      Atomics.wait(never, 0, 0, ms);
    });
  };
}

function run({ origin, paths, headers, body, connections, pauseMs, seconds }: LightPlan): void {
  const { hostname, port, host } = new URL(origin);
  if (hostname !== '127.0.0.1') throw new Error(`load goes to 127.0.0.1 only, not to ${origin}`);
  const length = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const method = body === null ? 'GET' : 'POST';
  const lines = Object.entries({ ...headers, ...length, host }).map(([name, value]) => `\r\n${name}: ${value}`);
  const requests = paths.map((path) =>
    Buffer.from(`${method} ${path} HTTP/1.1${lines.join('')}${headEnd}${body ?? ''}`),
  );
  let [ok, failed, bytes, open] = [0, 0, 0, connections];
  const [begin, cpu] = [performance.now(), process.cpuUsage()];
  const endsAt = begin + 1000 * seconds;
  const pause = sleepAfterTurn(pauseMs);
  const count = (isOk: boolean, length: number): boolean => {
    pause();
    bytes += length;
    if (isOk) ok++;
    else failed++;
    return performance.now() < endsAt;
  };
  const closed = (): void => {
    if (--open > 0) return;
    const { user, system } = process.cpuUsage(cpu);
    const perSecond = ok / ((performance.now() - begin) / 1000);
    const answers = ok + failed;
    const result: LightResult = { ok, failed, perSecond, cpuMicros: (user + system) / answers, bytes: bytes / answers };
    process.stdout.write(JSON.stringify(result));
  };
  for (let number = 0; number < connections; number++) {
    const socket = sendAll({ host: hostname, port: Number(port) }, requests, number, count);
    socket.once('error', () => failed++).once('close', closed);
  }
}

if (require.main === module) run(JSON.parse(process.argv[2] ?? '{}') as LightPlan);
