// Warms in several worker threads, so that reading and decoding use several cores. The main thread lists, counts and keeps the
// state; a worker has its own connections.

import { type ProblemCode, ProblemError } from '../../lib/problem';
import { isThread, openThreads, serveThread } from '../terminal/threads';
import type { Attempt, Warm } from './warm-object';

/** The workers. `close` ends them, and what they are doing. */
export type WorkerPool = Readonly<{ warm: Warm; close(): Promise<void> }>;

type Question = Readonly<{ key: string; etag: string | null }>;
/** `problem` is the code of a ProblemError; null for an error that is a bug. */
type SentError = Readonly<{ problem: ProblemCode | null; message: string }>;
type Answer = Readonly<{ attempt: Omit<Attempt, 'error'>; error: SentError | null }>;

/** Marks a thread of this program as a worker. */
const mark = 'bucket-exif backfill worker';

/** Whether this thread is a worker. */
export function isWorker(): boolean {
  return isThread(mark);
}

/** Starts `count` threads that run this program with the arguments `args` again. */
export function openWorkers(count: number, args: readonly string[]): WorkerPool {
  const threads = openThreads<Question, Answer>(count, args, mark);
  return {
    async warm(key, etag) {
      const { attempt, error } = await threads.ask({ key, etag });
      return { ...attempt, error: error === null ? null : receivedError(error) };
    },
    close: threads.close,
  };
}

/** The work of a worker: answers each question of the main thread by `warm`. */
export function serveWorker(warm: Warm): void {
  serveThread<Question, Answer>(async ({ key, etag }) => {
    const { error, ...attempt } = await warm(key, etag);
    return { attempt, error: error === null ? null : sentError(error) };
  });
}

function sentError(error: unknown): SentError {
  const message = error instanceof Error ? error.message : 'a value that is not an Error was thrown';
  return { problem: error instanceof ProblemError ? error.code : null, message };
}

function receivedError({ problem, message }: SentError): Error {
  return problem === null ? new Error(message) : new ProblemError(problem, message);
}
