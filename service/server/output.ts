// The standard output of a server, which is its log.

/** Lets a server go on when nobody reads its log any more, or the disk is full. Further lines are lost. */
export function serveWithoutLog(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/** Ends this process when all lines of its log are written. */
export function endProcess(exitCode: number): void {
  process.stdout.write('', () => process.exit(exitCode));
}
