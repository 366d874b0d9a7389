// What SIGINT and SIGTERM do to a server: the first of them stops it, the next one ends it at once.
import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM'] as const;
type StopSignal = (typeof signals)[number];

/** Calls `stop` for the first signal. The next one, the same or the other, calls `end` and ends this process. */
export function onStopSignals(stop: (signal: string) => void, end: () => void = () => undefined): void {
  onNextSignal((first) => {
    onNextSignal((second) => {
      end();
      // Nothing listens to the signal any more, so it ends this process; but not the first process of a container, for which
      // the kernel ignores it.
      process.kill(process.pid, second);
      process.exit(128 + constants.signals[second]);
    });
    stop(first);
  });
}

/** Calls `act` once, for the first of the signals that arrives. */
function onNextSignal(act: (signal: StopSignal) => void): void {
  const listener = (signal: NodeJS.Signals): void => {
    for (const name of signals) process.off(name, listener);
    act(signal as StopSignal);
  };
  for (const name of signals) process.on(name, listener);
}
