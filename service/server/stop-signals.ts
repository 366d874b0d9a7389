// What SIGINT and SIGTERM do to a server: the first of them stops it, the next one ends it at once.

const signals = ['SIGINT', 'SIGTERM'] as const;

/** Calls `stop` for the first signal. The next one, the same or the other, calls `end` and ends this process. */
export function onStopSignals(stop: (signal: string) => void, end: () => void = () => undefined): void {
  const handle = (act: (signal: NodeJS.Signals) => void): void => {
    const once = (signal: NodeJS.Signals): void => {
      for (const name of signals) process.off(name, once);
      act(signal);
    };
    for (const name of signals) process.on(name, once);
  };
  handle((first) => {
    handle((second) => {
      end();
      process.kill(process.pid, second); // nothing listens to it any more, so it ends this process
    });
    stop(first);
  });
}
