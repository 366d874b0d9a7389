// Warms in several worker threads, so that reading and decoding use several cores. The main thread lists, counts and keeps the
// state; a worker has its own connections.

import { realpathSync } from 'node:fs';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { type ProblemCode, ProblemError } from '../../lib/problem';
import type { Attempt, Warm } from './warm-object';

/** The workers. `close` ends them, and what they are doing. */
export type WorkerPool = Readonly<{ warm: Warm; close(): Promise<void> }>;

type Question = Readonly<{ id: number; key: string; etag: string | null }>;
/** `problem` is the code of a ProblemError; null for an error that is a bug. */
type SentError = Readonly<{ problem: ProblemCode | null; message: string }>;
type Reply = Readonly<{ id: number; attempt: Omit<Attempt, 'error'>; error: SentError | null }>;

/** Marks a thread of this program as a worker. */
const mark = 'bucket-exif backfill worker';

/** Whether this thread is a worker. */
export function isWorker(): boolean {
  return workerData === mark;
}

/** Starts `count` threads that run this program with the arguments `args` again. */
export function openWorkers(count: number, args: readonly string[]): WorkerPool {
  const workers = Array.from({ length: count }, () => startWorker(args));
  return {
    warm: (key, etag) => workers.reduce((one, other) => (other.waiting() < one.waiting() ? other : one)).ask(key, etag),
    close: async () => void (await Promise.all(workers.map((worker) => worker.end()))),
  };
}

type Waiting = Readonly<{ resolve(attempt: Attempt): void; reject(error: unknown): void }>;
type OneWorker = Readonly<{ ask: Warm; waiting(): number; end(): Promise<unknown> }>;

function startWorker(args: readonly string[]): OneWorker {
  const thread = new Worker(realpathSync(process.argv[1] ?? ''), { argv: [...args], workerData: mark });
  const waiting = new Map<number, Waiting>();
  let failure: unknown = null;
  let asked = 0;
  thread.on('message', ({ id, attempt, error }: Reply) => {
    waiting.get(id)?.resolve({ ...attempt, error: error === null ? null : receivedError(error) });
    waiting.delete(id);
  });
  const fail = (error: unknown): void => {
    failure ??= error;
    for (const { reject } of waiting.values()) reject(failure);
    waiting.clear();
  };
  thread.on('error', fail);
  thread.on('exit', (code) => fail(new ProblemError('InternalError', `A worker ended with ${code}`)));
  return {
    ask: (key, etag) =>
      new Promise((resolve, reject) => {
        if (failure !== null) return reject(failure);
        const question: Question = { id: asked++, key, etag };
        waiting.set(question.id, { resolve, reject });
        thread.postMessage(question);
      }),
    waiting: () => waiting.size,
    end: () => thread.terminate(),
  };
}

/** The work of a worker: answers each question of the main thread by `warm`. */
export function serveWorker(warm: Warm): void {
  parentPort?.on('message', ({ id, key, etag }: Question) => {
    void warm(key, etag).then(({ error, ...attempt }) =>
      parentPort?.postMessage({ id, attempt, error: error === null ? null : sentError(error) } satisfies Reply),
    );
  });
}

function sentError(error: unknown): SentError {
  const message = error instanceof Error ? error.message : 'a value that is not an Error was thrown';
  return { problem: error instanceof ProblemError ? error.code : null, message };
}

function receivedError({ problem, message }: SentError): Error {
  return problem === null ? new Error(message) : new ProblemError(problem, message);
}
