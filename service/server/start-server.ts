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
import { serveWithoutLog } from './output';
import { joinWorkers, leadWorkers } from './processes';
import { requestRole } from './role-keys';
import { countingJobs, createServerRun, joiningLines, serverMetricsOf } from './server-run';
import { whole, withMemoryShare } from './shares';
import type { Worker } from './worker';

/**
 * Listens on HOST and PORT until SIGINT or SIGTERM, then finishes the open requests. A wrong setting, or an address that cannot
 * be used, ends the process with code 1 and a message. `roleFromHeaders`: each request has the keys of the role in headers, as
 * in an SCF Web function. Returns a function that writes a warning to the log; in a worker it does nothing.
 */
export function startServer(env: Env, options: Readonly<{ roleFromHeaders: boolean }>): Warn {
  serveWithoutLog();
  const worker = joinWorkers(env);
  const fail: Fail = worker === null ? failAlone : (error) => worker.fail(textOf(error), 1);
  try {
    return start(env, options.roleFromHeaders, worker, fail);
  } catch (error) {
    fail(error);
    return () => undefined;
  }
}

type Fail = (error: unknown) => void;
type Warn = (text: string) => void;

/** `worker`: null in a process that is not a worker of another one. `fail` ends this process. */
function start(environment: Env, roleFromHeaders: boolean, worker: Worker | null, fail: Fail): Warn {
  const role = roleFromHeaders ? requestRole(environment) : null;
  const env = role?.env ?? environment;
  const config = withMemoryShare(readConfig(env), worker?.place ?? whole);
  const host = env['HOST'] || '0.0.0.0';
  const port = worker?.place.port ?? readNumber(env, 'PORT', 0, 65_535) ?? 9000;
  const metrics = serverMetricsOf(config);
  const jobs = jobDeps(config);
  // A Web function may stop before the next turn of the event loop, until its next request.
  const deps = countingJobs(roleFromHeaders ? jobs : joiningLines(jobs), metrics);
  const note = (text: string, level = 'info'): void => writeLog({ level, code: 'OK', note: text }, config.log);
  const warn: Warn = worker === null ? (text) => note(text, 'warn') : () => undefined;
  const opened = (actual: number): void => note(`Listening on ${host}:${actual}`);
  const stopping = (signal: string): void => note(`${signal}: finishing open requests`);
  if (worker === null) {
    logStartWarnings(config, true);
    exitOnWrongKeys(deps, fail);
    if (config.workers > 1) {
      const args = process.argv.slice(2);
      leadWorkers(config, metrics, { host, port, opened, failed: fail, stopping, args, env: {} });
      return warn;
    }
  }
  // With keys in its headers, each request must read with its own: nobody may get what the keys of another one could read.
  const reading = role === null ? deps : { ...deps, shared: null };
  const objects = withSpans(createServerRun(reading, { metrics, part: worker?.place }), config);
  const run = withOwnPaths(objects, config, { metrics: worker?.share(metrics) ?? metrics?.answer });
  const at = { host, port, connections: config.maxConnections, part: worker?.place ?? whole };
  const server = listen(role === null ? run : role.wrap(run), deps, at, {
    opened: worker === null ? opened : () => undefined,
    failed: fail,
  });
  metrics?.countConnections(server);
  if (worker === null) stopOnSignals(server, stopping);
  else worker.stopWith(server);
  return warn;
}

/** Wrong keys end the process at once. When their source cannot be reached, it is tried again later. */
function exitOnWrongKeys({ access }: JobDeps, fail: Fail): void {
  Promise.resolve(access.keys()).catch((error: unknown) => {
    if (!(error instanceof ProblemError) || error.code !== 'KeysUnavailable') fail(error);
  });
}

function failAlone(error: unknown): void {
  process.stderr.write(`${textOf(error)}\n`);
  process.exit(1);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
