// Load on one address of this machine, by autocannon in a separate process.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type CommandLine, onCore } from './cores';
import type { LoadPlan } from './mixed-load';

/** `unchanged`: answers 304. `failed`: answers that are neither 2xx nor 304, and errors. */
export type LoadResult = Readonly<{
  perSecond: number;
  total: number;
  p50: number;
  p99: number;
  unchanged: number;
  failed: number;
}>;

type Report = Readonly<{
  requests: { average: number; total: number };
  latency: { p50: number; p99: number };
  non2xx: number;
  errors: number;
  statusCodeStats: Readonly<Record<string, { count: number }>>;
}>;

/**
 * Milliseconds for latency; `seconds` of load over kept-alive connections, each asking for the paths in turn. `core`: the core
 * for the process that makes the load; null = any.
 */
export async function load(plan: LoadPlan, core: number | null = null): Promise<LoadResult> {
  if (!plan.origin.startsWith('http://127.0.0.1:'))
    throw new Error(`load goes to 127.0.0.1 only, not to ${plan.origin}`);
  const args = [join(__dirname, 'mixed-load.js'), JSON.stringify(plan)];
  return resultOf(await outputOf(onCore(core, [process.execPath, ...args]), (plan.seconds + 30) * 1000));
}

function resultOf(report: string): LoadResult {
  const { requests, latency, non2xx, errors, statusCodeStats } = JSON.parse(report) as Report;
  const { average: perSecond, total } = requests;
  const unchanged = statusCodeStats['304']?.count ?? 0;
  return { perSecond, total, p50: latency.p50, p99: latency.p99, unchanged, failed: non2xx - unchanged + errors };
}

/** What a program prints. */
export function outputOf([program, ...args]: CommandLine, timeout: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], timeout });
    let text = '';
    child.stdout.on('data', (part: Buffer) => {
      text += part.toString();
    });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve(text) : reject(new Error(`the load ended with ${code}`))));
  });
}
