// A server that runs by its environment alone: the SCF Web function (deploy/scf) and the container (Dockerfile).

import type { AddressInfo } from 'node:net';
import type { JobDeps } from '../lib/job';
import { ProblemError } from '../lib/problem';
import type { Env } from '../lib/types';
import { processEnv, readConfig } from '../service/config/config';
import { readNumber } from '../service/config/setting';
import { logStartWarnings } from '../service/config/start-warnings';
import { writeLog } from '../service/log';
import { withOwnPaths } from '../service/own-paths/own-paths';
import { jobDeps } from '../service/run';
import { isLoopback, onlyLocalNames } from '../service/server/local-names';
import { type RoleDoor, roleDoor } from '../service/server/role-keys';
import { createHttpServer } from '../service/server/server';
import { createServerRun } from '../service/server/server-run';

/** Given by scf_bootstrap, and by nothing else: elsewhere any caller could send such headers. */
const isScf = process.argv.includes('--role-from-headers');
/** Milliseconds between looks for connections that became idle after the server was told to stop. */
const idleCheckMs = 50;

try {
  start(processEnv, isScf ? roleDoor(processEnv) : null);
} catch (error) {
  fail(error);
}

function start(environment: Env, door: RoleDoor | null): void {
  const env = door?.env ?? environment;
  const config = readConfig(env);
  const host = env['HOST'] || '0.0.0.0';
  const port = readNumber(env, 'PORT', 0, 65_535) ?? 9000;
  const deps = jobDeps(config);
  logStartWarnings(config);
  checkKeys(deps);
  let isLocal = true;
  const run = onlyLocalNames(withOwnPaths(createServerRun(deps), config, []), deps, () => isLocal);
  const server = createHttpServer(door === null ? run : door.take(run), { open: config.maxConnections });
  server.once('error', fail);
  server.listen(port, host, () => {
    const { address, port: actual } = server.address() as AddressInfo;
    isLocal = isLoopback(address);
    writeLog({ level: 'info', code: 'OK', note: `Listening on ${host}:${actual}` });
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      writeLog({ level: 'info', code: 'OK', note: `${signal}: finishing what is under way` });
      // Connections that are kept open end with the answer that is under way on them.
      setInterval(() => server.closeIdleConnections(), idleCheckMs).unref();
      server.close(() => process.exit(0));
    });
  }
}

/** Bad keys stop the process at once; a source of keys that is down is asked again later. */
function checkKeys({ access }: JobDeps): void {
  access.keys().catch((error: unknown) => {
    if (!(error instanceof ProblemError) || error.code !== 'KeysUnavailable') fail(error);
  });
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
