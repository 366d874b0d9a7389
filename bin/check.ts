// `bucket-exif check`: tries how a store behaves where documents do not say it.
import { processEnv } from '../service/config/config';
import { readCheckOptions } from './check-annotations/options';
import { type CheckResult, checkAnnotations } from './check-annotations/run-check';
import { usage } from './check-annotations/usage';
import { errorText, ignoreClosedOutput } from './terminal/command-line';
import { printable } from './terminal/terminal';

/** Exit codes; after a stop by the user 128 plus the number of SIGINT. */
const exitCodes: Readonly<Record<CheckResult, number>> = { holds: 0, fails: 1, impossible: 2, stopped: 130 };

const program = 'bucket-exif check';

ignoreClosedOutput();
main().then(
  (result) => {
    process.exitCode = exitCodes[result];
  },
  (error: unknown) => {
    process.stderr.write(`${errorText(error)}\n`);
    process.exitCode = exitCodes.impossible;
  },
);

async function main(): Promise<CheckResult> {
  const options = readCheckOptions(process.argv.slice(2), processEnv, program);
  if (options === null) {
    process.stdout.write(usage(program));
    return 'holds';
  }
  return checkAnnotations(options, processEnv, {
    out: (text) => void process.stdout.write(linesOf(text)),
    note: (text) => void process.stderr.write(linesOf(text)),
    stop: stopSignal(),
  });
}

/** Text that came from a store may have control characters. */
function linesOf(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** Fires at the first Ctrl-C. A further one is ignored: the scratch objects are being removed, which takes a moment. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      const text = stop.signal.aborted
        ? 'Still removing the scratch objects'
        : 'Stopping; removing the scratch objects';
      process.stderr.write(`${text}\n`);
      stop.abort();
    });
  }
  return stop.signal;
}
