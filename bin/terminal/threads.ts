// Runs the same program in several worker threads, which answer the questions of the main thread.

import { realpathSync } from 'node:fs';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { ProblemError } from '../../lib/problem';

/** The threads. `ask` gives a question to the one with the fewest open questions; `close` ends them, and what they are doing. */
export type Threads<Question, Answer> = Readonly<{
  ask(question: Question): Promise<Answer>;
  close(): Promise<void>;
}>;

/** Questions and answers are copied between threads, so they are plain data. */
type Sent<Question> = Readonly<{ id: number; question: Question }>;
type Reply<Answer> = Readonly<{ id: number; answer: Answer }>;

/** Whether this thread is one of those that `openThreads` started with this mark. */
export function isThread(mark: string): boolean {
  return workerData === mark;
}

/** Starts `count` threads that run this program again, with the arguments `args`. */
export function openThreads<Question, Answer>(
  count: number,
  args: readonly string[],
  mark: string,
): Threads<Question, Answer> {
  const threads = Array.from({ length: count }, () => startThread<Question, Answer>(args, mark));
  return {
    ask: (question) => threads.reduce((one, other) => (other.waiting() < one.waiting() ? other : one)).ask(question),
    close: async () => void (await Promise.all(threads.map((thread) => thread.end()))),
  };
}

type Waiting<Answer> = Readonly<{ resolve(answer: Answer): void; reject(error: unknown): void }>;
type OneThread<Question, Answer> = Readonly<{
  ask(question: Question): Promise<Answer>;
  waiting(): number;
  end(): Promise<unknown>;
}>;

function startThread<Question, Answer>(args: readonly string[], mark: string): OneThread<Question, Answer> {
  const thread = new Worker(realpathSync(process.argv[1] ?? ''), { argv: [...args], workerData: mark });
  const waiting = new Map<number, Waiting<Answer>>();
  let failure: unknown = null;
  let asked = 0;
  thread.on('message', ({ id, answer }: Reply<Answer>) => {
    waiting.get(id)?.resolve(answer);
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
    ask: (question) =>
      new Promise((resolve, reject) => {
        if (failure !== null) return reject(failure);
        const id = asked++;
        waiting.set(id, { resolve, reject });
        thread.postMessage({ id, question } satisfies Sent<Question>);
      }),
    waiting: () => waiting.size,
    end: () => thread.terminate(),
  };
}

/** The work of a thread: answers each question of the main thread. `answer` must not throw. */
export function serveThread<Question, Answer>(answer: (question: Question) => Promise<Answer>): void {
  parentPort?.on('message', ({ id, question }: Sent<Question>) => {
    void answer(question).then((given) => parentPort?.postMessage({ id, answer: given } satisfies Reply<Answer>));
  });
}
