// Load on one address of this machine, by autocannon in a separate process.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

export type LoadResult = Readonly<{
  perSecond: number;
  total: number;
  p50: number;
  p99: number;
  non2xx: number;
  errors: number;
}>;

type Report = Readonly<{
  requests: { average: number; total: number };
  latency: { p50: number; p99: number };
  non2xx: number;
  errors: number;
}>;

/** Milliseconds for latency; `seconds` of load over `connections` kept-alive connections. */
export async function load(url: string, connections: number, seconds: number): Promise<LoadResult> {
  if (!url.startsWith('http://127.0.0.1:')) throw new Error(`load goes to 127.0.0.1 only, not to ${url}`);
  const program = require.resolve('autocannon/autocannon.js');
  const args = [program, '--json', '-c', String(connections), '-d', String(seconds), url];
  return resultOf(await outputOf(args, (seconds + 30) * 1000));
}

/** The same on several paths of `origin`, each connection asking for one after the other. */
export async function loadInTurn(
  origin: string,
  paths: readonly string[],
  connections: number,
  seconds: number,
): Promise<LoadResult> {
  const args = [join(__dirname, 'mixed-load.js'), origin, String(connections), String(seconds), ...paths];
  return resultOf(await outputOf(args, (seconds + 30) * 1000));
}

function resultOf(report: string): LoadResult {
  const { requests, latency, non2xx, errors } = JSON.parse(report) as Report;
  const { average: perSecond, total } = requests;
  return { perSecond, total, p50: latency.p50, p99: latency.p99, non2xx, errors };
}

function outputOf(args: readonly string[], timeout: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'], timeout });
    let text = '';
    child.stdout.on('data', (part: Buffer) => {
      text += part.toString();
    });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve(text) : reject(new Error(`autocannon ended with ${code}`))));
  });
}
