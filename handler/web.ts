// A server that runs by its environment alone: the SCF Web function (deploy/scf) and the container (Dockerfile).

import type { AddressInfo } from 'node:net';
import type { Env } from '../lib/bucket';
import { ProblemError } from '../lib/problem';
import { type Config, processEnv, readConfig } from './config';
import type { Run } from './create';
import { writeLog } from './log';
import { withOwnPaths } from './own-paths';
import { type RoleDoor, roleDoor } from './role-keys';
import { jobDeps } from './run';
import { createHttpServer } from './server';
import { createServerRun } from './server-run';
import { readNumber } from './setting';
import { logStartWarnings } from './start-warnings';

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
  const run = withOwnPaths(withLimit(config), config, []);
  const server = createHttpServer(door === null ? run : door.take(run));
  server.once('error', fail);
  server.listen(port, host, () => {
    const { port: actual } = server.address() as AddressInfo;
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

/** Runs jobs a bounded number at a time; the rest is told to come back. Bad keys stop the process at once. */
function withLimit(config: Config): Run {
  const deps = jobDeps(config);
  logStartWarnings(config);
  deps.access.keys().catch((error: unknown) => {
    if (!(error instanceof ProblemError) || error.code !== 'KeysUnavailable') fail(error);
  });
  return createServerRun(deps);
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
