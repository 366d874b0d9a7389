// Leads workers: starts them, replaces those that end, and stops them. node:cluster accepts the connections in this process and
// hands each to a worker in turn, so even a few connections that are kept alive use all workers. If the workers accepted the
// connections themselves, a new one would cost half as much CPU (330 us), but the spread would be left to chance: with reusePort,
// 4 of 4 connections went to one worker in 4 of 20 tries, with SCHED_NONE even 64 of 64 in one try.
import cluster, { type Worker } from 'node:cluster';
import { type AddressInfo, createServer } from 'node:net';
import type { Env } from '../../lib/types';
import { type LogSettings, writeLog } from '../write-log';
import { createSlotDesk, type SlotDesk } from './leased-slots';
import { endProcess } from './output';
import type { ServerMetrics } from './server-metrics';
import { type Place, placeName } from './shares';
import { onStopSignals } from './stop-signals';
import { createMetricsSum, type MetricsSum } from './sum-metrics';
import { wholeLines } from './whole-lines';
import { type FromWorker, readFromWorker, type ToWorker } from './worker-messages';

export type Leading = Readonly<{
  count: number;
  /** `port` 0 means a free port. */
  host: string;
  port: number;
  /** The arguments of each worker, which runs the same program, and what its environment has more than that of this process. */
  args: readonly string[];
  env: Env;
  log: LogSettings;
  metrics: ServerMetrics | null;
  /** Called once, when all workers listen. */
  opened(port: number): void;
  /** Called for an address that cannot be used, such as with EADDRINUSE, instead of `opened`. */
  failed(error: Error): void;
  /** Called once, when a signal or `stop` begins to end the workers. */
  stopping(signal: string): void;
}>;

export type Workers = Readonly<{ stop(): void }>;

/** Milliseconds before a worker is replaced that has not lived long: the first pause, and the longest. */
const pauses = { first: 100, longest: 10_000 } as const;
/** Milliseconds after which a worker has lived long. */
const longLife = 60_000;

/** The pause before the next start, after a worker has lived for `livedMs` and the pause before it was `before`. */
export function nextPause(before: number, livedMs: number): number {
  return livedMs >= longLife ? 0 : Math.min(Math.max(before * 2, pauses.first), pauses.longest);
}

/** A place for a worker, and the worker that has it now. */
type Seat = {
  readonly index: number;
  worker: Worker | null;
  isListening: boolean;
  startedAt: number;
  pause: number;
  /** The worker's own words about its end. */
  reason: string | null;
};

/** The state of the process that leads. */
type Lead = {
  readonly leading: Leading;
  readonly seats: readonly Seat[];
  readonly desk: SlotDesk<Worker>;
  readonly sum: MetricsSum<Worker>;
  phase: 'starting' | 'running' | 'stopping';
  port: number;
  exitCode: number;
};

/** Starts the workers. This process ends with code 0 after a signal or `stop`, when all open requests are finished. */
export function startWorkers(leading: Leading): Workers {
  const seats = Array.from({ length: leading.count }, (_, index) => emptySeat(index));
  const ask = (worker: Worker, round: number): void => tell(worker, { kind: 'report', round });
  const sum = createMetricsSum(leading.metrics?.list ?? [], () => workersOf(seats), ask);
  const { port } = leading;
  const lead: Lead = { leading, seats, desk: createSlotDesk(), sum, phase: 'starting', port, exitCode: 0 };
  const stopFor = (signal: string): void => {
    leading.stopping(signal);
    stop(lead);
  };
  onStopSignals(stopFor, () => kill(lead));
  cluster.setupPrimary({ args: [...leading.args], stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  // An address that cannot be used is found here, once; and a free port is known before the first worker starts.
  const probe = createServer().once('error', leading.failed);
  probe.listen(port, leading.host, () => {
    lead.port = (probe.address() as AddressInfo).port;
    probe.close(() => {
      for (const seat of seats) start(lead, seat);
    });
  });
  return { stop: () => stop(lead) };
}

function emptySeat(index: number): Seat {
  return { index, worker: null, isListening: false, startedAt: 0, pause: 0, reason: null };
}

function workersOf(seats: readonly Seat[]): readonly Worker[] {
  return seats.flatMap(({ worker }) => worker ?? []);
}

function tell(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message, () => undefined);
}

function start(lead: Lead, seat: Seat): void {
  if (lead.phase === 'stopping') return;
  const place: Place = { index: seat.index, count: lead.leading.count, port: lead.port };
  const worker = cluster.fork({ ...lead.leading.env, [placeName]: JSON.stringify(place) });
  Object.assign(seat, { ...emptySeat(seat.index), worker, startedAt: performance.now(), pause: seat.pause });
  const { process: child } = worker;
  const closeHanded = rememberHanded(child);
  if (child.stdout !== null) wholeLines(child.stdout, process.stdout);
  worker.on('message', (value) => {
    const message = readFromWorker(value);
    if (message !== null) void answer(lead, seat, worker, message);
  });
  worker.on('error', () => undefined); // it could not start, or cannot be reached: it ends
  worker.once('listening', () => listening(lead, seat));
  child.once('close', (code, signal) => {
    closeHanded();
    ended(lead, seat, worker, signal ?? `exit code ${code}`);
  });
}

/**
 * Returns a function that closes the connection that a worker was given last. node:cluster closes its own handle of it when the
 * worker says that it has it, and never when the worker ends before: then the client would wait for ever.
 */
function rememberHanded(child: Worker['process']): () => void {
  let last: unknown = null;
  const send = child.send.bind(child) as (message: unknown, handle?: unknown, ...more: unknown[]) => boolean;
  child.send = (message: unknown, handle?: unknown, ...more: unknown[]) => {
    if (handle != null && typeof handle === 'object' && 'close' in handle) last = handle;
    return send(message, handle, ...more);
  };
  return () => (last as { close(): void } | null)?.close(); // once more does nothing
}

function listening(lead: Lead, seat: Seat): void {
  const { leading, seats, phase } = lead;
  seat.isListening = true;
  if (phase === 'running')
    writeLog({ level: 'warn', code: 'OK', note: `Worker ${seat.index + 1} is replaced` }, leading.log);
  if (phase !== 'starting' || !seats.every(({ isListening }) => isListening)) return;
  lead.phase = 'running';
  leading.opened(lead.port);
}

async function answer(lead: Lead, seat: Seat, worker: Worker, message: FromWorker): Promise<void> {
  const { desk, sum } = lead;
  switch (message.kind) {
    case 'failed':
      seat.reason = message.text;
      if (lead.phase === 'starting') giveUp(lead, message.text, message.exitCode);
      break;
    case 'take':
      tell(worker, { kind: 'taken', id: message.id, isTaken: await desk.take(worker, message) });
      break;
    case 'leave':
      desk.leave(worker, message.id);
      break;
    case 'give':
      desk.give(worker, message.name);
      break;
    case 'report':
      sum.report(worker, message.round, message.samples);
      break;
    case 'metrics':
      tell(worker, { kind: 'metrics', id: message.id, text: await sum.text() });
  }
}

/** `how`: the signal or the exit code with which the worker has ended. */
function ended(lead: Lead, seat: Seat, worker: Worker, how: string): void {
  seat.worker = null;
  lead.desk.release(worker);
  lead.sum.end(worker);
  if (lead.phase === 'stopping') {
    if (how !== 'exit code 0') lead.exitCode = 1;
    return finish(lead);
  }
  const reason = seat.reason ?? how;
  if (lead.phase === 'starting') return giveUp(lead, `A worker has ended before it was ready: ${reason}`, 1);
  seat.pause = nextPause(seat.pause, performance.now() - seat.startedAt);
  const problem = `Worker ${seat.index + 1} has ended (${reason}); another one starts in ${seat.pause} ms`;
  writeLog({ level: 'error', code: 'InternalError', problem }, lead.leading.log);
  setTimeout(() => start(lead, seat), seat.pause);
}

/** Ends all at once, because a worker cannot start. */
function giveUp(lead: Lead, text: string, exitCode: number): void {
  kill(lead);
  process.stderr.write(`${text}\n`);
  process.exit(exitCode);
}

function kill({ seats }: Lead): void {
  for (const worker of workersOf(seats)) worker.process.kill('SIGKILL');
}

function stop(lead: Lead): void {
  lead.phase = 'stopping';
  for (const worker of workersOf(lead.seats)) tell(worker, { kind: 'stop' });
  finish(lead);
}

/** Ends this process when no worker is left. */
function finish({ seats, exitCode }: Lead): void {
  if (workersOf(seats).length === 0) endProcess(exitCode);
}
