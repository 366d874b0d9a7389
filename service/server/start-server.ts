// Starts a server that gets all its settings from the environment, and stops it on SIGINT or SIGTERM.

import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JobDeps } from '../../lib/job';
import { ProblemError } from '../../lib/problem';
import type { Env } from '../../lib/types';
import { readConfig } from '../config/config';
import { readNumber } from '../config/setting';
import { logStartWarnings } from '../config/start-warnings';
import { withOwnPaths } from '../own-paths/own-paths';
import { jobDeps } from '../run';
import { writeLog } from '../write-log';
import { isLoopback, onlyLocalNames } from './local-names';
import { requestRole } from './role-keys';
import { createHttpServer, stopServer } from './server';
import { createServerRun } from './server-run';

/**
 * Listens on HOST and PORT until SIGINT or SIGTERM, then finishes the open requests. A wrong setting, or an address that cannot
 * be used, ends the process with code 1 and a message. `roleFromHeaders`: each request brings the keys of the role in
 * headers, as for an SCF Web function.
 */
export function startServer(env: Env, { roleFromHeaders }: Readonly<{ roleFromHeaders: boolean }>): void {
  try {
    stopOnSignals(listen(env, roleFromHeaders));
  } catch (error) {
    fail(error);
  }
}

function listen(environment: Env, roleFromHeaders: boolean): Server {
  const role = roleFromHeaders ? requestRole(environment) : null;
  const env = role?.env ?? environment;
  const config = readConfig(env);
  const host = env['HOST'] || '0.0.0.0';
  const port = readNumber(env, 'PORT', 0, 65_535) ?? 9000;
  const deps = jobDeps(config);
  logStartWarnings(config);
  checkKeys(deps);
  let isLocal = true;
  const run = onlyLocalNames(withOwnPaths(createServerRun(deps), config, []), deps, () => isLocal);
  const server = createHttpServer(role === null ? run : role.wrap(run), { open: config.maxConnections });
  server.once('error', fail);
  server.listen(port, host, () => {
    const { address, port: actual } = server.address() as AddressInfo;
    isLocal = isLoopback(address);
    writeLog({ level: 'info', code: 'OK', note: `Listening on ${host}:${actual}` });
  });
  return server;
}

/** Wrong keys end the process at once. When their source cannot be reached, it is tried again later. */
function checkKeys({ access }: JobDeps): void {
  access.keys().catch((error: unknown) => {
    if (!(error instanceof ProblemError) || error.code !== 'KeysUnavailable') fail(error);
  });
}

function stopOnSignals(server: Server): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      writeLog({ level: 'info', code: 'OK', note: `${signal}: finishing open requests` });
      stopServer(server, () => process.exit(0));
    });
  }
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
