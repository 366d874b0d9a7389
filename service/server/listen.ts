// Opens and stops a server of a process, in the same way for the container and on a laptop.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JobDeps } from '../../lib/job';
import { batchLimits } from '../../lib/limits';
import type { JobRunner } from '../schedule';
import { isLoopback, onlyLocalNames } from './local-names';
import { endProcess } from './output';
import { createHttpServer, stopServer } from './server';
import { connectionBounds, type Part, whole } from './shares';
import { onStopSignals } from './stop-signals';

/** `port` 0 means a free port. `connections`: how many may be open at once, in all parts together; this server is `part`. */
export type Address = Readonly<{ host: string; port: number; connections: number; part?: Part }>;

export type Listeners = Readonly<{
  /** Gets the port on which the server listens. */
  opened(port: number): void;
  /** Gets the error of the address, such as EADDRINUSE. */
  failed(error: NodeJS.ErrnoException): void;
}>;

/** Starts to listen. On a loopback address the server answers only local host names and those of EXIF_HOSTS. */
export function listen(run: JobRunner, deps: JobDeps, at: Address, { opened, failed }: Listeners): Server {
  let isLocal = true;
  const guarded = onlyLocalNames(run, deps, () => isLocal);
  const bodyBytes = deps.answers.batch === true ? batchLimits.bodyBytes : 0;
  const server = createHttpServer(guarded, { ...connectionBounds(at.connections, at.part ?? whole), bodyBytes });
  server.once('error', failed);
  server.listen(at.port, at.host, () => {
    const { address, port } = server.address() as AddressInfo;
    isLocal = isLoopback(address);
    opened(port);
  });
  return server;
}

/**
 * On SIGINT or SIGTERM: calls `onSignal`, finishes the open requests and ends the process with code 0. The next one ends it at
 * once.
 */
export function stopOnSignals(server: Server, onSignal: (signal: string) => void): void {
  onStopSignals((signal) => {
    onSignal(signal);
    stopServer(server, () => endProcess(0));
  });
}
