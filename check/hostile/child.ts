// The process that answers: one file a message. Its parent watches it, so that a hang or a crash is seen and named.
import { join } from 'node:path';
import { type FileOutcome, fileRunner } from './run-file';

/** To the child: a file to answer for, or a wish for the memory in use after a collection. */
export type ToChild = Readonly<{ root: string; key: string } | { memory: true }>;
/** From the child. `rss` in bytes, at that moment. */
export type FromChild = Readonly<{ outcome?: FileOutcome; uncaught?: string; rss: number }>;

/** Files between two collections of garbage. Without them, the memory in use would depend on how busy the machine is. */
const collectedAfter = 16;

function serve(): void {
  let files = 0;
  const run = fileRunner(join('docs', 'schema'));
  const send = (message: Omit<FromChild, 'rss'>) => process.send?.({ ...message, rss: process.memoryUsage().rss });
  process.on('uncaughtException', (error) => send({ uncaught: error.stack ?? error.message }));
  process.on('unhandledRejection', (reason) => send({ uncaught: `rejection: ${String(reason)}` }));
  process.on('message', (message: ToChild) => {
    if ('memory' in message) {
      globalThis.gc?.();
      send({});
    } else {
      if (files++ % collectedAfter === 0) globalThis.gc?.();
      run(message.root, message.key).then(
        (outcome) => send({ outcome }),
        (error: unknown) => send({ uncaught: `runJob threw: ${String(error)}` }),
      );
    }
  });
}

if (require.main === module) serve();
