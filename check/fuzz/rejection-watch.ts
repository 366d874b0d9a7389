// Finds the inputs that cause rejected promises that nobody waits for.
import { setImmediate } from 'node:timers/promises';
import type { InputFault } from './judge-input';
import type { Target } from './target';

type Run = Readonly<{ target: Target; input: Uint8Array }>;

/** Notes unhandled rejections from now on, and the inputs since the last look. */
export function rejectionWatch() {
  let rejected: unknown[] = [];
  let runs: Run[] = [];
  process.on('unhandledRejection', (reason) => rejected.push(reason));
  return {
    begin: (target: Target, input: Uint8Array): void => void runs.push({ target, input }),
    /** The inputs since the last call that leave an unhandled rejection; each is run again alone. */
    take: async (): Promise<readonly (Run & { wrong: InputFault })[]> => {
      const suspects = rejected.length === 0 ? [] : runs;
      rejected = [];
      runs = [];
      const found: (Run & { wrong: InputFault })[] = [];
      for (const run of suspects) {
        await run.target.run(run.input).catch(() => undefined);
        await run.target.examine(run.input).catch(() => undefined);
        await setImmediate();
        for (const reason of rejected.splice(0, 1)) found.push({ ...run, wrong: wrongOf(reason) });
        rejected = [];
      }
      return found;
    },
  };
}

function wrongOf(reason: unknown): InputFault {
  const place = reason instanceof Error ? (reason.stack ?? '').split('\n').slice(1, 4).join('\n') : '';
  return { reason: `left a rejected promise unhandled: ${String(reason)}`.slice(0, 300), place };
}
