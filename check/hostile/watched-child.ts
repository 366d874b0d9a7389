// A child process that is asked one thing at a time, and ended when it does not answer.
import { type ChildProcess, fork } from 'node:child_process';
import type { FromChild, ToChild } from './child';

/** What came of a question: an answer, or how the child failed. */
export type Reply<Answer = FromChild> = Readonly<{ answer: Answer } | { failed: string }>;

export type WatchedChild<Question = ToChild, Answer = FromChild> = Readonly<{
  ask(message: Question): Promise<Reply<Answer>>;
  end(): void;
}>;

/**
 * The program `module` as a child; it is started again after each failure. Without an answer for `hangMs` milliseconds it
 * counts as hanging.
 */
export function watchedChild<Question extends object = ToChild, Answer = FromChild>(
  module: string,
  hangMs: number,
): WatchedChild<Question, Answer> {
  let child: ChildProcess | null = null;
  const start = () => fork(module, [], { execArgv: ['--expose-gc'] });
  const end = () => {
    child?.kill('SIGKILL');
    child = null;
  };
  return {
    end,
    ask: (message) =>
      new Promise((resolve) => {
        child ??= start();
        const asked = child;
        const finish = (reply: Reply<Answer>) => {
          clearTimeout(timer);
          asked.removeAllListeners();
          if ('failed' in reply) end();
          resolve(reply);
        };
        const timer = setTimeout(() => finish({ failed: `no answer for ${hangMs} ms: an endless loop?` }), hangMs);
        asked.once('message', (answer: Answer) => finish({ answer }));
        asked.once('exit', (code, signal) => finish({ failed: `the process ended with ${signal ?? code}` }));
        asked.once('error', (error) => finish({ failed: error.message }));
        asked.send(message);
      }),
  };
}
