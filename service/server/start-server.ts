// Starts a server that gets all its settings from the environment, and stops it on SIGINT or SIGTERM.

import type { JobDeps } from '../../lib/job';
import { ProblemError } from '../../lib/problem';
import type { Env } from '../../lib/types';
import { readConfig } from '../config/config';
import { readNumber } from '../config/setting';
import { logStartWarnings } from '../config/start-warnings';
import { jobDeps, withSpans } from '../job-runner';
import { withOwnPaths } from '../own-paths/own-paths';
import { writeLog } from '../write-log';
import { listen, stopOnSignals } from './listen';
import { requestRole } from './role-keys';
import { countingJobs, createServerRun, serverMetricsOf } from './server-run';

/**
 * Listens on HOST and PORT until SIGINT or SIGTERM, then finishes the open requests. A wrong setting, or an address that cannot
 * be used, ends the process with code 1 and a message. `roleFromHeaders`: each request has the keys of the role in headers, as
 * in an SCF Web function.
 */
export function startServer(env: Env, { roleFromHeaders }: Readonly<{ roleFromHeaders: boolean }>): void {
  try {
    start(env, roleFromHeaders);
  } catch (error) {
    fail(error);
  }
}

function start(environment: Env, roleFromHeaders: boolean): void {
  const role = roleFromHeaders ? requestRole(environment) : null;
  const env = role?.env ?? environment;
  const config = readConfig(env);
  const host = env['HOST'] || '0.0.0.0';
  const port = readNumber(env, 'PORT', 0, 65_535) ?? 9000;
  const metrics = serverMetricsOf(config);
  const deps = countingJobs(jobDeps(config), metrics);
  logStartWarnings(config);
  exitOnWrongKeys(deps);
  const note = (text: string): void => writeLog({ level: 'info', code: 'OK', note: text }, config.log);
  const run = withOwnPaths(withSpans(createServerRun(deps, metrics), config), config, { metrics: metrics?.answer });
  const at = { host, port, connections: config.maxConnections };
  const server = listen(role === null ? run : role.wrap(run), deps, at, {
    opened: (actual) => note(`Listening on ${host}:${actual}`),
    failed: fail,
  });
  metrics?.countConnections(server);
  stopOnSignals(server, (signal) => note(`${signal}: finishing open requests`));
}

/** Wrong keys end the process at once. When their source cannot be reached, it is tried again later. */
function exitOnWrongKeys({ access }: JobDeps): void {
  access.keys().catch((error: unknown) => {
    if (!(error instanceof ProblemError) || error.code !== 'KeysUnavailable') fail(error);
  });
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
